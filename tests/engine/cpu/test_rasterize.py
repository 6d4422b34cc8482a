"""Which samples a triangle gets, against whole-number arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.engine.cpu.project import STEPS
from synthgen.engine.cpu.rasterize import BACK, BOTH, FRONT

from .drawing import HEIGHT, WIDTH, grid_faces, in_steps, lens, rasterized, rays

STEP = int(STEPS)
FACE = np.array([[0, 1, 2]])


def places_in_picture(step: int) -> st.SearchStrategy[tuple[int, int]]:
    """Whole steps in and around the picture; multiples of half a pixel lie on samples and in line with them."""
    return st.tuples(*(st.integers(-20 * STEP // step, (s + 20) * STEP // step) for s in (WIDTH, HEIGHT))).map(
        lambda p: (p[0] * step, p[1] * step)
    )


any_place = st.one_of(places_in_picture(1), places_in_picture(STEP // 2))


def exactly_inside(corners: list[tuple[int, int]]) -> np.ndarray:
    """(H, W) the top-left rule in Python's whole numbers, for a triangle either way round."""
    (ax, ay), (bx, by), (cx, cy) = corners
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    out = np.full((HEIGHT, WIDTH), area != 0)
    ring = corners if area > 0 else corners[::-1]
    y, x = (np.mgrid[0:HEIGHT, 0:WIDTH] * STEP + STEP // 2).astype(np.int64)
    for (px, py), (qx, qy) in zip(ring, ring[1:] + ring[:1], strict=True):
        side = (qx - px) * (y - py) - (qy - py) * (x - px)
        top_or_left = qy < py or (qy == py and qx > px)
        out &= (side > 0) | ((side == 0) & top_or_left)
    return out


def triangle(corners: list[tuple[int, int]], nearness: float = 1.0) -> np.ndarray:
    return np.array([(x, y, nearness) for x, y in corners])


@given(st.tuples(any_place, any_place, any_place))
def test_a_triangle_gets_the_samples_that_the_exact_rule_gives_it(corners):
    ids, nearness = in_steps(triangle(list(corners)), FACE)
    assert ((ids == 0) == exactly_inside(list(corners))).all()
    assert ((nearness > 0) == (ids == 0)).all()


@given(st.tuples(*[st.tuples(st.integers(0, WIDTH * STEP), st.integers(0, HEIGHT * STEP))] * 3))
def test_a_triangle_gets_as_many_samples_as_its_area_says(corners):
    """Of a convex shape, the number of points of a unit grid lies within area ± half the perimeter (+ 1 above)."""
    p = np.array(corners) / STEP
    a, b = p[1] - p[0], p[2] - p[0]
    area = abs(a[0] * b[1] - a[1] * b[0]) / 2
    half = np.linalg.norm(p - np.roll(p, 1, 0), axis=1).sum() / 2  # Nosarzewska 1948
    count = (in_steps(triangle(list(corners)), FACE)[0] == 0).sum()
    # The rule leaves out points on right and bottom edges: as the open triangle, whose points are at least area − half.
    assert area - half - 1 <= count <= area + half + 1


@given(
    st.lists(st.tuples(st.integers(-256, 256), st.integers(-256, 256)), min_size=63, max_size=63),
    st.sampled_from([8, 128]),
)
def test_a_picture_wide_mesh_gets_every_sample_exactly_once(shifts, coarseness):
    """Corners of a grid moved by less than a quarter of its spacing: no triangle is folded over."""
    spacing = 11 * STEP
    y, x = np.mgrid[0:7, 0:9]
    shift = np.array(shifts) * (spacing // 4 - STEP) // 256 // coarseness * coarseness
    places = np.stack([x.ravel(), y.ravel()], 1) * spacing - 5 * STEP + shift
    corners = np.concatenate([places, np.ones((63, 1))], 1)
    assert places[:, 0].min() < 0 and places[:, 0].max() > WIDTH * STEP and places[:, 1].max() > HEIGHT * STEP
    count = sum((in_steps(corners, face[None])[0] >= 0).astype(int) for face in grid_faces(7, 9))
    assert (count == 1).all()


@given(
    st.lists(st.integers(0, 359), min_size=4, max_size=40, unique=True),
    st.lists(st.integers(3, 22), min_size=40, max_size=40),
    st.tuples(st.integers(24, 40), st.integers(20, 28)),
)
def test_a_fan_around_a_sample_gets_it_once(angles, radii, middle):
    around = [0, 90, 180, 270]
    angles = np.sort(np.unique([*angles, *around]))
    centre = np.array(middle) * STEP + STEP // 2
    turn = np.radians(angles)[:, None]
    ring = centre + np.round(
        STEP * np.resize(radii, len(angles))[:, None] * np.concatenate([np.cos(turn), np.sin(turn)], 1)
    )
    corners = np.concatenate([np.vstack([centre, ring]), np.ones((len(ring) + 1, 1))], 1)
    n = len(ring)
    faces = [(0, 1 + k, 1 + (k + 1) % n) for k in range(n)]
    alone = [in_steps(corners, np.array([f]))[0] >= 0 for f in faces]
    count = np.sum(alone, 0)
    assert count[middle[1], middle[0]] == 1
    assert count.max() == 1
    # Samples within the smallest circle of the polygon lie in one triangle or on an edge of two.
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] * STEP + STEP // 2
    p, q = ring, np.roll(ring, -1, 0)
    inner = np.abs(np.cross(q - p, centre - p)) / np.linalg.norm(q - p, axis=1)
    assert (count[np.hypot(x - centre[0], y - centre[1]) < inner.min() - 1] == 1).all()


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (0, 0), (0, 0)],
        [(128, 128), (5000, 128), (9000, 128)],  # along a row of samples
        [(128, 0), (128, 4000), (128, 9000)],
        [(0, 0), (2560, 2560), (7680, 7680)],
    ],
)
def test_a_triangle_without_area_gets_nothing(corners):
    assert (in_steps(triangle(corners), FACE)[0] == -1).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("column", [0, 1])
