"""Stage 3: what a lamp sees of the casters, and how much of its light reaches a point (Williams 1978).

As in the GPU's renderer the map holds back faces, so that a surface does not shade itself, and its edges are softened
by percentage closer filtering (Reeves, Salesin and Cook 1987) over seventeen taps. Blocks of the map whose
surroundings lie wholly before or behind a point answer at once.
"""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import kernel, lean
from synthgen.engine.cpu.arrays import Lamps

BLOCK = 8
"""Texels along an edge of a block."""

_REACH = 3
"""Texels around a point's that the filter reads."""

_FARTHEST = 1e-6
"""Least nearness of a point: where the map is empty, 0, nothing is nearer, however far behind its end a point lies."""

_TAPS = np.zeros((7, 7))
_TAPS[1:6, 1:6] = [[1, 0, 1, 0, 1], [0, 1, 1, 1, 0], [1, 1, 1, 1, 1], [0, 1, 1, 1, 0], [1, 0, 1, 0, 1]]
"""Where the seventeen taps lie, with an empty border: [y + 3, x + 3]."""


@kernel
def block_bounds(shadow_map: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, N) nearness → (N / 8, N / 8) least and greatest within each block and three texels around it."""
    size = len(shadow_map)
    count = size // BLOCK
    low, high = np.empty((count, count), np.float32), np.empty((count, count), np.float32)
    for i in range(count):
        for j in range(count):
            least, most = np.float32(np.inf), np.float32(0.0)
            for y in range(max(i * BLOCK - _REACH, 0), min((i + 1) * BLOCK + _REACH, size)):
                for x in range(max(j * BLOCK - _REACH, 0), min((j + 1) * BLOCK + _REACH, size)):
                    least, most = min(least, shadow_map[y, x]), max(most, shadow_map[y, x])
            low[i, j], high[i, j] = least, most
    return low, high


@lean
def filtered(shadow_map: np.ndarray, x: float, y: float, nearness: float) -> float:
    """Share of the taps around (x, y), texels, at which nothing is nearer to the lamp."""
    left, top = math.floor(x - 0.5), math.floor(y - 0.5)
    fx, fy = x - 0.5 - left, y - 0.5 - top
    size = len(shadow_map)
    lit = 0.0
    for j in range(-2, 4):
        row = min(max(top + j, 0), size - 1)
        for i in range(-2, 4):
            if shadow_map[row, min(max(left + i, 0), size - 1)] < nearness:
                upper = (1.0 - fx) * _TAPS[j + 3, i + 3] + fx * _TAPS[j + 3, i + 2]
                lower = (1.0 - fx) * _TAPS[j + 2, i + 3] + fx * _TAPS[j + 2, i + 2]
                lit += (1.0 - fy) * upper + fy * lower
    return lit / 17.0


@lean
def light_share(lamps: Lamps, index: int, x: float, y: float, z: float) -> float:
    """Share of a lamp's light, 0…1, that reaches a point of the world past the casters of shadow map ``index``."""
    view, depth_row = lamps.views[index], lamps.depth_rows[index]
    depth = depth_row[0] * x + depth_row[1] * y + depth_row[2] * z + depth_row[3]
    if depth <= 0.0:
        return 1.0
    column = (view[0, 0] * x + view[0, 1] * y + view[0, 2] * z + view[0, 3]) / depth
    row = (view[1, 0] * x + view[1, 1] * y + view[1, 2] * z + view[1, 3]) / depth
    size = lamps.maps.shape[1]
    if not (0.0 <= column < size and 0.0 <= row < size):
        return 1.0
    nearness = (view[2, 0] * x + view[2, 1] * y + view[2, 2] * z + view[2, 3]) / depth + lamps.bias[index]
    nearness = max(nearness, _FARTHEST)
    i, j = int(row) // BLOCK, int(column) // BLOCK
    if lamps.highs[index, i, j] < nearness:
        return 1.0
    if lamps.lows[index, i, j] >= nearness:
        return 0.0
    return filtered(lamps.maps[index], column, row, nearness)
