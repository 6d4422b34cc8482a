"""Triangles that reach behind the camera or far beside the picture, against rays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synthgen.engine.cpu.clip import MOST_CORNERS, clipped, cut, guard_planes
from synthgen.engine.cpu.project import NEAR

from .drawing import HEIGHT, WIDTH, grid_faces, hits, lens, rasterized, rays


def floor_hit(height: float, focal: float, shift: tuple[float, float] = (0.0, 0.0)) -> tuple[np.ndarray, np.ndarray]:
    """(H, W) x and z where the ray through each sample, moved by so many pixels, meets a floor; NaN above it."""
    x, y = rays(focal)
    x, y = x + shift[0] / focal, y + shift[1] / focal
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(y > 0, height / y, np.nan)
    return x * z, z


def in_polygon(x: np.ndarray, z: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Whether points of the floor lie in a convex polygon, (N, 2) x and z, either way round."""
    sides = []
    for (ax, az), (bx, bz) in zip(corners, np.roll(corners, -1, 0), strict=True):
        sides.append((bx - ax) * (z - az) - (bz - az) * (x - ax) > 0)
    return np.all(sides, 0) | ~np.any(sides, 0)


@given(
    st.lists(st.integers(0, 71), min_size=3, max_size=6, unique=True),
    st.floats(1.0, 60.0),
    st.tuples(st.floats(-3, 3), st.floats(-3, 6)),
    st.floats(0.4, 2.5),
    st.floats(15, 120),
)
def test_a_floor_that_passes_below_the_camera_is_seen_where_rays_meet_it(angles, radius, middle, height, focal):
    turn = np.radians(5 * np.sort(angles))
    ring = np.array(middle) + radius * np.stack([np.cos(turn), np.sin(turn)], 1)
    places = np.stack([ring[:, 0], np.full(len(ring), height), ring[:, 1]], 1).astype(np.float32)
    faces = [(0, k, k + 1) for k in range(1, len(ring) - 1)]
    seen = rasterized(places, np.array(faces), lens(focal))[0] >= 0
    answers = []
    for shift in ((0.0, 0.0), (0.03, 0), (-0.03, 0), (0, 0.03), (0, -0.03)):
        x, z = floor_hit(float(places[0, 1]), focal, shift)
        with np.errstate(invalid="ignore"):
            answers.append(in_polygon(x, z, places[:, ::2].astype(float)) & (z > NEAR))
    sure = np.all(answers, 0) | ~np.any(answers, 0)
    assert (seen == answers[0])[sure].all()


jitter = arrays(np.float64, (9 * 9, 2), elements=st.floats(-0.24, 0.24))


@given(jitter, st.floats(0.2, 3.0), st.floats(0.3, 8.0), st.floats(15, 120), st.floats(-0.5, 0.5))
def test_a_floor_of_cut_triangles_has_no_cracks(shifts, height, spacing, focal, roll):
    """A mesh around, below and behind the camera: every sample below the horizon is hit once."""
    x, z = np.mgrid[-4:5, -4:5].reshape(2, -1) * 1.0
    flat = (np.stack([x, z], 1) + shifts) * spacing
    level = np.stack([flat[:, 0], np.full(81, height), flat[:, 1]], 1)
    c, s = np.cos(roll), np.sin(roll)
    turn = np.array([(c, -s, 0), (s, c, 0), (0, 0, 1)])
    count = hits(level @ turn.T, grid_faces(9, 9), lens(focal))
    dx, dy = rays(focal)
    level_x, level_y = c * dx + s * dy, -s * dx + c * dy
    with np.errstate(divide="ignore"):
        far = np.where(level_y > 0, height / level_y, np.inf)
    reach = 3.7 * spacing
    inside = (far < reach) & (np.abs(level_x * far) < reach) & (far > 1.5 * NEAR)
    assert (count[inside] == 1).all()
    assert (count <= 1).all()


@given(
    arrays(np.float32, (3, 3), elements=st.floats(-1e4, 1e4, width=32)),
    st.floats(15, 500),
)
def test_what_is_left_of_a_triangle_lies_within_the_guard(corners, focal):
    of = lens(focal)
    planes = guard_planes.py_func(of, WIDTH, HEIGHT)
    fan = np.zeros((MOST_CORNERS, 3))
    count = clipped.py_func(corners.astype(float), of, planes, fan)
    assert count == 0 or 3 <= count <= 8
    far = 256 * (2 * max(WIDTH, HEIGHT) + 1100)
    assert (np.abs(fan[:count, :2]) < far).all() and (fan[:count, 2] <= 1 / NEAR).all() and (fan[:count, 2] > 0).all()


def test_a_new_corner_is_the_same_from_both_sides_of_an_edge():
    rng = np.random.default_rng(1)
    plane = np.array([0.0, 0.0, 1.0, NEAR])
    for a, b, c, d in rng.normal(size=(200, 4, 3)):
        a[2], b[2] = abs(a[2]) + 0.2, -abs(b[2])
        one, two = np.zeros((8, 3)), np.zeros((8, 3))
        first, second = np.zeros((8, 3)), np.zeros((8, 3))
        one[:3], two[:3] = (a, b, c), (b, a, d)
        for polygon, out in ((one, first), (two, second)):
            cut(polygon, 3, plane, out)
        expected = a + (a[2] - NEAR) / (a[2] - b[2]) * (b - a)
        places = [{tuple(p) for p in out if abs(p[2] - NEAR) < 1e-9} for out in (first, second)]
        shared = places[0] & places[1]
        assert any(np.allclose(p, expected) for p in shared)


def in_picture(x: float, y: float, z: float, focal: float) -> tuple[float, float, float]:
    """The point at a depth that a place of the picture shows."""
    return (x - WIDTH / 2) / focal * z, (y - HEIGHT / 2) / focal * z, z


@given(st.integers(0, 10**6))
def test_a_whole_triangle_and_a_cut_one_agree_about_their_edge(seed):
    """The edge ends far beside the picture; one of its triangles ends above the picture, one behind the camera.

    Were the edge cut for one of them only, rounding would bend it by a part of a step.
    """
    rng, focal = np.random.default_rng(seed), 40.0
    for _ in range(40):
        left = in_picture(rng.uniform(-1200, -100), rng.uniform(-20, 70), rng.uniform(1, 3), focal)
        right = in_picture(rng.uniform(300, 1300), rng.uniform(-20, 70), rng.uniform(1, 3), focal)
        places = np.array([left, right, in_picture(32, -300, 2.0, focal), (0, 3.0, -1.0)])
        count = hits(places, np.array([(0, 1, 2), (0, 1, 3)]), lens(focal))
        a, b = places[:2, :2] / places[:2, 2:] * focal + (WIDTH / 2, HEIGHT / 2)
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
        beside = np.abs((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / np.linalg.norm(b - a)
        assert (count[beside < 0.5] == 1).all()
