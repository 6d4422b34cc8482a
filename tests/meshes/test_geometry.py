from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.meshes.geometry import (
    boundary_edges,
    cut,
    dense_weights,
    neighbours,
    smooth,
    sparse_weights,
    split_corners,
    vertex_normals,
)
from synthgen.meshes.noise import Noise
from synthgen.meshes.rows import alike


def grid(n: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """A flat unit square of triangles, facing up."""
    x, y = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n), indexing="ij")
    i, k = np.meshgrid(np.arange(n - 1), np.arange(n - 1), indexing="ij")
    a = (i * n + k).ravel()
    faces = np.concatenate([np.stack([a, a + n, a + n + 1], 1), np.stack([a, a + n + 1, a + 1], 1)])
    return np.stack([x.ravel(), y.ravel(), 0 * x.ravel()], axis=1), faces


def area(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return float(np.cross(b - a, c - a)[:, 2].sum() / 2)


@given(st.floats(0.05, 0.95), st.floats(0, 2 * np.pi))
@settings(max_examples=30)
def test_cut_along_a_straight_line_keeps_exactly_the_half_plane(offset: float, angle: float) -> None:
    vertices, faces = grid()
    normal = np.array([np.cos(angle), np.sin(angle), 0])
    field = (vertices - 0.5) @ normal + (offset - 0.5) * 0.6
    piece = cut(faces, field, snap=0.0)
    kept = piece.carry(vertices)
    value = (kept - 0.5) @ normal + (offset - 0.5) * 0.6
    assert value.min() > -1e-9
    new = piece.ends[:, 0] != piece.ends[:, 1]
    assert np.abs(value[new]).max(initial=0) < 1e-9
    # What is left and what the opposite cut leaves fill the square; triangles keep facing up.
    rest = cut(faces, -field, snap=0.0)
    assert area(kept, piece.faces) + area(rest.carry(vertices), rest.faces) == pytest.approx(1, abs=1e-6)
    a, b, c = (kept[piece.faces[:, k]] for k in range(3))
    assert np.cross(b - a, c - a)[:, 2].min() >= -1e-12


def test_cut_edge_is_a_single_clean_line() -> None:
    vertices, faces = grid(20)
    field = 0.3 - np.linalg.norm(vertices[:, :2] - 0.5, axis=1)
    piece = cut(faces, field)
    edge = boundary_edges(piece.faces)
    ends, counts = np.unique(edge, return_counts=True)
    assert (counts == 2).all()  # closed loops, no spikes
    radius = np.linalg.norm(piece.carry(vertices)[ends, :2] - 0.5, axis=1)
    assert np.abs(radius - 0.3).max() < 0.006


def test_corner_values_are_interpolated_like_positions() -> None:
    vertices, faces = grid()
    corner = vertices[faces][:, :, :2] * 3 + 1
    piece = cut(faces, 0.4 - vertices[:, 0] + 0.2 * vertices[:, 1])
    got = piece.carry_corners(corner)
    want = piece.carry(vertices)[piece.faces][:, :, :2] * 3 + 1
    assert np.allclose(got, want)


def test_split_corners_gives_each_vertex_one_coordinate() -> None:
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    uvs = np.array([[[0, 0], [1, 0], [1, 1]], [[5, 5], [1, 1], [0, 1]]], float)
    old, new, uv = split_corners(faces, uvs)
    assert (old[new] == faces).all() and np.allclose(uv[new], uvs) and len(old) == 5


def test_smoothing_keeps_a_linear_ramp_inside_and_normals_point_up() -> None:
    vertices, faces = grid()
    assert np.allclose(vertex_normals(vertices, faces), [0, 0, 1])
    flat = smooth(np.ones(len(vertices)), neighbours(faces, len(vertices)), 5)
    assert np.allclose(flat, 1)


@given(st.integers(1, 5), st.integers(0, 1000))
@settings(max_examples=20)
def test_weights_survive_becoming_dense_and_sparse(k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense = rng.random((7, 6)) * (rng.random((7, 6)) < 0.5) + np.eye(7, 6) * 0.1 + 1e-3
    indices, weights = sparse_weights(dense, k)
    assert np.allclose(weights.sum(axis=1), 1)
    again = dense_weights(indices, weights, 6)
    assert (again.argmax(axis=1) == dense.argmax(axis=1)).all()


def test_noise_repeats_with_its_period_and_its_seed() -> None:
    points = np.random.default_rng(0).random((50, 3))
    a, b, other = Noise(1, "x", 8), Noise(1, "x", 8), Noise(2, "x", 8)
    assert np.array_equal(a(points, 0.1), b(points, 0.1))
    assert np.allclose(a(points, 0.1), a(points + 0.8, 0.1))
    assert not np.allclose(a(points, 0.1), other(points, 0.1))


@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 3), max_size=40))
@settings(max_examples=60)
def test_rows_that_are_alike_are_those_of_numpy(rows: list[tuple[int, int, int]]) -> None:
    array = np.array(rows, np.int64).reshape(-1, 3)
    first, kind = alike(array.T)
    if len(array):
        values, wanted_first, wanted_kind = np.unique(array, axis=0, return_index=True, return_inverse=True)
        assert np.array_equal(array[first], values)
        assert np.array_equal(first, wanted_first) and np.array_equal(kind, wanted_kind.ravel())
    else:
        assert len(first) == len(kind) == 0
