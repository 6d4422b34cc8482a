"""What further markers on the back would tell: the uncertainty of a fit, were they there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.report.spine import FurtherMarkers
from synthgen.biomech.solving.covariance import Scatter
from synthgen.biomech.solving.targets import landmark_points
from synthgen.biomech.solving.uncertainty import Uncertainty, uncertainty
from synthgen.core.bodymodel import BodyModel

BACK = ("C7", "T8", "sacrum")
"""Landmarks on the back's skin that hands find; they show the trunk's flexion (docs/evidence/biomechanics.md)."""
WORTH = 0.008
"""Metres: vertebrae known worse than this, σ per axis, are asked about. Five markers on a back leave 3 to 6 mm."""
_FRAMES = 6


def further_markers(
    body: BodyModel, q: np.ndarray, seen: Observations, scatter: Scatter, sigma: float
) -> FurtherMarkers | None:
    """The uncertainty with markers on the back that a recording does not have.

    Args:
        body: the scaled body; q: (T, C) its coordinates.
        seen: what was measured.
        scatter: of the markers and orientations.
        sigma: metres, RMS σ per axis of the vertebrae as it is.

    Returns:
        None where the vertebrae are known to :data:`WORTH`, or all of the markers are there.
    """
    missing = [n for n in BACK if n not in seen.point_names]
    if sigma < WORTH or not missing:
        return None
    some = np.unique(np.linspace(0, seen.frames - 1, _FRAMES).round().astype(int))

    def with_these(names: list[str]) -> Uncertainty:
        return uncertainty(body, q[some], _with(body, q[some], seen.take(some), names), 1.0, scatter)

    every = with_these(missing)
    return FurtherMarkers(
        markers=tuple(missing),
        vertebra_sigma_mm=_millimetres(every),
        alone_mm={n: _millimetres(with_these([n])) for n in missing} if len(missing) > 1 else {},
        sigma_degrees={n: round(float(s), 1) for n, s in zip(body.rhythm_names, np.degrees(every.sigma), strict=True)},
    )


def _with(body: BodyModel, q: np.ndarray, seen: Observations, names: list[str]) -> Observations:
    """The same frames with markers on these landmarks, where the fit has them."""
    segments = np.array([body.tree.segment_index[body.landmarks[n][0]] for n in names])
    bare = replace(
        seen,
        point_names=tuple(names),
        point_segments=segments,
        points=np.zeros((len(q), len(names), 3)),
        point_seen=np.ones((len(q), len(names)), bool),
        point_weights=np.ones(len(names)),
    )
    bare = replace(bare, points=landmark_points(body, bare, body.tree.forward(q)))
    return replace(
        seen,
        point_names=(*seen.point_names, *names),
        points=np.concatenate([seen.points, bare.points], 1),
        point_seen=np.concatenate([seen.point_seen, bare.point_seen], 1),
        point_weights=np.concatenate([seen.point_weights, bare.point_weights]),
        point_segments=np.concatenate([seen.point_segments, bare.point_segments]),
    )


def _millimetres(found: Uncertainty) -> float:
    """RMS over frames and vertebrae of σ along one axis."""
    return round(1e3 * float(np.sqrt(np.trace(found.vertebrae, axis1=-2, axis2=-1).mean() / 3)), 1)
