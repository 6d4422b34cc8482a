"""Stage 2: which triangle lies nearest behind every sample: the visibility buffer (Burns and Hunt 2013).

A sample belongs to a triangle if it lies inside its three edges; on an edge, to the triangle whose top or left edge
it is (the rule of Direct3D and Vulkan). Corners are whole numbers of 1/256 pixel and products of them exact in
float64, so that of two triangles with a common edge exactly one gets a sample on it: none is doubled or left out.
"""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import kernel
from synthgen.engine.cpu.arrays import Lens
from synthgen.engine.cpu.clip import MOST_CORNERS, clipped, guard_planes
from synthgen.engine.cpu.project import STEPS

_HALF = 0.5 * STEPS

BOTH, FRONT, BACK = 0, 1, -1
"""Which sides of a triangle are drawn."""


@kernel
def edge_span(ax: float, ay: float, bx: float, by: float, y: float, low: int, high: int) -> tuple[int, int]:
    """Columns low…high of one row, narrowed to those on the inner side of the edge a → b.

    The inner side is on the right of someone who walks from a to b in a picture whose y points down. Coordinates
    are whole steps; the quotients are correctly rounded and further from whole numbers than their last bit.
    """
    dx, dy = bx - ax, by - ay
    if dy == 0.0:
        inner = dx * (y - ay)
        return (low, high) if inner > 0.0 or (inner == 0.0 and dx > 0.0) else (1, 0)
    # The edge crosses the row where column * STEPS + _HALF = ax + dx (y - ay) / dy.
    column = np.ceil((dx * (y - ay) + dy * (ax - _HALF)) / (dy * STEPS))
    # Compared as floats: a column far beside the picture need not fit an integer.
    if dy < 0.0:
        return int(max(float(low), min(column, high + 1.0))), high
    return low, int(min(float(high), max(column - 1.0, low - 1.0)))


@kernel
def fill(triangle: np.ndarray, area: float, face: int, ids: np.ndarray, nearness: np.ndarray) -> None:
    """Writes a triangle where it is nearer than what is there.

    Args:
        triangle: (3, 3) corners, clockwise in the picture (y down): x and y in steps, nearness.
        area: twice its area in steps², positive.
        face: its number.
        ids, nearness: (H, W) int32 and float32, changed.
    """
    height, width = ids.shape
    (ax, ay, aw), (bx, by, bw), (cx, cy, cw) = triangle[0], triangle[1], triangle[2]
    top = int(max(np.ceil((min(ay, by, cy) - _HALF) / STEPS), 0.0))
    bottom = int(min(np.floor((max(ay, by, cy) - _HALF) / STEPS), height - 1.0))
    left = int(max(np.ceil((min(ax, bx, cx) - _HALF) / STEPS), 0.0))
    right = int(min(np.floor((max(ax, bx, cx) - _HALF) / STEPS), width - 1.0))
    if left > right or top > bottom:
        return
    step_x = ((bw - aw) * (cy - ay) - (cw - aw) * (by - ay)) / area
    step_y = ((cw - aw) * (bx - ax) - (bw - aw) * (cx - ax)) / area
    for row in range(top, bottom + 1):
        y = row * STEPS + _HALF
        low, high = edge_span(ax, ay, bx, by, y, left, right)
        low, high = edge_span(bx, by, cx, cy, y, low, high)
        low, high = edge_span(cx, cy, ax, ay, y, low, high)
        begin = aw + (y - ay) * step_y + (_HALF - ax) * step_x
        for column in range(low, high + 1):
            here = np.float32(begin + column * (step_x * STEPS))
            if here > nearness[row, column]:
                nearness[row, column] = here
                ids[row, column] = face


@kernel
def draw(triangle: np.ndarray, side: int, face: int, ids: np.ndarray, nearness: np.ndarray) -> None:
    """Draws a triangle, (3, 3) as :func:`fill` takes it but either way round, if it shows the side that is wanted."""
    (ax, ay, _), (bx, by, _), (cx, cy, _) = triangle[0], triangle[1], triangle[2]
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    # What is counter-clockwise from outside has a negative area here, because y points down.
    if not 0.0 < abs(area) < np.inf or (side == FRONT and area > 0.0) or (side == BACK and area < 0.0):
        return
    if area < 0.0:
        for k in range(3):
            triangle[1, k], triangle[2, k] = triangle[2, k], triangle[1, k]
    fill(triangle, abs(area), face, ids, nearness)


@kernel
def rasterize(
    camera_corners: np.ndarray,
    corners: np.ndarray,
    faces: np.ndarray,
    sides: np.ndarray,
    lens: Lens,
    ids: np.ndarray,
    nearness: np.ndarray,
) -> None:
    """Draws all triangles.

    Args:
        camera_corners: (V, 3) camera frame, for triangles that must be cut.
        corners: (V, 3) of ``project.to_picture``.
        faces: (F, 3).
        sides: (F,) which side of each is drawn: ``BOTH``, ``FRONT``, ``BACK``; anything else: none.
        lens: the camera.
        ids: (H, W) int32, changed: the nearest face, −1 for none.
        nearness: (H, W) float32, changed: its nearness, 0 for none.
    """
    height, width = ids.shape
    planes = guard_planes(lens, width, height)
    triangle, fan = np.empty((3, 3)), np.empty((MOST_CORNERS, 3))
    for face in range(len(faces)):
        side = sides[face]
        if side < BACK or side > FRONT:
            continue
        i, j, k = faces[face, 0], faces[face, 1], faces[face, 2]
        if not math.isnan(corners[i, 0] + corners[j, 0] + corners[k, 0]):
            triangle[0], triangle[1], triangle[2] = corners[i], corners[j], corners[k]
            draw(triangle, side, face, ids, nearness)
            continue
        triangle[0], triangle[1], triangle[2] = camera_corners[i], camera_corners[j], camera_corners[k]
        count = clipped(triangle, lens, planes, fan)
        for n in range(1, count - 1):
            triangle[0], triangle[1], triangle[2] = fan[0], fan[n], fan[n + 1]
            draw(triangle, side, face, ids, nearness)
