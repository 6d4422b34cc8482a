"""Lens distortion, against OpenCV and against points worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.core.frames import look_at
from synthgen.core.lens import NO_LENS, distorted, undistorted

BARREL = (-0.3, 0.08, 0.001, -0.002, 0.01)


def test_a_point_by_hand() -> None:
    assert distorted(np.array([0.5, 0.0]), (-0.2, 0, 0, 0, 0)) == pytest.approx([0.5 * (1 - 0.2 * 0.25), 0.0])
    assert distorted(np.array([0.0, 0.4]), (0, 0, 0.01, 0.02, 0)) == pytest.approx([0.02 * 0.16, 0.4 + 0.01 * 0.48])
    points = np.random.default_rng(1).uniform(-1, 1, (9, 2))
    assert (distorted(points, NO_LENS) == points).all() and (undistorted(points, NO_LENS) == points).all()


def test_opencv_projects_alike() -> None:
    cv2 = pytest.importorskip("cv2", exc_type=ImportError)
    points = np.random.default_rng(2).uniform(-0.6, 0.6, (50, 3)) + (0, 0, 2)
    matrix = np.array([[400.0, 0, 320], [0, 400, 240], [0, 0, 1]])
    theirs, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), matrix, np.array(BARREL))
    camera = replace(look_at(np.zeros(3), np.array([1.0, 0, 0]), 1.0, 640, 480), focal=400.0, distortion=BARREL)
    ours = camera.project(points @ camera.rotation)
    np.testing.assert_allclose(ours[:, :2], theirs[:, 0], atol=1e-9)


@given(st.floats(-0.3, 0.3), st.floats(-0.02, 0.02), st.floats(0, 0.7), st.floats(-3.2, 3.2))
def test_what_is_bent_is_straightened(k1: float, p1: float, radius: float, angle: float) -> None:
    point = radius * np.array([np.cos(angle), np.sin(angle)])
    lens = (k1, 0.0, p1, 0.0, 0.0)
    np.testing.assert_allclose(undistorted(distorted(point, lens), lens), point, atol=1e-9)


def test_nothing_is_folded_back_into_the_picture() -> None:
    """Beyond r = 1 / √(−3 k1) the formula would bring points back to the middle."""
    far = np.stack([np.linspace(0.1, 3.0, 200), np.zeros(200)], -1)
    shown = distorted(far, (-0.3, 0, 0, 0, 0))[:, 0]
    seen = np.isfinite(shown)
    assert (np.diff(shown[seen]) > 0).all() and not seen[far[:, 0] > 1 / np.sqrt(0.9)].any() and seen[:60].all()


def test_many_lenses_at_once_are_each_their_own() -> None:
    points = np.random.default_rng(3).uniform(-0.5, 0.5, (4, 7, 2))
    lenses = np.array([NO_LENS, BARREL, (0.1, 0, 0, 0, 0), NO_LENS])
    together = distorted(points, lenses[:, None])
    for one, lens, row in zip(points, lenses, together, strict=True):
        np.testing.assert_array_equal(distorted(one, lens), row)


def test_pixels_go_to_the_world_and_back_through_a_lens() -> None:
    camera = replace(look_at(np.array([3.0, 1, 1.5]), np.zeros(3), 1.1, 640, 480, 0.1), distortion=BARREL)
    uv = np.random.default_rng(4).uniform((0, 0), (640, 480), (40, 2))
    there = camera.unproject(uv, np.linspace(1, 5, 40))
    np.testing.assert_allclose(camera.project(there), np.column_stack([uv, np.linspace(1, 5, 40)]), atol=1e-8)
