"""Linear blend skinning on the CPU, with sparse matrices made once per mesh."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from synthgen.core.frames import invert
from synthgen.meshes.normals import normal_operator, normals


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

    def posed(self, bones: np.ndarray, shift: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Posed bones (B, 4, 4), character frame → (V, 3) vertices and (V, 3) unit normals, float32.

        Vertices are moved on by ``shift`` (V, 3), if there is any.
        """
        moves = (bones @ self._from_rest)[:, :3, :].reshape(len(bones), 12).astype(np.float32)
        vertices = np.einsum("vij,vj->vi", (self._weights @ moves).reshape(-1, 3, 4), self._rest)
        if shift is not None:
            vertices = (vertices + shift).astype(np.float32)
        return vertices, normals(self._operator, vertices, self._faces)
