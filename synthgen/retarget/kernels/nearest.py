"""Which point of a surface is nearest to each of many points, frame by frame.

Both lie in bunches of neighbours, whose boxes tell which of them need not be looked at.
"""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import kernel


@kernel
def bounds(points: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """(T, L, 2, 3) lower and upper corners of bunches of points (T, N, 3): bunch l begins at ``starts[l]``.

    A bunch without points has corners at infinity, from which everything is far away.
    """
    out = np.empty((len(points), len(starts) - 1, 2, 3))
    out[:, :, 0] = np.inf
    out[:, :, 1] = -np.inf
    for t in range(len(points)):
        for bunch in range(len(starts) - 1):
            for n in range(starts[bunch], starts[bunch + 1]):
                for k in range(3):
                    out[t, bunch, 0, k] = min(out[t, bunch, 0, k], points[t, n, k])
                    out[t, bunch, 1, k] = max(out[t, bunch, 1, k], points[t, n, k])
    return out


@kernel
def approach(
    points: np.ndarray,
    groups: np.ndarray,
    surface: np.ndarray,
    normals: np.ndarray,
    thick: np.ndarray,
    starts: np.ndarray,
    boxes: np.ndarray,
    reach: float,
    beside: float,
    clear: np.ndarray,
    ways: np.ndarray,
) -> None:
    """How clear points are of a surface, where that is less than what is known already.

    Args:
        points: (T, N, 3), in bunches that begin at ``groups``.
        groups: (G + 1,).
        surface, normals: (T, M, 3), in bunches that begin at ``starts`` and have ``boxes`` (:func:`bounds`).
        thick: (M,) metres; nothing can be deeper than this in what the surface encloses there.
        starts: (L + 1,).
        boxes: (T, L, 2, 3).
        reach: metres from the surface within which points are looked at.
        beside: metres; what is inside and further beside its nearest surface point lies beyond an edge.
        clear: (T, N) metres, negative inside: lowered.
        ways: (T, N, 3) the normals there: replaced where ``clear`` is lowered.
    """
    spans, whole = bounds(points, groups), bounds(points, np.array([0, groups[-1]]))
    about, near = np.empty(len(starts) - 1, np.int64), np.empty(len(starts) - 1, np.int64)
    for t in range(len(points)):
        around = 0
        for bunch in range(len(starts) - 1):
            if _apart(boxes[t, bunch], whole[t, 0]) < reach * reach:
                about[around] = bunch
                around += 1
        for group in range(len(groups) - 1):
            count = 0
            for i in range(around):
                if _apart(boxes[t, about[i]], spans[t, group]) < reach * reach:
                    near[count] = about[i]
                    count += 1
            at = -1
            for n in range(groups[group], groups[group + 1]):
                x, y, z = points[t, n, 0], points[t, n, 1], points[t, n, 2]
                least = reach * reach
                if at >= 0:  # what was nearest to the neighbour is a good guess
                    u, v, w = x - surface[t, at, 0], y - surface[t, at, 1], z - surface[t, at, 2]
                    gap = u * u + v * v + w * w
                    if gap < least:
                        least = gap
                    else:
                        at = -1
                for i in range(count):
                    bunch = near[i]
                    u = _outside(x, boxes[t, bunch, 0, 0], boxes[t, bunch, 1, 0])
                    v = _outside(y, boxes[t, bunch, 0, 1], boxes[t, bunch, 1, 1])
                    w = _outside(z, boxes[t, bunch, 0, 2], boxes[t, bunch, 1, 2])
                    if u * u + v * v + w * w >= least:
                        continue
                    for m in range(starts[bunch], starts[bunch + 1]):
                        u, v, w = x - surface[t, m, 0], y - surface[t, m, 1], z - surface[t, m, 2]
                        gap = u * u + v * v + w * w
                        if gap < least:
                            least, at = gap, m
                if at < 0:
                    continue
                height = 0.0
                for k in range(3):
                    height += (points[t, n, k] - surface[t, at, k]) * normals[t, at, k]
                if height < 0.0 and (least - height * height > beside * beside or height < -thick[at]):
                    height = math.sqrt(least)
                if height < clear[t, n]:
                    clear[t, n] = height
                    for k in range(3):
                        ways[t, n, k] = normals[t, at, k]


@kernel
def _outside(value: float, lower: float, upper: float) -> float:
    """Metres from a value to a span; 0 within it."""
    return lower - value if value < lower else (value - upper if value > upper else 0.0)


@kernel
def _apart(first: np.ndarray, second: np.ndarray) -> float:
    """Square metres between two boxes (2, 3)."""
    out = 0.0
    for k in range(3):
        if first[0, k] > second[1, k]:
            out += (first[0, k] - second[1, k]) ** 2
        elif second[0, k] > first[1, k]:
            out += (second[0, k] - first[1, k]) ** 2
    return out
