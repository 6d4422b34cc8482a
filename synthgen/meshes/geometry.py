"""Triangle-mesh operations that garments, hair and skin share. Pure functions on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from synthgen.meshes.rows import alike


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, the area-weighted mean of the faces around each vertex (0, 0, 1 where there is none)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    weighted = np.cross(b - a, c - a)
    out = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(out, faces[:, k], weighted)
    length = np.linalg.norm(out, axis=1, keepdims=True)
    return np.where(length > 1e-14, out / np.maximum(length, 1e-14), [0.0, 0.0, 1.0])


def neighbours(faces: np.ndarray, count: int) -> sparse.csr_matrix:
    """(V, V) matrix whose rows average a vertex's neighbours (rows of unused vertices are zero)."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.sort(edges, axis=1)
    edges = edges[alike(edges.T)[0]]
    i, j = np.concatenate([edges, edges[:, ::-1]]).T
    matrix = sparse.csr_matrix((np.ones(len(i)), (i, j)), shape=(count, count))
    degree = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    return sparse.diags(1.0 / degree) @ matrix


def smooth(values: np.ndarray, average: sparse.csr_matrix, steps: int, rate: float = 0.5) -> np.ndarray:
    """Moves each vertex's value ``steps`` times by ``rate`` towards its neighbours' mean."""
    used = (average.getnnz(axis=1) > 0).reshape(-1, *([1] * (values.ndim - 1)))
    for _ in range(steps):
        values = np.where(used, values + rate * (average @ values - values), values)
    return values


