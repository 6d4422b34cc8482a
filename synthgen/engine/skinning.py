"""Linear blend skinning and vertex normals on the CPU, with sparse matrices made once per mesh."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from synthgen.core.frames import invert

_WELD = 1e-6
"""Metres within which two vertices are the same point (they are split where texture coordinates jump)."""


def normal_operator(vertices: np.ndarray, faces: np.ndarray, crease: float) -> sparse.csr_matrix:
    """(V, F) matrix that sums, for each vertex, the normals of the faces around it.

    Vertices that lie on one point share their faces, so that texture seams stay invisible, unless their faces meet
    at more than ``crease`` radians: such an edge stays sharp.

    Args:
        vertices: (V, 3) at rest.
        faces: (F, 3).
        crease: radians.
    """
    count = len(vertices)
    corner_face = np.repeat(np.arange(len(faces)), 3)
    own = sparse.csr_matrix((np.ones(faces.size), (faces.ravel(), corner_face)), (count, len(faces)))
    _, group = np.unique(np.round(vertices / _WELD).astype(np.int64), axis=0, return_inverse=True)
    group = group.reshape(-1)
    shared = sparse.csr_matrix((np.ones(count), (group, np.arange(count))), (group.max(initial=-1) + 1, count))
    around = sparse.coo_matrix(shared.T @ (shared @ own))
    face_normals = face_cross(vertices, faces)
    unit = _normalised(face_normals)
    vertex_unit = _normalised(own @ face_normals)
    close = np.einsum("ij,ij->i", vertex_unit[around.row], unit[around.col]) > np.cos(crease)
    kept = sparse.coo_matrix((np.ones(close.sum()), (around.row[close], around.col[close])), around.shape).tocsr()
    # A face that belongs to the vertex counts in any case: a folded face must not leave a vertex without normal.
    return (kept + own).sign().astype(np.float32)


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


class LinearBlendSkin:
    """One skinned mesh: rest vertices and weights → posed vertices and normals.

    Args:
        vertices: (V, 3) at rest, character frame.
        faces: (F, 3).
        indices, weights: (V, K) bones and weights; normalised here.
        rest_bones: (B, 4, 4) at rest, character frame.
        crease: radians beyond which an edge between split vertices stays sharp.
    """

    def __init__(
        self,
        vertices: np.ndarray,
        faces: np.ndarray,
        indices: np.ndarray,
        weights: np.ndarray,
        rest_bones: np.ndarray,
        crease: float = np.radians(75),
    ) -> None:
        count, bones = len(vertices), len(rest_bones)
        weights = np.asarray(weights, float)
        weights = weights / np.maximum(weights.sum(1, keepdims=True), 1e-12)
        rows = np.repeat(np.arange(count), indices.shape[1])
        self._weights = sparse.csr_matrix((weights.ravel(), (rows, np.ravel(indices))), (count, bones))
        self._weights = self._weights.astype(np.float32)
        self._rest = np.concatenate([vertices, np.ones((count, 1))], 1).astype(np.float32)
        self._from_rest = invert(rest_bones)
        self._faces = np.asarray(faces)
        self._operator = normal_operator(np.asarray(vertices, float), self._faces, crease)

    def posed(self, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Posed bones (B, 4, 4), character frame → (V, 3) vertices and (V, 3) unit normals, float32."""
        moves = (bones @ self._from_rest)[:, :3, :].reshape(len(bones), 12).astype(np.float32)
        vertices = np.einsum("vij,vj->vi", (self._weights @ moves).reshape(-1, 3, 4), self._rest)
        return vertices, normals(self._operator, vertices, self._faces)