def test_corners_that_are_no_numbers_get_nothing(bad, column):
    corners = triangle([(0, 0), (5000, 0), (0, 5000)])
    corners[2, column] = bad
    assert (in_steps(corners, FACE)[0] == -1).all() or bad == 1e300
    places = np.array([(-1, -1, 2.0), (1, -1, 2), (0, 1, 2)])
    places[1, column] = bad
    with np.errstate(over="ignore"):
        rasterized(places, FACE, lens())  # ends, and writes nothing beyond the picture


def test_each_side_is_drawn_where_it_is_wanted():
    # Counter-clockwise for whoever looks along +z with y down: outside faces the camera.
    front, back = np.array([[0, 2, 1]]), np.array([[0, 1, 2]])
    places = np.array([(-1, -1, 2.0), (1, -1, 2), (0, 1, 2)])
    assert np.cross(places[2] - places[0], places[1] - places[0])[2] < 0  # towards the camera
    drawn = {
        (name, side): (rasterized(places, faces, lens(), side=side)[0] == 0).sum()
        for name, faces in (("front", front), ("back", back))
        for side in (FRONT, BACK, BOTH, 2)
    }
    assert drawn["front", FRONT] == drawn["front", BOTH] == drawn["back", BACK] == drawn["back", BOTH] > 300
    assert drawn["front", BACK] == drawn["back", FRONT] == drawn["front", 2] == drawn["back", 2] == 0


@given(st.permutations([0, 1, 2]))
def test_the_nearest_triangle_is_seen_whatever_the_order(order):
    places = np.concatenate([np.array([(-9, -9, 1), (9, -9, 1), (0, 9, 1)]) * z for z in (2.0, 3.0, 4.0)])
    faces = np.arange(9).reshape(3, 3)[list(order)]
    ids, nearness = rasterized(places, faces, lens())
    assert (ids[20:30, 20:40] == order.index(0)).all()
    assert nearness[24, 32] == pytest.approx(1 / 2.0)


def test_what_lies_beside_or_behind_the_picture_gets_nothing():
    shape = np.array([(-1, -1, 0.0), (1, -1, 0), (0, 1, 0)])
    for middle in ((0, 0, -5), (50, 0, 5), (0, 90, 9), (-1e6, 0, 3), (0, -1e7, 1), (0, 0, 0.05)):
        assert (rasterized(shape * 0.9 + middle, FACE, lens())[0] == -1).all(), middle


@given(st.floats(-1, 1), st.floats(-0.3, 0.3), st.sampled_from([1e2, 1e4, 1e5]))
def test_a_huge_triangle_ends_where_its_edge_does(slope, height, size):
    """One edge of the upright triangle crosses the picture, the others lie far outside: a half plane."""
    z = 3.0
    places = np.array([(-size, height - slope * size, z), (size, height + slope * size, z), (0, 3 * size, z)])
    ids, _ = rasterized(places, FACE, lens())
    x, y = rays()
    beyond = (y * z - height - slope * x * z) / np.hypot(1, slope) * 40 / z  # pixels below the edge
    sure = np.abs(beyond) > 0.05  # far corners are float32
    assert ((ids == 0) == (beyond > 0))[sure].all() and sure.mean() > 0.9
