"""What rays find on triangles: depth, barycentric and texture coordinates, in perspective."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import assume, given
from hypothesis import strategies as st

from synthgen.engine.cpu.picture import drawn
from synthgen.engine.cpu.surface import meet, texture_scale
from synthgen.meshes.mesh import Material

from .drawing import HEIGHT, WIDTH, camera, lamps, lens, looks, rasterized, rays, sky, surfaces

FOCAL = 40.0
QUAD = np.array([[0, 1, 2], [0, 2, 3]])
shares = st.floats(0.01, 1.0)


def picture(places: np.ndarray, faces: np.ndarray, normals: np.ndarray, material: Material, uvs=None, fine=False):
    of = surfaces(places, faces, normals, uvs)
    return drawn(camera(FOCAL), 1.0, of, looks(material), sky(), lamps(), fine)


def slanted_quad(tilt: float, turn: float, distance: float, half: float = 1.5) -> np.ndarray:
    """(4, 3) corners at texture coordinates (0, 0), (1, 0), (1, 1), (0, 1)."""
    right = np.array([np.cos(turn), 0, np.sin(turn)])
    down = np.array([-np.sin(turn) * np.sin(tilt), np.cos(tilt), np.cos(turn) * np.sin(tilt)])
    middle = np.array([0, 0, distance])
    return np.stack([middle + half * (i * right + j * down) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))])


@given(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2), st.floats(2.5, 50.0), st.booleans())
def test_depth_of_a_plane_is_exact_at_the_centres(tilt, turn, distance, fine):
    corners = slanted_quad(tilt, turn, distance, 0.45 * distance)
    normal = np.cross(corners[1] - corners[0], corners[3] - corners[0])
    normal /= np.linalg.norm(normal)
    got = picture(corners, QUAD, -normal, Material(double_sided=True), fine=fine).depth
    dx, dy = rays(FOCAL)
    expected = normal[2] * distance / (normal[0] * dx + normal[1] * dy + normal[2])
    seen = np.isfinite(got)
    # Half a step of 1/256 pixel at the outline, where a sample may lie just beside the plane's end.
    step = np.abs(np.gradient(expected)).max(0) / 256
    assert seen.any()
    assert (np.abs(got - expected) <= 2e-6 * np.abs(expected) + step)[seen].all()


def test_depth_of_a_sphere_lies_between_the_spheres_in_and_around_its_mesh():
    ball = trimesh.creation.icosphere(subdivisions=4, radius=1.0)
    inner = np.einsum("ij,ij->i", ball.face_normals, ball.triangles_center).min()  # its chords' least distance
    assert 1 - inner < 2e-3
    centre = np.array([0.4, -0.3, 4.0])
    got = picture(ball.vertices + centre, ball.faces, ball.vertex_normals, Material()).depth
    dx, dy = rays(FOCAL)
    direction = np.stack([dx, dy, np.ones_like(dx)], -1)

    def depth(radius: float) -> np.ndarray:
        a, b = (direction**2).sum(-1), direction @ centre
        with np.errstate(invalid="ignore"):
            return (b - np.sqrt(b * b - a * (centre @ centre - radius**2))) / a

    near, far = depth(1.0), depth(inner)
    inside = np.isfinite(far)
    assert inside.sum() > 200
    assert ((got >= near - 1e-5) & (got <= far + 1e-5))[inside].all()
    assert np.isinf(got[np.isnan(near)]).all()


@given(st.tuples(*[st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.5, 9))] * 3), shares, shares, shares)
def test_a_ray_to_a_point_of_a_triangle_finds_its_coordinates(corners, a, b, c):
    places = np.array(corners, np.float32)
    p = places.astype(float)
    assume(abs(np.linalg.det(p)) > 0.5)  # not seen from its edge
    share = np.array([a, b, c]) / (a + b + c)
    point = share @ p
    found = meet(places, 0, 1, 2, point[0] / point[2], point[1] / point[2])
    assert found == pytest.approx([*share, point[2]], abs=2e-5)  # edges are float32


def test_a_triangle_seen_from_its_edge_has_no_depth_beyond_its_corners():
    """Of thousands of such triangles some dozens get a sample, most of which lies beside them by a part of a step."""
    rng, found = np.random.default_rng(0), 0
    dx, dy = rays(FOCAL)
    for _ in range(4000):
        normal = rng.normal(size=3) * (1, 1, 0.3)
        normal /= np.linalg.norm(normal)
        across = np.cross(normal, (0, 0, 1.0))
        across /= np.linalg.norm(across)
        ahead = np.cross(normal, across)
        ahead *= np.sign(ahead[2])
        along = np.stack([ahead * rng.uniform(1, 5) + across * rng.uniform(-1, 1) for _ in range(3)])
        off = rng.normal() * 10 ** rng.uniform(-6, -3) + rng.normal(size=(3, 1)) * 1e-5
        places = (along + normal * off).astype(np.float32)
        for y, x in np.argwhere(rasterized(places, np.array([[0, 1, 2]]), lens(FOCAL))[0] == 0):
            a, b, c, z = meet(places, 0, 1, 2, dx[y, x], dy[y, x])
            assert min(a, b, c) >= 0 and max(a, b, c) <= 1
            assert places[:, 2].min() - 1e-5 <= z <= places[:, 2].max() + 1e-5
            found += 1
    assert found > 20


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(2.5, 4.0))
def test_texture_coordinates_follow_perspective(tilt, turn, distance):
    """A chequerboard of 4 × 4 fields on a slanted quad, against the rays' own coordinates on it."""
    board = np.kron(np.indices((4, 4)).sum(0) % 2, np.ones((64, 64)))[..., None] * np.ones(3) * 255
    corners = slanted_quad(tilt, turn, distance)
    u_way, v_way = corners[1] - corners[0], corners[3] - corners[0]
    normal = np.cross(u_way, v_way)
    uvs = np.array([(0, 0), (1, 0), (1, 1), (0, 1.0)])
    material = Material((1, 1, 1), texture=board.astype(np.uint8), roughness=1.0, double_sided=True)
    colour = picture(corners, QUAD, -normal / np.linalg.norm(normal), material, uvs).colour
    dx, dy = rays(FOCAL)
    direction = np.stack([dx, dy, np.ones_like(dx)], -1)
    point = direction * ((normal @ corners[0]) / (direction @ normal))[..., None] - corners[0]
    u, v = point @ u_way / (u_way @ u_way), point @ v_way / (v_way @ v_way)
    inside = (u > 0.02) & (u < 0.98) & (v > 0.02) & (v < 0.98)
    # Clear of the fields' edges by what a sample may stand for.
    clear = np.all([np.abs(4 * w - np.round(4 * w)) > 0.25 for w in (u, v)], 0) & inside
    white = (np.floor(4 * u) + np.floor(4 * v)) % 2 == 1
    bright = colour[..., 0].astype(int)
    assert clear.sum() > 3
    assert (bright[clear & white] > 200).all() and (bright[clear & ~white] < 110).all()


def test_texture_coordinates_per_metre():
    """A quad of 2 m × 2 m with the image four times along each edge: two images a metre."""
    places = np.array([(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0.0)])
    of = surfaces(places, QUAD, np.array([0, 0, 1.0]), 2 * places[:, :2])
    assert texture_scale(of, 0, 1, 2) == pytest.approx(2.0)
    assert texture_scale(of, 0, 0, 2) == 0.0


def test_the_picture_has_the_cameras_size():
    got = picture(slanted_quad(0, 0, 3.0), QUAD, np.array([0, 0, -1.0]), Material())
    assert got.colour.shape == (HEIGHT, WIDTH, 4) and got.depth.shape == got.owner.shape == (HEIGHT, WIDTH)
