"""What lies beyond: a dome that shows a painted panorama, and the ground that meets it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synthgen.core.cache import Cache
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.places.skyline import LOWEST, panorama, row_of
from synthgen.world.surroundings import BackdropSpec

REACH = 120.0
"""Metres to the dome: beyond ``engine.sunlight.HORIZON``, so that its depth is the sky's."""

_ROWS = np.array([-12.0, LOWEST, -1.0, 0.0, 1.0, 2.0, 3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 55.0, 72.0, 90.0])
_COLUMNS = 32


def painted_dome(spec: BackdropSpec, seed: int, cache: Cache | None = None) -> MeshPart:
    """The dome of a painted backdrop around the origin, facing inwards."""
    vertices, faces, uvs = _dome()
    c, s = np.cos(spec.turn), np.sin(spec.turn)
    turned = np.stack(
        [c * vertices[:, 0] - s * vertices[:, 1], s * vertices[:, 0] + c * vertices[:, 1], vertices[:, 2]], -1
    )
    glow = spec.brightness
    material = Material((1.0, 1.0, 1.0), panorama(spec, seed, cache), unlit=True, emissive=(glow, glow, glow))
    return MeshPart("backdrop", turned, faces, material, uvs, normals=-turned / REACH)


def grid(rows: int, columns: int) -> np.ndarray:
    """Faces of a grid whose rows go up and whose columns go round to the left, seen from inside."""
    i, k = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    a = (i * columns + k).ravel()
    b, c, d = a + 1, a + columns + 1, a + columns
    return np.concatenate([np.stack([a, c, b], 1), np.stack([a, d, c], 1)])


@lru_cache(maxsize=1)
def _dome() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices, faces and texture coordinates; the sun at +X; azimuth runs to the left, the image to the right."""
    azimuth = np.linspace(-np.pi, np.pi, _COLUMNS + 1)
    up = np.radians(_ROWS)[:, None]
    flat = np.cos(up) * np.ones_like(azimuth)
    points = np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(up) + 0 * azimuth], -1) * REACH
    u = np.broadcast_to(0.5 - azimuth / (2 * np.pi), flat.shape)
    v = np.broadcast_to(row_of(_ROWS)[:, None], flat.shape)
    # Half a texel from either end: the image repeats, and straight up must not show what is straight down.
    uvs = np.stack([u, np.clip(v, 0.002, 0.998)], -1)
    return points.reshape(-1, 3), grid(len(_ROWS), _COLUMNS + 1), uvs.reshape(-1, 2)
