"""PNG files of our own are read by others as what was written."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from synthgen.core.files.png import png_bytes

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4]))
MODES = {1: "L", 3: "RGB", 4: "RGBA"}


@given(arrays(np.uint8, SHAPES), st.sampled_from(["sub", "up"]))
def test_bytes_come_back(pixels: np.ndarray, line_filter) -> None:
    with Image.open(io.BytesIO(png_bytes(pixels, line_filter)), formats=("PNG",)) as picture:
        picture.load()
        assert picture.mode == MODES[pixels.shape[2]]
        assert np.array_equal(np.asarray(picture).reshape(pixels.shape), pixels)


@given(arrays(np.uint16, st.tuples(st.integers(1, 9), st.integers(1, 9))), st.sampled_from(["sub", "up"]))
def test_words_come_back(pixels: np.ndarray, line_filter) -> None:
    with Image.open(io.BytesIO(png_bytes(pixels, line_filter)), formats=("PNG",)) as picture:
        assert picture.mode == "I;16"
        assert np.array_equal(np.asarray(picture), pixels)


def test_the_layout_in_memory_does_not_matter() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), np.uint8)
    assert png_bytes(pixels, "sub") == png_bytes(np.asfortranarray(pixels), "sub")
    assert png_bytes(pixels[:, ::-1], "up") == png_bytes(pixels[:, ::-1].copy(), "up")


def test_a_plain_picture_is_small() -> None:
    assert len(png_bytes(np.full((480, 640, 3), 7, np.uint8), "up")) < 4000


@pytest.mark.parametrize(
    "pixels", [np.zeros(3, np.uint8), np.zeros((2, 2, 2), np.uint8), np.zeros((2, 2)), np.zeros((2, 2, 3), np.int16)]
)
def test_what_is_no_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="PNG holds no pictures"):
        png_bytes(pixels, "sub")
