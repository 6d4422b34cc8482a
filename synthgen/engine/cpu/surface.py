"""What a ray through the picture finds on a triangle: place, normal, texture coordinates."""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.engine.cpu.arrays import Triangles


@lean
def unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    """A vector of length one; a null vector stays null."""
    length = math.sqrt(x * x + y * y + z * z)
    scale = 1.0 / length if length > 0.0 else 0.0
    return x * scale, y * scale, z * scale


@lean
def meet(corners: np.ndarray, i: int, j: int, k: int, dx: float, dy: float) -> tuple[float, float, float, float]:
    """Where the ray (dx, dy, 1) from the camera meets a triangle (Möller and Trumbore 1997).

    Args:
        corners: (V, 3) camera frame.
        i, j, k: the triangle's.
        dx, dy: the ray.

    Returns:
        Barycentric coordinates of the three corners, which texture and normals follow in perspective, and depth z.
    """
    ax, ay, az = float(corners[i, 0]), float(corners[i, 1]), float(corners[i, 2])
    px, py, pz = corners[j, 0] - ax, corners[j, 1] - ay, corners[j, 2] - az
    qx, qy, qz = corners[k, 0] - ax, corners[k, 1] - ay, corners[k, 2] - az
    hx, hy, hz = dy * qz - qy, qx - dx * qz, dx * qy - dy * qx
    determinant = px * hx + py * hy + pz * hz
    if determinant == 0.0:
        return 1.0, 0.0, 0.0, az
    scale = 1.0 / determinant
    second = -(ax * hx + ay * hy + az * hz) * scale
    sx, sy, sz = az * py - ay * pz, ax * pz - az * px, ay * px - ax * py
    third = (dx * sx + dy * sy + sz) * scale
    # Corners are snapped: a sample may lie a trifle outside, which on a triangle seen from its edge is metres away.
    second = min(max(second, 0.0), 1.0)
    third = min(max(third, 0.0), 1.0 - second)
    return 1.0 - second - third, second, third, az + second * pz + third * qz


@lean
def blend(values: np.ndarray, i: int, j: int, k: int, a: float, b: float, c: float) -> tuple[float, float, float]:
    """(V, 3) values at three corners, mixed by barycentric coordinates."""
    return (
        a * values[i, 0] + b * values[j, 0] + c * values[k, 0],
        a * values[i, 1] + b * values[j, 1] + c * values[k, 1],
        a * values[i, 2] + b * values[j, 2] + c * values[k, 2],
    )


@lean
def texture_scale(surfaces: Triangles, i: int, j: int, k: int) -> float:
    """Texture coordinates per metre on a triangle: the root of the ratio of its areas."""
    p, uv = surfaces.places, surfaces.uvs
    ax, ay, az = float(p[j, 0] - p[i, 0]), float(p[j, 1] - p[i, 1]), float(p[j, 2] - p[i, 2])
    bx, by, bz = float(p[k, 0] - p[i, 0]), float(p[k, 1] - p[i, 1]), float(p[k, 2] - p[i, 2])
    cx, cy, cz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    area = math.sqrt(cx * cx + cy * cy + cz * cz)
    flat = (uv[j, 0] - uv[i, 0]) * (uv[k, 1] - uv[i, 1]) - (uv[j, 1] - uv[i, 1]) * (uv[k, 0] - uv[i, 0])
    return math.sqrt(abs(float(flat)) / area) if area > 0.0 else 0.0


@lean
def bumped(
    surfaces: Triangles,
    i: int,
    j: int,
    k: int,
    nx: float,
    ny: float,
    nz: float,
    mx: float,
    my: float,
    mz: float,
) -> tuple[float, float, float]:
    """A normal turned by a normal map's (mx, my, mz): along u, against v (images are stored downwards), outward."""
    p, uv = surfaces.places, surfaces.uvs
    du, dv = float(uv[j, 0] - uv[i, 0]), float(uv[j, 1] - uv[i, 1])
    eu, ev = float(uv[k, 0] - uv[i, 0]), float(uv[k, 1] - uv[i, 1])
    area = du * ev - eu * dv
    if area == 0.0:
        return nx, ny, nz
    sign = 1.0 if area > 0.0 else -1.0
    tx, ty, tz = (
        sign * ((p[j, 0] - p[i, 0]) * ev - (p[k, 0] - p[i, 0]) * dv),
        sign * ((p[j, 1] - p[i, 1]) * ev - (p[k, 1] - p[i, 1]) * dv),
        sign * ((p[j, 2] - p[i, 2]) * ev - (p[k, 2] - p[i, 2]) * dv),
    )
    along = tx * nx + ty * ny + tz * nz
    tx, ty, tz = unit(tx - along * nx, ty - along * ny, tz - along * nz)
    bx, by, bz = sign * (ny * tz - nz * ty), sign * (nz * tx - nx * tz), sign * (nx * ty - ny * tx)
    return unit(
        tx * mx - bx * my + nx * mz,
        ty * mx - by * my + ny * mz,
        tz * mx - bz * my + nz * mz,
    )
