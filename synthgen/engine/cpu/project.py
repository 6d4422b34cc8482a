"""Stage 1: places in the world → the camera's frame → the picture, snapped to 1/256 pixel as graphics cards do."""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import kernel
from synthgen.engine.cpu.arrays import Lens

STEPS = 256.0
"""Parts of a pixel that corners are snapped to: whole numbers, so that neighbours agree on their common edge."""

NEAR = 0.1
"""Metres; what is nearer to the camera's plane is cut away."""

MARGIN = 1024.0
"""Pixels beyond the picture, besides its own size, within which corners need no cutting: products stay exact."""


@kernel
def to_camera(places: np.ndarray, lens: Lens) -> np.ndarray:
    """(V, 3) world → (V, 3) float32 camera frame (x right, y down, z forward), metres."""
    out = np.empty((len(places), 3), np.float32)
    r, c = lens.rotation, lens.centre
    for i in range(len(places)):
        x, y, z = places[i, 0] - c[0], places[i, 1] - c[1], places[i, 2] - c[2]
        for k in range(3):
            out[i, k] = r[k, 0] * x + r[k, 1] * y + r[k, 2] * z
    return out


@kernel
def snapped(pixels: float) -> float:
    """A picture coordinate in pixels → the nearest whole step of 1/256 pixel, in steps."""
    out: float = np.floor(pixels * STEPS + 0.5)
    return out


@kernel
def to_picture(corners: np.ndarray, lens: Lens, width: int, height: int) -> np.ndarray:
    """(V, 3) camera frame → (V, 3) float64: x and y in steps, and nearness 1/z, which is linear in the picture.

    Corners before the near plane or far beside the picture get NaN: their triangles must be cut first.
    """
    out = np.empty((len(corners), 3))
    margin = max(width, height) + MARGIN
    for i in range(len(corners)):
        z = float(corners[i, 2])
        x, y = math.nan, math.nan
        nearness = 0.0
        if z >= NEAR:
            nearness = 1.0 / z
            x = lens.focal * corners[i, 0] * nearness + lens.middle_x
            y = lens.focal * corners[i, 1] * nearness + lens.middle_y
            if x < -margin or x > width + margin or y < -margin or y > height + margin:
                x = math.nan
        out[i, 0], out[i, 1], out[i, 2] = snapped(x), snapped(y), nearness
    return out
