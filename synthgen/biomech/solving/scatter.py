"""How far markers and orientations scatter about where the fit has them: measured, not assumed.

Each has its own: markers may all be stuck on a centimetre beside their places while orientations are true to a degree.
What is assumed beforehand counts as one number among those that are measured.
"""

from __future__ import annotations

import numpy as np

from synthgen.biomech.observations import MARKER_SIGMA, Observations
from synthgen.biomech.solving.covariance import Scatter, normal, spread_prior
from synthgen.biomech.solving.reduction import levels, reduction
from synthgen.biomech.solving.targets import ARM
from synthgen.core.bodymodel import BodyModel

TURN_SIGMA = np.radians(1.5)
"""Radians per axis: what a segment's measured orientation is usually off [book: 1 to 2° of a cluster on a thorax]."""
_FRAMES = 8
"""Of a clip, for which it is computed how much of errors the residuals show."""
_LEAST_SHOWN = 0.12
"""Of errors' squares: from here residuals say too little of the markers."""


def scatter_of(body: BodyModel, q: np.ndarray, seen: Observations, error: np.ndarray, hard: np.ndarray) -> Scatter:
    """The scatter of a clip's markers and orientations about a fit.

    Residuals are smaller than errors, because the fit follows them: r = (1 − J H⁻¹ Jᵀ) e, with the fit's own weights.

    Args:
        body: the subject; q: (T, C) its coordinates; seen: what was measured.
        error: (T, M) metres from where the marker set has the points that were fitted, NaN where nothing was measured:
            residuals, and how far the calibration moved the marker, which may have been to a wrong place. Points of
            less certain place weigh as they do in the fit: a point of σ 20 mm that is 20 mm off is as good as a marker
            that is 5 mm off.
        hard: (M,) False for soft landmarks, which have no say.
    """
    squares = error[:, hard] ** 2
    mean = float(np.nanmean(squares)) / 3 if np.isfinite(squares).any() else MARKER_SIGMA**2
    # Points that say themselves how uncertain their places are are not taken to be any better.
    least = MARKER_SIGMA if hard.any() and np.median(seen.point_weights[hard]) < 1 else 0.0
    some = np.unique(np.linspace(0, seen.frames - 1, _FRAMES).round().astype(int))
    seen, q, full = seen.take(some), q[some], levels(body, reduction(body))
    fits = Scatter(MARKER_SIGMA, MARKER_SIGMA / (np.sqrt(2) * ARM))  # the fit weighs points and axes' ends alike
    equations = normal(body, full, q, seen, fits)
    covariance = np.linalg.inv(equations.hessian(spread_prior(body, full, fits)))
    follows = equations.rows @ covariance @ np.swapaxes(equations.rows, -1, -2)
    kept = (np.eye(follows.shape[-1]) - follows) ** 2
    first = 3 * len(hard)  # row of the orientations
    of_points = np.repeat(hard & seen.point_seen, 3, axis=1)
    of_turns = np.repeat(seen.rotation_seen, 9, axis=1)
    points, shown = _shown(kept[:, :first, :first], of_points)
    turns, shown_turns = _shown(kept[:, first:, first:], of_turns)
    turned = (equations.left[:, first:] ** 2).sum(1).mean() / (2 * ARM**2)
    return Scatter(
        max(least, _pooled(MARKER_SIGMA, mean / max(shown, _LEAST_SHOWN), points * shown)),
        _pooled(TURN_SIGMA, turned / max(turns / 3 * shown_turns, 1e-9), turns / 3 * shown_turns),
    )


def _shown(kept: np.ndarray, rows: np.ndarray) -> tuple[float, float]:
    """Of (K, R, R) squares of what the residuals keep of errors and (K, R) the rows that are measured: how many rows a
    frame has, and which share of their errors' squares the residuals show."""
    count = max(float(rows.sum(1).mean()), 1e-9)
    return count, float(np.einsum("ki,kij,kj->", rows, kept, rows) / len(rows) / count)


def _pooled(assumed: float, variance: float, numbers: float) -> float:
    """Standard deviation of so many measured numbers of that variance, and of one of the assumed."""
    return float(np.sqrt((assumed**2 + max(numbers, 0.0) * variance) / (1 + max(numbers, 0.0))))
