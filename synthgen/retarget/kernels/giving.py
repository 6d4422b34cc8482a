"""How far an arm gives way in each frame so that no linearised point is too deep: smoothly, as little as it takes."""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import kernel


@kernel
def give_way(
    clear: np.ndarray,
    slopes: np.ndarray,
    now: np.ndarray,
    frames: np.ndarray,
    free: np.ndarray,
    cost: float,
    smooth: float,
    steps: int,
) -> np.ndarray:
    """(F, D) what minimises Σ max(0, −clear)² + cost · (|x|² + smooth · |Δx|²) by Newton's method.

    Args:
        clear: (F, K) metres that points are clear when the arm has given way by ``now``.
        slopes: (F, K, D) metres per unit of giving way.
        now: (F, D).
        frames: (F,) which frames of the window these are; in all others the arm does not give way.
        free: (T,) frames of the window in which the arm may give way.
        cost: square metres per square radian.
        smooth: what a step from frame to frame costs beside giving way itself.
        steps: of the method; the best counts.
    """
    rows, freedoms = clear.shape[1], now.shape[1]
    base = clear.copy()
    for f in range(len(frames)):
        for row in range(rows):
            for d in range(freedoms):
                base[f, row] -= slopes[f, row, d] * now[f, d]
    x, best, least = now.copy(), now.copy(), np.inf
    band, right = np.empty((freedoms * len(free), freedoms + 1)), np.empty(freedoms * len(free))
    for _ in range(steps):
        _prepare(base, slopes, x, frames, free, cost, smooth, band, right)
        _solve(band, right)
        loss = 0.0
        for f in range(len(frames)):
            for d in range(freedoms):
                x[f, d] = right[frames[f] * freedoms + d]
            for row in range(rows):
                lack = max(-_linear(base, slopes, x, f, row), 0.0)
                loss += lack * lack
        effort = 0.0
        for i in range(len(right)):
            effort += right[i] ** 2
            if i >= freedoms:
                effort += smooth * (right[i] - right[i - freedoms]) ** 2
        loss += cost * effort
        if loss < least:
            best[:], least = x, loss
    return best


@kernel
def _linear(base: np.ndarray, slopes: np.ndarray, x: np.ndarray, f: int, row: int) -> float:
    """Metres that a point is clear when the arm gives way by ``x``."""
    out = float(base[f, row])
    for d in range(x.shape[1]):
        out += slopes[f, row, d] * x[f, d]
    return out


@kernel
def _prepare(
    base: np.ndarray,
    slopes: np.ndarray,
    x: np.ndarray,
    frames: np.ndarray,
    free: np.ndarray,
    cost: float,
    smooth: float,
    band: np.ndarray,
    right: np.ndarray,
) -> None:
    """Fills the lower band of the Hessian, ``band[i, j]`` being what is j left of the diagonal, and the right side."""
    freedoms, count = x.shape[1], len(free)
    band[:], right[:] = 0.0, 0.0
    for t in range(count):
        for d in range(freedoms):
            i = t * freedoms + d
            band[i, 0] = 1.0
            if free[t]:
                band[i, 0] = cost * (1.0 + smooth * (int(t > 0) + int(t < count - 1)))
                if t > 0 and free[t - 1]:
                    band[i, freedoms] = -cost * smooth
    for f in range(len(frames)):
        if not free[frames[f]]:
            continue
        first = frames[f] * freedoms
        for row in range(base.shape[1]):
            if _linear(base, slopes, x, f, row) >= 0.0:
                continue
            for i in range(freedoms):
                right[first + i] -= slopes[f, row, i] * base[f, row]
                for j in range(i + 1):
                    band[first + i, i - j] += slopes[f, row, i] * slopes[f, row, j]


@kernel
def _solve(band: np.ndarray, right: np.ndarray) -> None:
    """Solves a banded, symmetric, positive definite system in place, by Cholesky's method."""
    wide = band.shape[1] - 1
    for i in range(len(right)):
        for j in range(max(0, i - wide), i + 1):
            value = band[i, i - j]
            for k in range(max(0, i - wide), j):
                value -= band[i, i - k] * band[j, j - k]
            band[i, i - j] = math.sqrt(value) if i == j else value / band[j, 0]
        for k in range(max(0, i - wide), i):
            right[i] -= band[i, i - k] * right[k]
        right[i] /= band[i, 0]
    for i in range(len(right) - 1, -1, -1):
        for k in range(i + 1, min(i + wide + 1, len(right))):
            right[i] -= band[k, k - i] * right[k]
        right[i] /= band[i, 0]
