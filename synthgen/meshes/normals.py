"""Vertex normals by sparse matrices made once per mesh: what is posed again and again pays for one product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from synthgen.meshes.mesh import MeshPart
from synthgen.meshes.rows import alike

_WELD = 1e-6
"""Metres within which two vertices are the same point (they are split where texture coordinates jump)."""

_RIGID_CREASE = np.radians(40)


def rigid_normals(parts: Sequence[MeshPart]) -> list[np.ndarray]:
    """Unit vertex normals of each of the rigid parts of one thing, (V, 3) float32.

    Those that a part brings are taken; the others come from one operator for all of them. Edges sharper than 40° stay
    sharp; parts do not smooth into each other where they touch.
    """
    unknown = iter(_made([p for p in parts if p.normals is None]))
    return [next(unknown) if p.normals is None else np.asarray(p.normals, np.float32) for p in parts]


def with_normals(parts: Sequence[MeshPart]) -> list[MeshPart]:
    """The same rigid parts with their normals, for whoever keeps and draws them more than once."""
    return [replace(p, normals=n) for p, n in zip(parts, rigid_normals(parts), strict=True)]


def _made(parts: Sequence[MeshPart]) -> list[np.ndarray]:
    starts = np.cumsum([0, *(len(p.vertices) for p in parts)])
    if starts[-1] == 0:
        return [np.zeros((0, 3), np.float32) for _ in parts]
    vertices = np.concatenate([np.asarray(p.vertices, float).reshape(-1, 3) for p in parts])
    faces = np.concatenate([np.reshape(p.faces, (-1, 3)) + at for p, at in zip(parts, starts, strict=False)])
    owners = np.repeat(np.arange(len(parts)), np.diff(starts))
    operator = normal_operator(vertices, faces, _RIGID_CREASE, owners)
    unit = normals(operator, vertices, faces).astype(np.float32)
    return np.split(unit, starts[1:-1])


def normal_operator(
    vertices: np.ndarray, faces: np.ndarray, crease: float, owners: np.ndarray | None = None
) -> sparse.csr_matrix:
    """(V, F) matrix that sums, for each vertex, the normals of the faces around it.

    Vertices that lie on one point share their faces, so that texture seams stay invisible, unless their faces meet
    at more than ``crease`` radians: such an edge stays sharp.

    Args:
        vertices: (V, 3) at rest.
        faces: (F, 3).
        crease: radians.
        owners: (V,) the part that each vertex belongs to; vertices of two parts are never one point.
    """
    count = len(vertices)
    corner_face = np.repeat(np.arange(len(faces)), 3)
    own = sparse.csr_matrix((np.ones(faces.size), (faces.ravel(), corner_face)), (count, len(faces)))
    group = _same_place(vertices, owners)
    shared = sparse.csr_matrix((np.ones(count), (group, np.arange(count))), (group.max(initial=-1) + 1, count))
    around = sparse.coo_matrix(shared.T @ (shared @ own))
    face_normals = face_cross(vertices, faces)
    unit = _normalised(face_normals)
    vertex_unit = _normalised(own @ face_normals)
    close = np.einsum("ij,ij->i", vertex_unit[around.row], unit[around.col]) > np.cos(crease)
    kept = sparse.coo_matrix((np.ones(close.sum()), (around.row[close], around.col[close])), around.shape).tocsr()
    # A face that belongs to the vertex counts in any case: a folded face must not leave a vertex without normal.
    return (kept + own).sign().astype(np.float32)


def _same_place(vertices: np.ndarray, owners: np.ndarray | None) -> np.ndarray:
    """(V,) the same number for vertices of one part that lie on one point."""
    columns = [*np.round(vertices / _WELD).astype(np.int64).T, *([] if owners is None else [owners])]
    return alike(columns)[1]


def face_cross(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F, 3) cross products of the faces' edges: the normals, as long as twice the areas."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.cross(b - a, c - a)


def normals(operator: sparse.csr_matrix, vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit vertex normals."""
    return _normalised(operator @ face_cross(vertices, faces))


def _normalised(vectors: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(length > 1e-20, vectors / np.maximum(length, 1e-20), (0.0, 0.0, 1.0)).astype(vectors.dtype)
