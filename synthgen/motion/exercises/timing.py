"""Time courses: smooth, with continuous acceleration, as unhurried human movement is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator


def min_jerk(s: np.ndarray) -> np.ndarray:
    """Minimum-jerk progress from 0 (s ≤ 0) to 1 (s ≥ 1), 10s³ − 15s⁴ + 6s⁵ (Flash & Hogan 1985)."""
    s = np.clip(s, 0.0, 1.0)
    return np.asarray(s**3 * (10 - 15 * s + 6 * s**2))


def ramp(u: np.ndarray, start: float, end: float) -> np.ndarray:
    """Progress 0 → 1 while the phase u goes from ``start`` to ``end``."""
    return min_jerk((np.asarray(u, float) - start) / (end - start))


def pulse(u: np.ndarray, rise: tuple[float, float], fall: tuple[float, float]) -> np.ndarray:
    """0 → 1 during ``rise``, held, 1 → 0 during ``fall``; u is the phase of one repetition, in [0, 1)."""
    return np.asarray(ramp(u, *rise) - ramp(u, *fall))


def hump(s: np.ndarray) -> np.ndarray:
    """A bump from 0 over 1 (at s = ½) to 0 that starts and ends with no velocity and no acceleration."""
    s = np.clip(s, 0.0, 1.0)
    return np.asarray((4 * s * (1 - s)) ** 3)


def bridge(s: np.ndarray, start: tuple[float, float, float], end: tuple[float, float, float]) -> np.ndarray:
    """The quintic over s in [0, 1] with given (value, first, second derivative by s) at both ends."""
    p0, v0, a0 = start
    p1, v1, a1 = end
    powers = np.array([[1, 1, 1], [3, 4, 5], [6, 12, 20]], float)
    right = np.array([p1 - p0 - v0 - a0 / 2, v1 - v0 - a0, a1 - a0])
    c3, c4, c5 = np.linalg.solve(powers, right)
    return np.asarray(p0 + s * (v0 + s * (a0 / 2 + s * (c3 + s * (c4 + s * c5)))))


def through(
    u: np.ndarray, times: Sequence[float], values: Sequence[Sequence[float]] | Sequence[float] | np.ndarray
) -> np.ndarray:
    """A smooth course through keys, the same at the end of a repetition as at its start.

    Args:
        u: (T,) phase in [0, 1).
        times: (K,) phases of the keys, rising, from 0 to below 1.
        values: (K, …) of the keys.

    Returns:
        (T, …) a periodic monotone cubic: between two equal keys nothing moves, and no key is overshot.
    """
    t, v = np.asarray(times, float), np.asarray(values, float)
    # Two more repetitions on both sides make the slopes at the ends those of the inside.
    curve = PchipInterpolator(np.concatenate([t - 1, t, t + 1]), np.concatenate([v, v, v]))
    return np.asarray(curve(u))
