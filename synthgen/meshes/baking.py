"""Painting textures from what is known on the surface: attributes of vertices → pixels of the texture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True)
class Raster:
    """Which triangle each pixel of a texture shows. Painted are the N pixels on which one lies, row by row.

    Attributes:
        size: pixels on a side.
        inside: (size, size) True where a triangle lies.
        face: (N,) its index.
        weights: (N, 3) barycentric coordinates in it.
        source: (size, size) the painted pixel that each pixel takes its colour from: itself, or the nearest.
    """

    size: int
    inside: np.ndarray
    face: np.ndarray
    weights: np.ndarray
    source: np.ndarray

    def paint(self, faces: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Per-vertex values (V, d) or (V,) → those of the painted pixels, (N, d) or (N,)."""
        corners = faces[self.face]
        share = self.weights.reshape(-1, 3, *([1] * (values.ndim - 1)))
        out: np.ndarray = share[:, 0] * values[corners[:, 0]]
        for k in (1, 2):
            out += share[:, k] * values[corners[:, k]]
        return out

    def image(self, pixels: np.ndarray) -> np.ndarray:
        """Values of the painted pixels (N, …) → of all, (size, size, …)."""
        out: np.ndarray = pixels[self.source]
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
    y = k // width[tri]
    x = low[tri, 0] + k - y * width[tri]
    y += low[tri, 1]
    a, b, c = p[:, 0], p[:, 1], p[:, 2]
    double = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    flat = np.abs(double) < 1e-9
    # A corner's weight is linear in x and y: its slopes are the triangle's, its value is nought at another corner.
    slopes = np.stack([c - a, a - b])[..., ::-1] * [1, -1] / np.where(flat, 1.0, double)[:, None]
    offset = (slopes * a).sum(-1)
    wb, wc = (s[tri, 0] * x + s[tri, 1] * y - o[tri] for s, o in zip(slopes, offset, strict=True))
    wa = 1 - wb - wc
    hit = np.flatnonzero((np.minimum(np.minimum(wa, wb), wc) >= -1e-6) & ~flat[tri])
    shown = np.full(size * size, -1)
    shown[y[hit] * size + x[hit]] = hit
    inside = shown >= 0
    painted = shown[inside]
    weights = np.stack([wa[painted], wb[painted], wc[painted]], axis=1)
    return Raster(size, inside.reshape(size, size), tri[painted], weights, _source(inside.reshape(size, size)))


def _source(inside: np.ndarray) -> np.ndarray:
    """(size, size) the number of each pixel among those inside; of a pixel outside, that of the nearest one inside."""
    number = np.cumsum(inside).reshape(inside.shape) - 1
    if not inside.any() or inside.all():
        return number
    row, column = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    out: np.ndarray = number[row, column]
    return out


def to_uint8(image: np.ndarray) -> np.ndarray:
    """sRGB 0…1 → uint8."""
    out: np.ndarray = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    return out


def normal_map(height: np.ndarray, pixel: float) -> np.ndarray:
    """(H, W) heights in metres → (H, W, 3) uint8 tangent-space normals; ``pixel`` is a pixel's side in metres."""
    dy, dx = np.gradient(height, pixel)
    up = 0.5 / np.sqrt(dx * dx + dy * dy + 1)  # half the normal's third component: 0…1 is what is written
    return np.stack([to_uint8(0.5 - dx * up), to_uint8(0.5 - dy * up), to_uint8(0.5 + up)], axis=-1)
