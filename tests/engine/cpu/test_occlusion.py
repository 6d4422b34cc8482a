"""Contact shading of depths that are known by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.engine.cpu.occlusion import averaged, normal_at, openness

from .drawing import HEIGHT, WIDTH, rays

FOCAL = 60.0


def shading(depth: np.ndarray) -> np.ndarray:
    depth = np.ascontiguousarray(depth, np.float32)
    return averaged(openness(depth, FOCAL), depth)


def plane(normal: tuple[float, float, float], distance: float) -> np.ndarray:
    """(H, W) depth of the plane normal · p = distance, inf where rays do not meet it."""
    dx, dy = rays(FOCAL)
    along = normal[0] * dx + normal[1] * dy + normal[2]
    with np.errstate(divide="ignore"):
        return np.where(along * np.sign(distance) > 1e-6, distance / along, np.inf)


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(0.4, 60.0))
def test_a_plane_alone_is_open(x, y, distance):
    normal = np.array([x, y, 1.0]) / np.linalg.norm([x, y, 1.0])
    open_share = shading(plane(tuple(normal), distance * normal[2]))
    assert open_share.min() >= 0.99 and open_share.max() <= 1.0


def test_a_floor_to_the_horizon_is_open():
    assert shading(plane((0.0, 1.0, 0.0), 1.4)).min() >= 0.99


@given(st.floats(0.8, 2.0))
def test_a_corner_is_darker_the_closer_to_it(distance):
    """Two walls that meet at a right angle straight ahead: both at 45° to the view."""
    dx, _ = rays(FOCAL)
    depth = distance / (1 + np.abs(dx))
    open_share = shading(depth)
    rows = open_share[8:-8].mean(0)
    middle = WIDTH // 2
    assert rows[middle - 2 : middle + 2].max() < 0.95
    pixels = 0.35 * FOCAL / distance  # beyond the radius of a quarter metre
    assert rows[: max(int(middle - pixels - 3), 0)].min(initial=1.0) >= 0.97
    assert rows[middle] < rows[min(middle + max(int(0.6 * pixels), 2), WIDTH - 1)]


def test_an_outer_edge_is_open():
    dx, _ = rays(FOCAL)
    assert shading(1.5 / (1 - 0.8 * np.abs(dx)))[8:-8].min() >= 0.99


@pytest.mark.parametrize("far", [100.0, 150.0, np.inf])
def test_nothing_is_shaded_from_a_hundred_metres_on(far):
    depth = np.full((HEIGHT, WIDTH), far, np.float32)
    assert (shading(depth) == 1.0).all()
    depth[10:20, 10:20] = 2.0
    open_share = shading(depth)
    assert (open_share[depth > 50] == 1.0).all() and open_share.min() >= 0.97


@given(st.integers(0, 10**6))
def test_shares_are_shares_whatever_the_depth(seed):
    rng = np.random.default_rng(seed)
    depth = rng.choice([0.1, 0.5, 2.0, 2.01, 99.9, 100.0, np.inf], (HEIGHT, WIDTH)).astype(np.float32)
    for share in (openness(depth, FOCAL), shading(depth)):
        assert (share >= 0).all() and (share <= 1).all()


def test_near_and_far_are_not_mixed():
    depth = np.full((HEIGHT, WIDTH), 2.0, np.float32)
    depth[:, 30:] = 4.0
    mixed = averaged((depth == 4.0).astype(np.float32), depth)
    assert mixed[:, :30].max() < 1e-3 and mixed[:, 30:].min() > 1 - 1e-3
    pattern = np.tile(np.array([[0, 1], [1, 0]], np.float32), (HEIGHT // 2, WIDTH // 2))
    even = averaged(pattern, np.full((HEIGHT, WIDTH), 2.0, np.float32))
    assert even[4:-4, 4:-4] == pytest.approx(0.5)


@given(st.floats(-0.8, 0.8), st.floats(-0.8, 0.8), st.integers(1, WIDTH - 2), st.integers(1, HEIGHT - 2))
def test_normals_come_from_the_depth(x, y, column, row):
    normal = -np.array([x, y, 1.0]) / np.linalg.norm([x, y, 1.0])
    depth = np.ascontiguousarray(plane(tuple(normal), 2.0 * normal[2]), np.float32)
    if np.isfinite(depth).all():
        assert normal_at(depth, FOCAL, column, row) == pytest.approx(normal, abs=2e-3)
