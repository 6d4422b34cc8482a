"""Pictures come back from their files as they were."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from synthgen.dataset.pictures import decode_depth, encode_depth, encode_image, encode_mask
from tests.dataset.stick_people import make_frame, make_shot


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("PNG",))


@given(arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20), st.sampled_from([3, 4]))))
def test_an_image_comes_back_pixel_by_pixel(image: np.ndarray) -> None:
    picture = _opened(encode_image(image, "png", 95))
    assert picture.mode == "RGB"
    assert np.array_equal(np.asarray(picture), image[..., :3])


def test_red_is_red() -> None:
    image = np.zeros((2, 3, 3), np.uint8)
    image[..., 0] = 255
    for kind in ("png", "jpg"):
        red, _, blue = np.asarray(Image.open(io.BytesIO(encode_image(image, kind, 95))).convert("RGB"))[0, 0]
        assert red > 250 and blue < 5


def test_a_mask_is_grey_and_holds_the_numbers_of_people() -> None:
    frame = make_frame(make_shot(0, cameras=1), 0)
    picture = _opened(encode_mask(frame))
    assert picture.mode == "L"
    values = np.asarray(picture)
    assert all((values == number)[person.mask].any() for number, person in enumerate(frame.people, 1))


@given(arrays(np.float32, (4, 5), elements=st.floats(0.125, 65.5, width=32)))
def test_depth_comes_back_to_half_a_millimetre(depth: np.ndarray) -> None:
    steps = np.asarray(_opened(encode_depth(depth)))
    assert decode_depth(steps.astype(float)) == pytest.approx(depth, abs=0.00051)


def test_what_was_not_hit_has_no_depth() -> None:
    steps = np.asarray(_opened(encode_depth(np.array([[np.inf, np.nan, -1.0, 66.0, 2.0]]))))
    assert steps.tolist() == [[0, 0, 0, 0, 2000]]


def test_the_same_array_gives_the_same_bytes() -> None:
    image = np.random.default_rng(3).integers(0, 255, (48, 64, 3), np.uint8)
    assert encode_image(image, "png", 95) == encode_image(image.copy(order="F"), "png", 1)
