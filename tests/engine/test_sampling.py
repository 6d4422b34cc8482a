"""The finer picture: its samples lie at the pixels' centres, and its mean keeps light and place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.core.frames import look_at
from synthgen.engine.gpu.sampling import at_centres, fine_camera, fine_size, resolved


@given(st.integers(1, 50), st.integers(1, 50), st.floats(0.3, 2.0))
def test_every_pixel_has_a_fine_pixel_at_its_centre(width, height, hfov):
    camera = look_at(np.array([2.0, 1.0, 1.5]), np.zeros(3), hfov, width, height, roll=0.2)
    fine = fine_camera(camera)
    assert (fine.width, fine.height) == fine_size(width, height)
    v, u = np.mgrid[0:height, 0:width] + 0.5
    points = camera.unproject(np.stack([u, v], -1), np.full(u.shape, 3.0))
    places = np.stack(np.meshgrid(np.arange(fine.width) + 0.5, np.arange(fine.height) + 0.5), -1)
    assert np.allclose(fine.project(points)[..., :2], at_centres(places), atol=1e-9)


@pytest.mark.parametrize("value", [0, 1, 7, 128, 254, 255])
def test_an_even_picture_stays_as_it_is(value):
    assert (resolved(np.full((9, 7, 3), value, np.uint8)) == value).all()


def test_an_edge_through_a_pixel_is_mixed_in_linear_light():
    fine = np.zeros((3, 7, 3), np.uint8)
    fine[:, 4:] = 255
    # 1 2 1 of the fine pixels 0-2, 2-4 and 4-6: nothing, a quarter and all of the light.
    assert resolved(fine)[0, :, 0].tolist() == [0, 137, 255]
