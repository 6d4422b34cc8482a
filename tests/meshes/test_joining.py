"""Parts joined by material, and the normals of all of them by one operator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.meshes.joining import joined, on_one_image
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.normals import normal_operator, normals, rigid_normals, with_normals
from synthgen.meshes.shapes import ball, box, moved, sheet, stretched

RED, BLUE = Material((1.0, 0.0, 0.0)), Material((0.0, 0.0, 1.0))
IMAGE = Material(texture=np.zeros((4, 4, 3), np.uint8))


def corners(parts: list[MeshPart]) -> np.ndarray:
    """Every triangle's corners, in an order of their own."""
    return np.array(sorted(map(tuple, np.concatenate([p.vertices[p.faces].reshape(-1, 9) for p in parts]))))


def skinned() -> MeshPart:
    part = box("skin", (0, 0, 0), (1, 1, 1), RED)
    return replace(
        part, skin_indices=np.zeros((len(part.vertices), 1), int), skin_weights=np.ones((len(part.vertices), 1))
    )


def test_joining_keeps_every_triangle_and_material():
    skin = skinned()
    parts = [
        box("a", (0, 0, 0), (1, 1, 1), RED),
        skin,
        box("b", (0, 0, 0), (2, 2, 2), BLUE),
        ball("c", 0.5, RED, (3, 0, 0)),
        MeshPart("empty", np.zeros((0, 3)), np.zeros((0, 3), int), RED),
    ]
    out = joined(parts)
    assert [p.material for p in out] == [skin.material, RED, BLUE]
    assert out[0] is skin
    assert np.array_equal(corners([out[1]]), corners([parts[0], parts[3]]))
    assert np.array_equal(corners([out[2]]), corners([parts[2]]))


def test_images_keep_their_coordinates_and_plain_parts_need_none():
    a, b = box("a", (0, 0, 0), (1, 1, 1), IMAGE), box("b", (2, 0, 0), (3, 1, 1), IMAGE)
    (one,) = joined([a, b])
    assert one.uvs is not None and np.array_equal(one.uvs, np.concatenate([a.uvs, b.uvs]))
    plain = box("c", (0, 0, 0), (1, 1, 1), RED)
    assert len(joined([plain, replace(moved(plain, shift=(2, 0, 0)), uvs=None)])) == 1


def test_what_differs_in_anything_that_shows_stays_apart():
    base = box("a", (0, 0, 0), (1, 1, 1), RED)
    others = [
        replace(RED, **change)
        for change in (
            {"colour": (0.9, 0.0, 0.0)},
            {"roughness": 0.1},
            {"metallic": 1.0},
            {"sheen": 0.5},
            {"double_sided": True},
            {"emissive": (0.1, 0.0, 0.0)},
            {"texture": np.zeros((4, 4, 3), np.uint8)},
            {"normal_map": np.zeros((4, 4, 3), np.uint8)},
        )
    ]
    assert len(joined([base, *(replace(base, material=m) for m in others)])) == 1 + len(others)


def test_normals_of_many_parts_are_those_of_each_alone():
    # The two boxes share a face: welded, their touching corners would lean towards each other.
    parts = [
        box("a", (0, 0, 0), (1, 1, 1), RED, 0.05),
        box("b", (1, 0, 0), (2, 1, 1), BLUE, 0.05),
        ball("c", 0.7, RED, (0, 0, 3)),
    ]
    for part, unit in zip(parts, rigid_normals(parts), strict=True):
        alone = normals(normal_operator(part.vertices, part.faces, np.radians(40)), part.vertices, part.faces)
        assert unit.dtype == np.float32 and unit == pytest.approx(alone, abs=1e-6)
    assert rigid_normals([]) == []


def test_points_weld_exactly_where_they_lie_together():
    """Two triangles that share an edge by place alone: smooth together, or apart when a gap or a part divides them."""
    roof = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0.2), (1, 0, 0), (0, 0, 0), (0, -1, 0.2)], float)
    faces = np.array([[0, 1, 2], [3, 4, 5]])
    crease = np.radians(40)

    def smooth(vertices: np.ndarray, owners: np.ndarray | None = None) -> bool:
        unit = normals(normal_operator(vertices, faces, crease, owners), vertices, faces)
        return bool(np.allclose(unit[0], unit[4], atol=1e-3))

    assert smooth(roof)
    assert not smooth(roof, np.array([0, 0, 0, 1, 1, 1]))
    gap = roof.copy()
    gap[3:, 1] -= 1e-4
    assert not smooth(gap)


def test_known_normals_are_taken_and_travel_with_the_part():
    parts = with_normals([box("a", (0, 0, 0), (1, 1, 1), RED), ball("b", 0.5, BLUE, (3, 0, 0))])
    odd = replace(parts[0], normals=np.tile(np.float32([0, 0, 1]), (len(parts[0].vertices), 1)))
    first, second = rigid_normals([odd, replace(parts[1], normals=None)])
    assert (first == [0, 0, 1]).all() and second == pytest.approx(parts[1].normals, abs=1e-6)
    (one,) = joined([parts[0], parts[0]])
    assert np.array_equal(one.normals, np.concatenate([parts[0].normals, parts[0].normals]))
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    assert moved(parts[1], turn, (1, 2, 3)).normals == pytest.approx(parts[1].normals @ turn.T)


def test_stretched_normals_stand_on_the_stretched_surface():
    """The normal of x²/a² + y²/b² + z²/c² = 1 at a point is its place divided by the squares."""
    factors = np.array([2.0, 1.0, 0.3])
    (part,) = with_normals([ball("b", 1.0, RED, (0, 0, 0), 64)])
    out = stretched(part, factors)
    wanted = out.vertices / factors**2
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    used = np.unique(out.faces)
    assert np.abs(out.normals - wanted)[used].max() < 0.06  # those of the ball's facets, not of the ball
    assert np.linalg.norm(out.normals, axis=1) == pytest.approx(1, abs=1e-6)


def test_pictures_on_one_image_show_what_each_showed():
    rng = np.random.default_rng(0)
    full = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], float)
    parts = []
    for k in range(3):
        picture = Material(texture=rng.integers(256, size=(8, 8, 3)).astype(np.uint8))
        parts.append(replace(sheet(f"p{k}", (k, 0, 0), (1, 0, 0), (0, 0, 1), picture), uvs=full))
    (one,) = on_one_image("pictures", parts)
    image = one.material.texture
    assert image.shape == (24, 8, 3) and one.name == "pictures"
    for k, part in enumerate(parts):
        low, high = one.uvs[4 * k : 4 * k + 4].min(0) * [8, 24], one.uvs[4 * k : 4 * k + 4].max(0) * [8, 24]
        assert low == pytest.approx([0.5, 8 * k + 0.5]) and high == pytest.approx([7.5, 8 * k + 7.5])
        assert np.array_equal(image[8 * k : 8 * k + 8], part.material.texture)
    assert on_one_image("pictures", []) == []
