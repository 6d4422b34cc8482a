"""Painting textures from what is known on the surface: attributes of vertices → pixels of the texture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True)
class Raster:
    """Which triangle each pixel of a texture shows.

    Attributes:
        size: pixels on a side.
        face: (size, size) triangle index; pixels outside every triangle have the nearest one.
        weights: (size, size, 3) barycentric coordinates in it.
        inside: (size, size) True where a triangle lies.
    """

    size: int
    face: np.ndarray
    weights: np.ndarray
    inside: np.ndarray

    def paint(self, faces: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Per-vertex values (V, d) or (V,) → (size, size, d) or (size, size)."""
        corners = values[faces[self.face]]
        out: np.ndarray = np.einsum("hwk,hwk...->hw...", self.weights, corners)
        return out


def rasterise(uvs: np.ndarray, size: int) -> Raster:
    """Rasterises triangles in texture space.

    Args:
        uvs: (F, 3, 2) corner coordinates in 0…1; v runs down the rows.
        size: pixels on a side.
    """
    p = uvs * size - 0.5
    low = np.clip(np.floor(p.min(axis=1)).astype(int), 0, size - 1)
    high = np.clip(np.ceil(p.max(axis=1)).astype(int), 0, size - 1)
    width, height = (high - low + 1).T
    area = width * height
    tri = np.repeat(np.arange(len(p)), area)
    k = np.arange(area.sum()) - np.repeat(np.cumsum(area) - area, area)
    x, y = low[tri, 0] + k % width[tri], low[tri, 1] + k // width[tri]
    a, b, c = p[tri, 0], p[tri, 1], p[tri, 2]
    double = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    safe = np.where(np.abs(double) < 1e-9, 1.0, double)
    wb = ((x - a[:, 0]) * (c[:, 1] - a[:, 1]) - (y - a[:, 1]) * (c[:, 0] - a[:, 0])) / safe
    wc = ((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (b[:, 1] - a[:, 1]) * (x - a[:, 0])) / safe
    w = np.stack([1 - wb - wc, wb, wc], axis=1)
    hit = (w.min(axis=1) >= -1e-6) & (np.abs(double) >= 1e-9)
    face = np.zeros((size, size), int)
    weights = np.zeros((size, size, 3))
    inside = np.zeros((size, size), bool)
    face[y[hit], x[hit]], weights[y[hit], x[hit]], inside[y[hit], x[hit]] = tri[hit], w[hit], True
    if inside.any() and not inside.all():
        row, col = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
        face, weights = face[row, col], weights[row, col]
    return Raster(size, face, weights, inside)


def to_uint8(image: np.ndarray) -> np.ndarray:
    """sRGB 0…1 → uint8."""
    out: np.ndarray = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    return out


def normal_map(height: np.ndarray, pixel: float) -> np.ndarray:
    """(H, W) heights in metres → (H, W, 3) uint8 tangent-space normals; ``pixel`` is a pixel's side in metres."""
    dy, dx = np.gradient(height, pixel)
    up = 0.5 / np.sqrt(dx * dx + dy * dy + 1)  # half the normal's third component: 0…1 is what is written
    return np.stack([to_uint8(0.5 - dx * up), to_uint8(0.5 - dy * up), to_uint8(0.5 + up)], axis=-1)
