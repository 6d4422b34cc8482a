"""An arm's points when upper arm and forearm have turned, and what giving way does to those that are in the body."""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import kernel


@kernel
def turned(
    points: np.ndarray, below: np.ndarray, before: np.ndarray, after: np.ndarray, whole: np.ndarray, lower: np.ndarray
) -> np.ndarray:
    """(T, N, 3) points of an arm that has turned.

    Args:
        points: (T, N, 3) before; directions where both pivots are zero.
        below: (N,) True for what the elbow moves.
        before, after: (T, 2, 3) shoulder and elbow before and after.
        whole, lower: (T, 3, 3) turns of the upper arm, and of forearm and hand.
    """
    out = np.empty_like(points)
    for t in range(len(points)):
        for n in range(points.shape[1]):
            pivot = 1 if below[n] else 0
            turn = lower if below[n] else whole
            x = points[t, n, 0] - before[t, pivot, 0]
            y = points[t, n, 1] - before[t, pivot, 1]
            z = points[t, n, 2] - before[t, pivot, 2]
            for k in range(3):
                out[t, n, k] = after[t, pivot, k] + (turn[t, k, 0] * x + turn[t, k, 1] * y + turn[t, k, 2] * z)
    return out


@kernel
def foremost(wanting: np.ndarray, picked: np.ndarray) -> None:
    """Fills (K,) with the indices of the K least of (N,) values, the least first, of equal ones the first."""
    count = 0
    for n in range(len(wanting)):
        if count == len(picked):
            if not wanting[n] < wanting[picked[count - 1]]:
                continue
            place = count - 1
        else:
            place = count
            count += 1
        while place > 0 and wanting[n] < wanting[picked[place - 1]]:
            picked[place] = picked[place - 1]
            place -= 1
        picked[place] = n


@kernel
def least_clear(
    points: np.ndarray,
    pivots: np.ndarray,
    hinge: np.ndarray,
    aside: np.ndarray,
    below: np.ndarray,
    yields: np.ndarray,
    inside: np.ndarray,
    ways: np.ndarray,
    margin: float,
    deep: float,
    rows: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The points of an arm that are least clear of body, other arm and floor, and what giving way does to them.

    Args:
        points: (T, N, 3).
        pivots: (T, 2, 3) shoulder and elbow.
        hinge, aside: (T, 3) axis about which the elbow bends; away from the middle of the body.
        below, yields: (N,) what the elbow moves; metres by which points may enter flesh.
        inside, ways: (T, N), (T, N, 3) of :func:`~synthgen.retarget.kernels.nearest.approach`.
        margin: metres that points should be clear.
        deep: metres inside at which a point is led aside as much as towards the nearest skin.
        rows: so many points count, fewer where there are no more.

    Returns:
        (T, K) metres that they are clear, and (T, K, 4) metres per unit of giving way.
    """
    frames, count = inside.shape
    rows = min(rows, count)
    clear, slopes = np.empty((frames, rows)), np.empty((frames, rows, 4))
    wanting, picked = np.empty(count), np.empty(rows, np.int64)
    for t in range(frames):
        for n in range(count):
            wanting[n] = min(inside[t, n], points[t, n, 2]) - margin + yields[n]
        foremost(wanting, picked)
        for row in range(rows):
            n = picked[row]
            clear[t, row] = wanting[n]
            a, b, c = ways[t, n, 0], ways[t, n, 1], ways[t, n, 2]
            if points[t, n, 2] < inside[t, n]:  # the floor is nearer
                a, b, c = 0.0, 0.0, 1.0
            # Deep inside, what skin is nearest says little about the way out; most ways out lead aside.
            share = max(-wanting[n] / deep, 0.0)
            a, b, c = a + share * aside[t, 0], b + share * aside[t, 1], c + share * aside[t, 2]
            size = max(math.sqrt(a * a + b * b + c * c), 1e-12)
            a, b, c = a / size, b / size, c / size
            x, y, z = (
                points[t, n, 0] - pivots[t, 0, 0],
                points[t, n, 1] - pivots[t, 0, 1],
                points[t, n, 2] - pivots[t, 0, 2],
            )
            slopes[t, row, 0] = y * c - z * b
            slopes[t, row, 1] = z * a - x * c
            slopes[t, row, 2] = x * b - y * a
            slopes[t, row, 3] = 0.0
            if below[n]:
                x, y, z = (
                    points[t, n, 0] - pivots[t, 1, 0],
                    points[t, n, 1] - pivots[t, 1, 1],
                    points[t, n, 2] - pivots[t, 1, 2],
                )
                u, v, w = hinge[t, 0], hinge[t, 1], hinge[t, 2]
                slopes[t, row, 3] = (v * z - w * y) * a + (w * x - u * z) * b + (u * y - v * x) * c
    return clear, slopes
