"""The environment: a cube map whose coarse levels stand for what rough surfaces mirror."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.engine.cpu.arrays import Sky
from synthgen.engine.cpu.tables import LINEAR, read
from synthgen.places.sky import cube_directions


def sky_of(faces: np.ndarray, strength: float) -> Sky:
    """The levels of an environment.

    Args:
        faces: (6, n, n, 3 or 4) uint8 sRGB, faces as in ``places.sky.cube_directions``; n a power of two.
        strength: factor on the light that it gives.
    """
    level = np.asarray(faces[..., :3], float) / 255.0
    parts: list[np.ndarray] = []
    begins: list[int] = []
    sizes: list[int] = []
    while True:
        size = level.shape[1]
        begins.append(sum(len(p) for p in parts))
        sizes.append(size)
        parts.append(level.reshape(-1, 3)[_bordered(size)])
        if size == 1:
            break
        level = level.reshape(6, size // 2, 2, size // 2, 2, 3).mean((2, 4))
    return Sky(
        np.concatenate(parts).astype(np.float32), np.array(begins, np.int64), np.array(sizes, np.int64), float(strength)
    )


@lru_cache(maxsize=8)
def _bordered(size: int) -> np.ndarray:
    """(6 (size + 2)²,) the texel of a level that each texel with a border around every face shows."""
    x, y, z = np.moveaxis(cube_directions(size, border=1).reshape(-1, 3), -1, 0)
    return _texel_of(x, y, z, size)


def _texel_of(x: np.ndarray, y: np.ndarray, z: np.ndarray, size: int) -> np.ndarray:
    ax, ay, az = (np.maximum(abs(v), 1e-12) for v in (x, y, z))
    on_x, on_y = (ax >= ay) & (ax >= az), (ay >= az)
    face = np.where(on_x, np.where(x > 0, 0, 1), np.where(on_y, np.where(y > 0, 2, 3), np.where(z > 0, 4, 5)))
    s = np.select([face == 0, face == 1, face == 5], [-z / ax, z / ax, -x / az], np.where(on_y, x / ay, x / az))
    t = np.select([face == 2, face == 3], [z / ay, -z / ay], np.where(on_x, -y / ax, -y / az))
    column, row = (np.clip(((v + 1) / 2 * size).astype(int), 0, size - 1) for v in (s, t))
    out: np.ndarray = (face * size + row) * size + column
    return out


@lean
def face_of(x: float, y: float, z: float) -> tuple[int, float, float]:
    """The cube's face that a direction meets, and where on it, −1…1: the axes of ``places.sky.cube_directions``."""
    ax, ay, az = abs(x), abs(y), abs(z)
    if ax >= ay and ax >= az:
        if ax == 0.0:  # normals that cancel each other out have no direction
            return 4, 0.0, 0.0
        return (0, -z / ax, -y / ax) if x > 0 else (1, z / ax, -y / ax)
    if ay >= az:
        return (2, x / ay, z / ay) if y > 0 else (3, x / ay, -z / ay)
    return (4, x / az, -y / az) if z > 0 else (5, -x / az, -y / az)


@lean
def level_at(sky: Sky, level: int, face: int, s: float, t: float) -> tuple[float, float, float]:
    """Bilinear sRGB 0…1 of one level."""
    size = sky.sizes[level]
    edge = size + 2
    x, y = (s + 1.0) * 0.5 * size + 0.5, (t + 1.0) * 0.5 * size + 0.5
    left, top = min(int(x), size), min(int(y), size)
    fx, fy = x - left, y - top
    a = sky.begins[level] + (face * edge + top) * edge + left
    p, q, r, w = (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy
    m = sky.texels
    b, c, d = a + 1, a + edge, a + edge + 1
    return (
        m[a, 0] * p + m[b, 0] * q + m[c, 0] * r + m[d, 0] * w,
        m[a, 1] * p + m[b, 1] * q + m[c, 1] * r + m[d, 1] * w,
        m[a, 2] * p + m[b, 2] * q + m[c, 2] * r + m[d, 2] * w,
    )


@lean
def light_from(sky: Sky, level: float, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Linear light that comes from a direction, at a level of roughness; without the sky's strength."""
    face, s, t = face_of(x, y, z)
    low = min(int(level), len(sky.sizes) - 1)
    r, g, b = level_at(sky, low, face, s, t)
    share = level - low
    if share > 0.0 and low + 1 < len(sky.sizes):
        r2, g2, b2 = level_at(sky, low + 1, face, s, t)
        r, g, b = r + share * (r2 - r), g + share * (g2 - g), b + share * (b2 - b)
    return read(LINEAR, r), read(LINEAR, g), read(LINEAR, b)


def mirror_level(roughness: np.ndarray, levels: int) -> np.ndarray:
    """(P,) the level of the environment that surfaces of a roughness mirror; the formula is three.js' and pygfx's."""
    r = np.maximum(np.asarray(roughness, float), 0.0525)
    top = levels - 1
    out: np.ndarray = np.round(np.clip(top + np.log2(np.pi * r * r / (1 + r)), 0, top), 6).astype(np.float32)
    return out
