"""Which cut-off a recording's low-pass filter needs: residual analysis.

After Winter, Biomechanics and Motor Control of Human Movement (chapter on kinematics) [book]: what a filter takes away
is noise and, the lower its cut-off, more and more of the motion. White noise of σ that is filtered at f keeps the share
2 f / fps of its power; when σ² is taken away, the motion that is lost equals the noise that is kept (Winter's choice).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

LOWEST, HIGHEST = 3.0, 20.0
"""Hz: whole-body motion is said to need 4 to 8 Hz [book: Winter]; standing needs less, a kick more."""
STEP = 0.5
LOST = 0.5
"""Power of the motion that may be lost, as a share of the noise that is kept: with half of Winter's 1 the error is
nearest to the least possible, within 4 % on walking, dance and kicks with 2 and 5 mm of noise added."""
SHARE = 0.9
"""Of the points that must not lose more of their motion than they keep of their noise: hands and feet are fastest."""
_FEWEST = 24
"""Measured frames from which a point has a say."""


def residual_cutoff(
    points: dict[str, np.ndarray],
    noise: dict[str, float],
    fps: float,
    smooth: Callable[[np.ndarray, float], np.ndarray],
) -> float:
    """Hz, the cut-off at which most points lose no more of their motion than they keep of their noise.

    Args:
        points: name → (T, 3) metres, NaN where missing.
        noise: name → metres per axis; points that are not in it have no say.
        fps: frames per second.
        smooth: filters (T, D) at a cut-off, stretch by stretch between gaps.
    """
    names = [n for n in noise if np.isfinite(points[n]).all(1).sum() >= _FEWEST]
    if not names:
        return 0.5 * (LOWEST + HIGHEST)
    todo = names
    most = min(HIGHEST, 0.4 * fps)
    for cutoff in np.arange(LOWEST, most, STEP):
        most_taken = 1 - (1 - LOST) * 2 * cutoff / fps
        todo = [n for n in todo if _taken(smooth, points[n], float(cutoff)) > most_taken * noise[n] ** 2]
        if len(todo) <= (1 - SHARE) * len(names):
            return float(cutoff)
    return most


def _taken(smooth: Callable[[np.ndarray, float], np.ndarray], values: np.ndarray, cutoff: float) -> float:
    """m²: mean square per axis of what the filter takes away."""
    return float(np.nanmean((smooth(values, cutoff) - values) ** 2))
