"""How far markers scatter about where the fit has them, and what share of the measurements the fit uses up."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.observations import MARKER_SIGMA, Observations
from synthgen.biomech.solving.covariance import precision, spread_prior
from synthgen.biomech.solving.reduction import levels, reduction
from synthgen.core.bodymodel import BodyModel

_SHARE_FRAMES = 8
"""Of a clip, whose degrees of freedom are counted."""
_MOST_FITTED = 0.8
"""Of the measured numbers: from here residuals say too little of the markers."""


def marker_scatter(error: np.ndarray, hard: np.ndarray, fitted: float) -> float:
    """Metres, σ per axis of the markers, no less than :data:`observations.MARKER_SIGMA`.

    Args:
        error: (T, M) metres from where the marker set has the points that were fitted, NaN where nothing was measured:
            residuals, and how far the calibration moved the marker, which may have been to a wrong place. Points of
            less certain place weigh as they do in the fit: a point of σ 20 mm that is 20 mm off is as good as a marker
            that is 5 mm off.
        hard: (M,) False for soft landmarks, which have no say.
        fitted: share of the measurements that the unknowns use up (:func:`fitted_share`): their residuals are smaller
            than their errors by that.
    """
    squares = error[:, hard] ** 2
    if not np.isfinite(squares).any():
        return MARKER_SIGMA
    return float(max(MARKER_SIGMA, np.sqrt(np.nanmean(squares) / 3 / (1 - min(fitted, _MOST_FITTED)))))


def fitted_share(body: BodyModel, q: np.ndarray, seen: Observations) -> float:
    """Degrees of freedom of a frame as a share of its measured numbers: trace of H⁻¹ Jᵀ J, a mean over some frames."""
    some = np.unique(np.linspace(0, seen.frames - 1, _SHARE_FRAMES).round().astype(int))
    full = levels(body, reduction(body))
    prior = spread_prior(body, full, MARKER_SIGMA)
    hessian, known, _ = precision(body, full, prior, q[some], seen.take(some), MARKER_SIGMA)
    taken = np.trace(np.eye(len(known)) - known @ np.linalg.inv(hessian), axis1=-2, axis2=-1)
    rows = 3 * (seen.point_seen[some].sum(1) + seen.rotation_seen[some].sum(1))
    return float(np.mean(taken / np.maximum(rows, 1)))
