"""Stage 5: contact shading: how much of the surrounding light reaches each pixel.

In the manner of scalable ambient obscurance (McGuire, Mara and Luebke 2012), as the GPU's renderer has it
(``engine/gpu/passes.py``): points on a spiral around the pixel that rise above its tangent plane within a quarter of
a metre take light away, by the cosine to the normal. Normals come from the depth itself; the spiral is turned from
pixel to pixel in a 4 × 4 pattern, over which :func:`averaged` takes the mean.
"""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import kernel

RADIUS = 0.25
"""Metres."""

STRENGTH = 0.9

_SAMPLES = 10
_CLOSE = 0.3
"""Every other sample looks at this share of the radius only: what stands on a floor darkens it at its foot."""

_LONGEST = 96.0
"""Pixels that a spiral reaches at most."""

_FARTHEST = 100.0
"""Metres from which on nothing is shaded."""

_ANGLES = np.arange(16)[:, None] * (2 * np.pi / 16) + np.arange(_SAMPLES) * 2.3999632
_SPIRAL = np.round(np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], -1), 9)
"""(16, 10, 2) unit directions by turn and sample."""


@kernel
def slope(depth: np.ndarray, focal: float, x: int, y: int, dx: int, dy: int) -> tuple[float, float, float]:
    """The surface's direction along (dx, dy) at a pixel: to the neighbour that is the closer in depth."""
    height, width = depth.shape
    here = float(depth[y, x])
    ahead_x, ahead_y = min(x + dx, width - 1), min(y + dy, height - 1)
    behind_x, behind_y = max(x - dx, 0), max(y - dy, 0)
    ahead, behind = float(depth[ahead_y, ahead_x]), float(depth[behind_y, behind_x])
    px, py, pz, qx, qy, qz = ahead_x, ahead_y, ahead, x, y, here
    if not abs(ahead - here) < abs(behind - here):
        px, py, pz, qx, qy, qz = x, y, here, behind_x, behind_y, behind
    middle_x, middle_y = 0.5 * width - 0.5, 0.5 * height - 0.5
    return (
        ((px - middle_x) * pz - (qx - middle_x) * qz) / focal,
        ((py - middle_y) * pz - (qy - middle_y) * qz) / focal,
        pz - qz,
    )


@kernel
def normal_at(depth: np.ndarray, focal: float, x: int, y: int) -> tuple[float, float, float]:
    """Unit normal towards the camera in its frame; null where the depth has none."""
    ax, ay, az = slope(depth, focal, x, y, 1, 0)
    bx, by, bz = slope(depth, focal, x, y, 0, 1)
    nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    length = math.sqrt(nx * nx + ny * ny + nz * nz)
    if not 0.0 < length < 1e6:
        return 0.0, 0.0, 0.0
    height, width = depth.shape
    toward = nx * (x + 0.5 - 0.5 * width) + ny * (y + 0.5 - 0.5 * height) + nz * focal
    scale = 1.0 / length if toward <= 0.0 else -1.0 / length
    return nx * scale, ny * scale, nz * scale


@kernel
def openness(depth: np.ndarray, focal: float) -> np.ndarray:
    """(H, W) depth in metres → (H, W) float32 share of the light that is left, 0…1."""
    height, width = depth.shape
    out = np.ones((height, width), np.float32)
    inverse = 1.0 / focal
    middle_x, middle_y = 0.5 * width - 0.5, 0.5 * height - 0.5
    for y in range(height):
        for x in range(width):
            z = float(depth[y, x])
            if not z < _FARTHEST:
                continue
            nx, ny, nz = normal_at(depth, focal, x, y)
            px, py = (x - middle_x) * inverse * z, (y - middle_y) * inverse * z
            # A point at depth far behind pixel (u, v) rises by far (a u + b v + c) − d above the tangent plane.
            a, b = nx * inverse, ny * inverse
            c, d = nz - a * middle_x - b * middle_y, nx * px + ny * py + nz * z
            slack = 0.002 + 0.0015 * z
            reach = min(RADIUS * focal / z, _LONGEST)
            turn = (x & 3) * 4 + (y & 3)
            lost = 0.0
            for n in range(_SAMPLES):
                span = _CLOSE if n & 1 else 1.0
                along = span * (n + 0.5) / _SAMPLES * reach + 1.0
                u = min(max(int(x + _SPIRAL[turn, n, 0] * along + 0.5), 0), width - 1)
                v = min(max(int(y + _SPIRAL[turn, n, 1] * along + 0.5), 0), height - 1)
                far = float(depth[v, u])
                if not far < _FARTHEST:
                    continue
                rise = far * (a * u + b * v + c) - d - slack * span
                if rise <= 0.0:
                    continue
                dx, dy, dz = (u - middle_x) * inverse * far - px, (v - middle_y) * inverse * far - py, far - z
                square = dx * dx + dy * dy + dz * dz
                limit = span * RADIUS
                close = 1.0 - square / (limit * limit)
                if close > 0.0:
                    weight = 2.4 if n & 1 else 1.0
                    lost += weight * close * close * rise / math.sqrt(square + 1e-5)
            out[y, x] = min(max(1.0 - lost * STRENGTH * 2.0 / _SAMPLES, 0.0), 1.0)
    return out


@kernel
def averaged(open_share: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Mean over the 4 × 4 pattern around each pixel, without mixing near and far surfaces."""
    height, width = depth.shape
    out = np.ones((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            z = float(depth[y, x])
            if not z < _FARTHEST:
                continue
            total, weights = 0.0, 0.0
            for dy in range(-2, 2):
                v = min(max(y + dy, 0), height - 1)
                for dx in range(-2, 2):
                    u = min(max(x + dx, 0), width - 1)
                    # Nearness is compared, as the GPU's pass does: depth there goes with 1/z.
                    weight = 1.0001 if abs(z - depth[v, u]) < 0.03 * depth[v, u] else 0.0001
                    total += weight * open_share[v, u]
                    weights += weight
            out[y, x] = total / weights
    return out
