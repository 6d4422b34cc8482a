"""Hems: the edges of a garment, evened, averaged along themselves and turned in."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from synthgen.core.vectors import unit
from synthgen.meshes.geometry import neighbours, smooth, vertex_normals


def hem_average(faces: np.ndarray, edge: np.ndarray, count: int) -> sparse.csr_matrix:
    """As :func:`neighbours`, but a vertex on the hem only knows its neighbours along the hem."""
    average = neighbours(faces, count)
    on_hem = np.zeros(count, bool)
    on_hem[edge] = True
    i, j = np.concatenate([edge, edge[:, ::-1]]).T
    hem = sparse.csr_matrix((np.full(len(i), 0.5), (i, j)), shape=(count, count))
    return (sparse.diags((~on_hem).astype(float)) @ average + hem).tocsr()


def even_hem(skin: np.ndarray, edge: np.ndarray, along: sparse.csr_matrix) -> np.ndarray:
    """Smooths the boundary curve itself, without making it shorter; everything else stays."""
    loop = np.unique(edge)
    ring, out = along[loop][:, loop], skin.copy()
    for _ in range(8):
        out[loop] = smooth(smooth(out[loop], ring, 1), ring, 1, -0.53)
    return out


def turned_hem(
    vertices: np.ndarray, faces: np.ndarray, skin: np.ndarray, edge: np.ndarray, thickness: float, width: float = 0.018
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A rim folded inwards along the boundary: across the cloth's thickness, then back under it.

    Returns:
        (garment vertex that each rim vertex hangs on (R,), offsets from it (R, 3), faces (·, 3)).
    """
    loop = np.unique(edge)
    rank = np.full(len(vertices), -1)
    rank[loop] = np.arange(len(loop))
    normals = vertex_normals(vertices, faces)[loop]
    inward = np.zeros_like(vertices)
    centre = vertices[faces].mean(axis=1)
    for k in range(3):
        np.add.at(inward, faces[:, k], centre - vertices[faces[:, k]])
    tangent = np.zeros_like(vertices)
    direction = vertices[edge[:, 1]] - vertices[edge[:, 0]]
    np.add.at(tangent, edge[:, 0], direction)
    np.add.at(tangent, edge[:, 1], direction)
    t, back = unit(tangent[loop]), inward[loop]
    back = back - np.einsum("ij,ij->i", back, normals)[:, None] * normals
    back = unit(back - np.einsum("ij,ij->i", back, t)[:, None] * t)
    gap = np.einsum("ij,ij->i", vertices[loop] - skin[loop], normals)
    fold = np.minimum(thickness + 0.001, np.maximum(gap - 0.0005, 0.0005))[:, None] * -normals
    n, base = len(loop), len(vertices)
    # Rings: the edge again (so that it stays sharp), the fold, the end under the cloth.
    offsets = np.concatenate([np.zeros((n, 3)), fold, fold + width * back])
    a, b = rank[edge[:, 0]], rank[edge[:, 1]]
    quads = [(base + r * n + a, base + r * n + b, base + (r + 1) * n + b, base + (r + 1) * n + a) for r in range(2)]
    rim = [np.stack(tri, axis=1) for p, q, s, u in quads for tri in ((q, p, u), (q, u, s))]
    return np.tile(loop, 3), offsets, np.concatenate(rim)


def rim_uvs(faces: np.ndarray, uvs: np.ndarray, rim_faces: np.ndarray, pick: np.ndarray, base: int) -> np.ndarray:
    """The rim takes its colour from the garment's edge."""
    any_uv = np.zeros((base, 2))
    any_uv[faces.ravel()] = uvs.reshape(-1, 2)
    out: np.ndarray = any_uv[pick][rim_faces - base]
    return out
