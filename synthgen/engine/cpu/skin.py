"""Linear blend skinning and vertex normals, compiled: the same bits on every machine."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import sparse

from synthgen.core.frames import invert
from synthgen.core.kernels.kernel import kernel
from synthgen.meshes.normals import normal_operator

_CREASE = math.radians(75)
"""Angle beyond which an edge between split vertices stays sharp."""


class SkinArrays(NamedTuple):
    """One skinned mesh.

    Attributes:
        rest: (V, 3) at rest, character frame.
        faces: (F, 3) int32.
        weight_begins, weight_bones, weights: (V + 1,), (N,), (N,) each vertex's bones and their normalised weights.
        face_begins, around: (V + 1,), (M,) the faces whose normals make each vertex's.
        from_rest: (B, 4, 4) character frame → each bone's frame at rest.
    """

    rest: np.ndarray
    faces: np.ndarray
    weight_begins: np.ndarray
    weight_bones: np.ndarray
    weights: np.ndarray
    face_begins: np.ndarray
    around: np.ndarray
    from_rest: np.ndarray


def skin_arrays(
    vertices: np.ndarray, faces: np.ndarray, indices: np.ndarray, weights: np.ndarray, rest_bones: np.ndarray
) -> SkinArrays:
    """Prepares a mesh.

    Args:
        vertices: (V, 3) at rest, character frame.
        faces: (F, 3).
        indices, weights: (V, K) bones and weights; normalised here.
        rest_bones: (B, 4, 4) at rest, character frame.
    """
    vertices, weights = np.array(vertices, float), np.asarray(weights, float)
    weights = weights / np.maximum(weights.sum(1, keepdims=True), 1e-12)
    rows = np.repeat(np.arange(len(vertices)), np.shape(indices)[1])
    blend = sparse.csr_matrix((weights.ravel(), (rows, np.ravel(indices))), (len(vertices), len(rest_bones)))
    blend.eliminate_zeros()
    blend.sort_indices()
    around = sparse.csr_matrix(normal_operator(vertices, np.asarray(faces), _CREASE))
    around.sort_indices()
    return SkinArrays(
        vertices,
        np.array(faces, np.int32),
        blend.indptr.astype(np.int64),
        blend.indices.astype(np.int64),
        blend.data,
        around.indptr.astype(np.int64),
        around.indices.astype(np.int64),
        np.ascontiguousarray(invert(rest_bones)),
    )


@kernel
def moves_of(bones: np.ndarray, from_rest: np.ndarray) -> np.ndarray:
    """(B, 4, 4) posed bones → (B, 3, 4) how each moves what hangs on it, character frame."""
    out = np.zeros((len(bones), 3, 4))
    for n in range(len(bones)):
        for i in range(3):
            for j in range(4):
                total = 0.0
                for k in range(4):
                    total += bones[n, i, k] * from_rest[n, k, j]
                out[n, i, j] = total
    return out


@kernel
def face_normals(places: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F, 3) cross products of the faces' edges: normals as long as twice the areas."""
    out = np.empty((len(faces), 3))
    for n in range(len(faces)):
        i, j, k = faces[n, 0], faces[n, 1], faces[n, 2]
        ax, ay, az = places[j, 0] - places[i, 0], places[j, 1] - places[i, 1], places[j, 2] - places[i, 2]
        bx, by, bz = places[k, 0] - places[i, 0], places[k, 1] - places[i, 1], places[k, 2] - places[i, 2]
        out[n, 0], out[n, 1], out[n, 2] = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    return out


@kernel
def posed(skin: SkinArrays, bones: np.ndarray, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Posed bones (B, 4, 4), character frame → (V, 3) places and (V, 3) unit normals, float32.

    Vertices are moved on by ``shift`` (V, 3), if that has rows.
    """
    moves = moves_of(bones, skin.from_rest)
    count = len(skin.rest)
    places, normals = np.empty((count, 3)), np.empty((count, 3), np.float32)
    move = np.empty((3, 4))
    for v in range(count):
        move[:] = 0.0
        for n in range(skin.weight_begins[v], skin.weight_begins[v + 1]):
            move += skin.weights[n] * moves[skin.weight_bones[n]]
        for i in range(3):
            places[v, i] = (
                move[i, 0] * skin.rest[v, 0] + move[i, 1] * skin.rest[v, 1] + move[i, 2] * skin.rest[v, 2] + move[i, 3]
            )
    for v in range(len(shift)):
        for i in range(3):
            places[v, i] += shift[v, i]
    by_face = face_normals(places, skin.faces)
    for v in range(count):
        x, y, z = 0.0, 0.0, 0.0
        for n in range(skin.face_begins[v], skin.face_begins[v + 1]):
            face = skin.around[n]
            x, y, z = x + by_face[face, 0], y + by_face[face, 1], z + by_face[face, 2]
        length = math.sqrt(x * x + y * y + z * z)
        if length > 1e-20:
            normals[v, 0], normals[v, 1], normals[v, 2] = x / length, y / length, z / length
        else:
            normals[v, 0], normals[v, 1], normals[v, 2] = 0.0, 0.0, 1.0
    return places.astype(np.float32), normals
