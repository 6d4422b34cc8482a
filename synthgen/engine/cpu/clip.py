"""Cuts a triangle at the near plane and at a guard band around the picture (Sutherland and Hodgman 1974)."""

from __future__ import annotations

import numpy as np

from synthgen.core.kernels.kernel import kernel
from synthgen.engine.cpu.arrays import Lens
from synthgen.engine.cpu.project import MARGIN, NEAR, snapped

MOST_CORNERS = 20
"""A triangle cut by five planes has 8 corners; of a sliver that lies in a plane, rounding may make some more."""


@kernel
def guard_planes(lens: Lens, width: int, height: int) -> np.ndarray:
    """(5, 4) planes of the camera's frame: a point is kept where a x + b y + c z ≥ d.

    They stand where ``project.to_picture`` says that a triangle must be cut: else an edge would be cut on one side
    and whole on the other, and its two triangles would disagree about it.
    """
    margin = max(width, height) + MARGIN
    out = np.zeros((5, 4))
    out[0, 2], out[0, 3] = 1.0, NEAR
    out[1, 0], out[1, 2] = lens.focal, lens.middle_x + margin
    out[2, 0], out[2, 2] = -lens.focal, width + margin - lens.middle_x
    out[3, 1], out[3, 2] = lens.focal, lens.middle_y + margin
    out[4, 1], out[4, 2] = -lens.focal, height + margin - lens.middle_y
    return out


@kernel
def cut(polygon: np.ndarray, count: int, plane: np.ndarray, out: np.ndarray) -> int:
    """Keeps the part of a convex polygon on one side of a plane; the number of its corners.

    A new corner is always reckoned from the kept end of an edge: both triangles at an edge find the same one.

    Args:
        polygon: (``MOST_CORNERS``, 3) corners, of which ``count`` count.
        count: how many.
        plane: (4,) as :func:`guard_planes` has them.
        out: as ``polygon``, is filled.
    """
    kept = 0
    for i in range(count):
        j = (i + 1) % count
        side_i = plane[0] * polygon[i, 0] + plane[1] * polygon[i, 1] + plane[2] * polygon[i, 2] - plane[3]
        side_j = plane[0] * polygon[j, 0] + plane[1] * polygon[j, 1] + plane[2] * polygon[j, 2] - plane[3]
        if side_i >= 0.0:
            out[kept] = polygon[i]
            kept += 1
        if (side_i >= 0.0) != (side_j >= 0.0):
            inside, outside = (i, j) if side_i >= 0.0 else (j, i)
            from_in, from_out = (side_i, side_j) if side_i >= 0.0 else (side_j, side_i)
            share = from_in / (from_in - from_out)
            for k in range(3):
                out[kept, k] = polygon[inside, k] + share * (polygon[outside, k] - polygon[inside, k])
            kept += 1
    return kept


@kernel
def clipped(triangle: np.ndarray, lens: Lens, planes: np.ndarray, out: np.ndarray) -> int:
    """What is left of a triangle, as a fan of corners in the picture; their number, 0 for nothing.

    Args:
        triangle: (3, 3) corners, camera frame.
        lens: the camera.
        planes: of :func:`guard_planes`.
        out: (``MOST_CORNERS``, 3) is filled: x and y in steps, nearness.
    """
    polygon, other = np.empty((MOST_CORNERS, 3)), np.empty((MOST_CORNERS, 3))
    polygon[:3] = triangle
    count = 3
    for p in range(len(planes)):
        count = cut(polygon, count, planes[p], other)
        if count < 3:
            return 0
        polygon, other = other, polygon
    for i in range(count):
        nearness = 1.0 / max(polygon[i, 2], NEAR)
        out[i, 0] = snapped(lens.focal * polygon[i, 0] * nearness + lens.middle_x)
        out[i, 1] = snapped(lens.focal * polygon[i, 1] * nearness + lens.middle_y)
        out[i, 2] = nearness
    return count
