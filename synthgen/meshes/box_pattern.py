"""What all boxes have in common: corners, triangles and the way their images lie; made once, filled with numbers."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np

_IMAGE_AXES = np.array([(1, 2), (0, 2), (0, 1)])
"""Across a side whose normal is X, Y or Z: the axes along which its image's u and v run."""


@lru_cache(maxsize=2)
def box_pattern(bevelled: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A box whose every side, strip and corner has vertices of its own, so that its edges stay sharp.

    Args:
        bevelled: with twelve strips along the edges and eight triangles at the corners.

    Returns:
        levels: (V, 3) where each vertex lies on X, Y and Z: 0 the box's lower end, 1 a bevel above it, 2 a bevel
            below its upper end, 3 the upper end.
        faces: (F, 3) turned outwards.
        across: (V, 2) the axes that the vertex's u and v are measured along.
    """
    polygons = [_side(axis, end) for axis in range(3) for end in (0, 3)]
    if bevelled:
        polygons += [_strip(axis, u, v) for axis in range(3) for u, v in product((0, 3), repeat=2)]
        polygons += [_corner(np.array(ends)) for ends in product((0, 3), repeat=3)]
    levels = np.concatenate(polygons)
    starts = np.cumsum([0, *(len(p) for p in polygons[:-1])])
    faces = [(a, a + k, a + k + 1) for a, p in zip(starts, polygons, strict=True) for k in range(1, len(p) - 1)]
    flat = [int(np.argmax(np.abs(_normal(p)))) for p in polygons]
    across = np.repeat(_IMAGE_AXES[flat], [len(p) for p in polygons], axis=0)
    out = levels, np.array(faces), across
    for array in out:
        array.setflags(write=False)
    return out


def _side(axis: int, end: int) -> np.ndarray:
    return _outward([_at(axis, end, u, v) for u, v in ((1, 1), (2, 1), (2, 2), (1, 2))])


def _strip(axis: int, u: int, v: int) -> np.ndarray:
    """The strip along the edge where the two other axes are at their ends ``u`` and ``v``."""
    return _outward([_at(axis, k, *pair) for pair, ks in (((u, _in(v)), (1, 2)), ((_in(u), v), (2, 1))) for k in ks])


def _corner(ends: np.ndarray) -> np.ndarray:
    return _outward([np.where(np.arange(3) == k, ends, [_in(int(e)) for e in ends]) for k in range(3)])


def _at(axis: int, value: int, u: int, v: int) -> np.ndarray:
    """Levels along X, Y and Z of ``value`` along an axis, ``u`` along the next and ``v`` along the one after."""
    return np.roll([value, u, v], axis)


def _in(end: int) -> int:
    """The level a bevel inside an end."""
    return 1 if end == 0 else 2


def _normal(polygon: np.ndarray) -> np.ndarray:
    # A box of ten by ten by ten with bevels of one: from levels to places.
    places = np.array([0, 1, 9, 10])[polygon]
    return np.cross(places[1] - places[0], places[2] - places[0])


def _outward(corners: list[np.ndarray]) -> np.ndarray:
    """The polygon, run through so that it is counter-clockwise from outside."""
    polygon = np.array(corners)
    return polygon if _normal(polygon) @ (polygon.mean(axis=0) - 1.5) > 0 else polygon[::-1]