def boundary_edges(faces: np.ndarray) -> np.ndarray:
    """(E, 2) directed edges that belong to one face only, in the direction in which that face runs."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    first, kind = alike(np.sort(edges, axis=1).T)
    out: np.ndarray = edges[first[np.bincount(kind) == 1]]
    return out


@dataclass(frozen=True)
class Cut:
    """The part of a mesh where a field is positive, cut along the field's zero line.

    New vertex ``i`` lies at ``(1 − t[i])·old[ends[i, 0]] + t[i]·old[ends[i, 1]]``; kept vertices have equal ends.

    Attributes:
        ends: (N, 2) old vertices; t: (N,).
        faces: (M, 3) into the new vertices.
        source: (M,) old face; corners: (M, 3, 3) barycentric coordinates of each new corner in it.
    """

    ends: np.ndarray
    t: np.ndarray
    faces: np.ndarray
    source: np.ndarray
    corners: np.ndarray

    def carry(self, values: np.ndarray) -> np.ndarray:
        """Interpolates per-vertex values of the old mesh."""
        t = self.t.reshape(-1, *([1] * (values.ndim - 1)))
        out: np.ndarray = (1 - t) * values[self.ends[:, 0]] + t * values[self.ends[:, 1]]
        return out

    def carry_nearest(self, values: np.ndarray) -> np.ndarray:
        """Takes per-vertex values (labels) of the nearer old vertex."""
        return values[np.where(self.t < 0.5, self.ends[:, 0], self.ends[:, 1])]

    def carry_corners(self, values: np.ndarray) -> np.ndarray:
        """Interpolates per-corner values (F, 3, d) → (M, 3, d)."""
        out: np.ndarray = np.einsum("mij,mjd->mid", self.corners, values[self.source])
        return out


def cut(faces: np.ndarray, field: np.ndarray, snap: float = 0.08) -> Cut:
    """Keeps where ``field`` > 0 and puts new vertices on its zero line.

    Args:
        faces: (F, 3).
        field: (V,) any smooth function of the vertices.
        snap: crossings nearer to an end than this share of an edge are moved off it, so that no slivers arise.
    """
    f = np.asarray(field, float)
    inside = f > 0
    count = inside[faces].sum(axis=1)
    whole = np.flatnonzero(count == 3)
    # Turn each crossed face so that its odd corner comes first.
    crossed = np.flatnonzero((count == 1) | (count == 2))
    odd = np.argmax(inside[faces[crossed]] == (count[crossed] == 1)[:, None], axis=1)
    local = (odd[:, None] + np.arange(3)) % 3
    tri = np.take_along_axis(faces[crossed], local, axis=1)
    one = count[crossed] == 1

    kept = np.unique(np.concatenate([faces[whole].ravel(), tri[one, 0], tri[~one, 1:].ravel()]))
    new_of = np.full(len(f), -1)
    new_of[kept] = np.arange(len(kept))
    pairs = np.sort(np.concatenate([tri[:, [0, 1]], tri[:, [0, 2]]]), axis=1)
    first, edge_of = alike(pairs.T)
    edges, edge_of = pairs[first], edge_of + len(kept)
    ab, ac = edge_of[: len(tri)], edge_of[len(tri) :]
    fa, fb = f[edges[:, 0]], f[edges[:, 1]]
    t_edge = np.clip(fa / np.where(fa == fb, 1.0, fa - fb), snap, 1 - snap)

    ends = np.concatenate([np.stack([kept, kept], axis=1), edges])
    t = np.concatenate([np.zeros(len(kept)), t_edge])

    def along(which: np.ndarray, row: np.ndarray, k: int) -> np.ndarray:
        """Barycentric coordinates of the crossing between the odd corner and its k-th other one."""
        te = t_edge[which - len(kept)]
        share = np.where(edges[which - len(kept), 0] == tri[row, 0], te, 1 - te)
        out = np.zeros((len(row), 3))
        out[np.arange(len(row)), local[row, 0]] = 1 - share
        out[np.arange(len(row)), local[row, k]] = share
        return out

    def corner(row: np.ndarray, k: int) -> np.ndarray:
        out: np.ndarray = np.eye(3)[local[row, k]]
        return out

    r1, r2 = np.flatnonzero(one), np.flatnonzero(~one)
    new_faces = [
        new_of[faces[whole]],
        np.stack([new_of[tri[r1, 0]], ab[r1], ac[r1]], axis=1),
        np.stack([ab[r2], new_of[tri[r2, 1]], new_of[tri[r2, 2]]], axis=1),
        np.stack([ab[r2], new_of[tri[r2, 2]], ac[r2]], axis=1),
    ]
    corners = [
        np.broadcast_to(np.eye(3), (len(whole), 3, 3)),
        np.stack([corner(r1, 0), along(ab[r1], r1, 1), along(ac[r1], r1, 2)], axis=1),
        np.stack([along(ab[r2], r2, 1), corner(r2, 1), corner(r2, 2)], axis=1),
        np.stack([along(ab[r2], r2, 1), corner(r2, 2), along(ac[r2], r2, 2)], axis=1),
    ]
    source = np.concatenate([whole, crossed[r1], crossed[r2], crossed[r2]])
    return Cut(ends, t, np.concatenate(new_faces), source, np.concatenate(corners))


def drop_small_islands(faces: np.ndarray, count: int, keep_share: float = 0.02) -> np.ndarray:
    """(F,) mask of the faces whose connected piece holds at least ``keep_share`` of all faces."""
    if not len(faces):
        return np.zeros(0, bool)
    i = np.concatenate([faces[:, 0], faces[:, 1]])
    j = np.concatenate([faces[:, 1], faces[:, 2]])
    graph = sparse.coo_matrix((np.ones(len(i)), (i, j)), shape=(count, count))
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    of_face = label[faces[:, 0]]
    size = np.bincount(of_face, minlength=label.max() + 1)
    out: np.ndarray = size[of_face] >= keep_share * len(faces)
    return out


def split_corners(faces: np.ndarray, corner_uvs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Splits vertices at seams of the texture, so that each has one coordinate.

    Args:
        faces: (F, 3).
        corner_uvs: (F, 3, 2).

    Returns:
        (old vertex of each new vertex (N,), new faces (F, 3), uvs (N, 2)).
    """
    first, kind = alike([faces.ravel(), *np.round(corner_uvs.reshape(-1, 2) * 1e6).astype(np.int64).T])
    return faces.ravel()[first], kind.reshape(faces.shape), corner_uvs.reshape(-1, 2)[first]


def segment_distance(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N,) distance of points (N, 3) from the straight segment a–b."""
    d = b - a
    t = np.clip((points - a) @ d / max(float(d @ d), 1e-12), 0, 1)
    out: np.ndarray = np.linalg.norm(points - a - t[:, None] * d, axis=1)
    return out


def dense_weights(indices: np.ndarray, weights: np.ndarray, bones: int) -> np.ndarray:
    """(V, K) skin indices and weights → (V, B)."""
    out = np.zeros((len(indices), bones))
    np.add.at(out, (np.arange(len(indices))[:, None], indices), weights)
    return out


def sparse_weights(dense: np.ndarray, k: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """The ``k`` strongest bones of each vertex: indices (V, k) int32 and weights (V, k) that sum to 1."""
    order = np.argsort(-dense, axis=1, kind="stable")[:, :k]
    w = np.take_along_axis(dense, order, axis=1)
    return order.astype(np.int32), w / np.maximum(w.sum(axis=1, keepdims=True), 1e-12)


def nearest(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """(N,) index of the point of ``to`` that is nearest to each of ``points``."""
    out: np.ndarray = cKDTree(to).query(points)[1]
    return out
