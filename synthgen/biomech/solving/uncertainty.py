"""What the measurements say of the spine and what the prior adds, from the fit's posterior covariance.

How far markers and orientations are off is measured (``scatter.py``), and so is how far the regions bend: what nothing
measures is as uncertain as this person's bends are large, not as anybody's might be. The model's own error is not in
it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.biomech.observations import MARKER_SIGMA, Observations
from synthgen.biomech.report.spine import Observability
from synthgen.biomech.solving.covariance import JOINTS, Scatter, covariances, normal, pelvis_turns, spread_prior
from synthgen.biomech.solving.reduction import PELVIS, Reduction, levels, reduction, usual_bend
from synthgen.core.bodymodel import BodyModel
from synthgen.core.skeleton import VERTEBRAE

OBSERVED = 0.93
"""Share of an angle's prior variance that the measurements remove, from which it counts as observed: σ is a quarter."""
EVERY_SECONDS = 0.25
"""Between frames whose covariance is computed; it is interpolated between them."""
_MOST = 64
POSTURES = 8
"""How many postures a recording's own bends count for, beside one of how people usually bend: they are like each other,
and all of them may share what no marker shows."""
MENDED_PLACES, MENDED_TURNS = 0.88, 0.80
"""Of σ, what is left of it once the calibration has seen all frames: a single frame's equations take what stays in
every frame (sizes, markers beside their places) for unknown anew each time. Fitted on ten made people with three marker
sets, markers 0, 5 and 10 mm beside their places, and shown on ten others (docs/evidence/biomechanics.md)."""
USUAL_TURN = np.radians(2.0)
"""Radians: how far an orientation is off where it is asked what a set of markers shows."""
_FRAMES, _ROUNDS = 16, 4
"""Frames whose bends are looked at, and how often: the bends' spread depends on how uncertain they are."""


@dataclass(frozen=True)
class Uncertainty:
    """Of some frames.

    Attributes:
        vertebrae: (T, 24, 3, 3) m², covariance of every vertebral body's place in the world.
        joints: (K, J) m², variance per axis of the places of ``covariance.JOINTS``, for the frames that were looked at.
        regions: (K, 12) share of each region's angle that is measured, for the frames that were looked at.
        within: (K, 12) the same of how a region shares its angle out to its levels.
        sigma: (12,) radians, root mean square posterior σ of the regions' angles.
    """

    vertebrae: np.ndarray
    joints: np.ndarray
    regions: np.ndarray
    within: np.ndarray
    sigma: np.ndarray


def uncertainty(body: BodyModel, q: np.ndarray, seen: Observations, fps: float, scatter: Scatter) -> Uncertainty:
    """Posterior uncertainty of a fit.

    Args:
        body: the scaled body; q: (T, C) its coordinates.
        seen: what was measured.
        fps: frames per second.
        scatter: of the markers and orientations.
    """
    some = _looked_at(seen, fps)
    basis = reduction(body)
    full = levels(body, basis)
    prior = spread_prior(body, full, scatter, own_bend(body, full, q, seen, scatter))
    # What is measured at all is told of markers as they usually are: chance may have brought these near their places.
    usual = Scatter(max(scatter.points, MARKER_SIGMA), max(scatter.turns, USUAL_TURN))
    usual_prior = spread_prior(body, full, usual)
    parts = []
    for i in np.array_split(some, -(-len(some) // 32)):
        own, places = covariances(body, full, prior, q[i], seen.take(i), scatter)
        equations = normal(body, full, q[i], seen.take(i), usual)
        parts.append((own, places, usual.points**2 * np.linalg.inv(equations.hessian(usual_prior))))
    covariance, places, plain = (np.concatenate(x) for x in zip(*parts, strict=True))
    before = usual.points**2 * np.linalg.inv(usual_prior[np.ix_(full.spinal, full.spinal)])
    total = (basis.matrix[full.spinal, : basis.spine] != 0).astype(float)
    spread = np.eye(len(before)) - basis.matrix[full.spinal, : basis.spine] @ total.T
    spinal = PELVIS + np.flatnonzero(full.spinal)
    after = plain[:, spinal[:, None], spinal]
    region = np.einsum("ck,tcd,dk->tk", total, after, total)
    region_before = np.einsum("ck,cd,dk->k", total, before, total)
    level = np.einsum("ec,tcd,ed->te", spread, after, spread) @ total
    level_before = np.einsum("ec,cd,ed->e", spread, before, spread) @ total
    sigma = np.einsum("ck,tcd,dk->tk", total, covariance[:, spinal[:, None], spinal], total).mean(0)
    # Places that are as uncertain as a keypoint's hide in the posture: no calibration mends them.
    is_marked = np.median(seen.point_weights) >= 1
    left_places, left_turns = (MENDED_PLACES**2, MENDED_TURNS**2) if is_marked else (1.0, 1.0)
    return Uncertainty(
        vertebrae=_between(left_places * places[:, : len(VERTEBRAE)], some, pelvis_turns(q)).astype(np.float32),
        joints=left_places * np.trace(places[:, len(VERTEBRAE) :], axis1=-2, axis2=-1) / 3,
        regions=np.clip(1 - region / region_before, 0, 1),
        within=np.clip(1 - level / np.maximum(level_before, 1e-12), 0, 1),
        sigma=np.sqrt(left_turns * sigma),
    )


def own_bend(body: BodyModel, full: Reduction, q: np.ndarray, seen: Observations, scatter: Scatter) -> np.ndarray:
    """(12,) radians, σ of each region's angle in this recording: what was found of it and how uncertain that is.

    The mean of z² + σ² over frames, with σ that which follows from the result (empirical Bayes), pooled with
    ``reduction.usual_bend``.
    """
    basis = reduction(body)
    total = (basis.matrix[:, : basis.spine] != 0).astype(float)
    some = np.unique(np.linspace(0, len(q) - 1, _FRAMES).round().astype(int))
    found = (q[some, PELVIS:] @ total) ** 2
    equations = normal(body, full, q[some], seen.take(some), scatter)
    usual = usual_bend(basis)
    bend = usual
    for _ in range(_ROUNDS):
        hessian = equations.hessian(spread_prior(body, full, scatter, bend))
        columns = np.zeros((hessian.shape[-1], total.shape[1]))
        columns[PELVIS : PELVIS + len(total)] = total
        left = scatter.points**2 * np.einsum("nk,tnk->tk", columns, np.linalg.solve(hessian, columns))
        bend = np.sqrt((usual**2 + POSTURES * (found + left).mean(0)) / (1 + POSTURES))
    return bend


def observability(body: BodyModel, found: list[Uncertainty]) -> dict[str, Observability]:
    """Rhythm name → what the measurements say of that region's bend, a mean over the frames that were looked at."""
    regions, within = (np.concatenate([getattr(u, a) for u in found]).mean(0) for a in ("regions", "within"))
    sigma = np.sqrt(np.mean([u.sigma**2 for u in found], 0))
    return {
        name: Observability(
            verdict="observed" if regions[k] >= OBSERVED else "set by the prior",
            measured_share=round(float(regions[k]), 3),
            sigma_degrees=round(float(np.degrees(sigma[k])), 2),
            levels="observed" if within[k] >= OBSERVED else "set by the prior",
            levels_measured_share=round(float(within[k]), 3),
        )
        for k, name in enumerate(body.rhythm_names)
    }


def joint_sigma(found: list[Uncertainty]) -> dict[str, float]:
    """Landmark of ``covariance.JOINTS`` → metres, standard deviation along one axis, RMS over a clip's frames."""
    sigma = np.sqrt(np.concatenate([u.joints for u in found]).mean(0))
    return {name: round(float(s), 5) for name, s in zip(JOINTS, sigma, strict=True)}


def _looked_at(seen: Observations, fps: float) -> np.ndarray:
    """Frames whose covariance is computed: regular ones, and both sides of every change of what is missing."""
    pattern = np.concatenate([seen.point_seen, seen.rotation_seen], 1)
    change = np.flatnonzero((pattern[1:] != pattern[:-1]).any(1))
    step = max(round(EVERY_SECONDS * fps), -(-seen.frames // _MOST))
    regular = np.append(np.arange(0, seen.frames, step), seen.frames - 1)
    if len(change) > 2 * _MOST:  # points that flicker: the regular frames stand for all
        change = change[:0]
    return np.unique(np.concatenate([regular, change, change + 1]))


def _between(covariance: np.ndarray, at: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """(K, 24, 3, 3) at some frames → (T, 24, 3, 3); what is between them is interpolated as the pelvis sees it."""
    seen = turns[at][:, None]
    own = (np.swapaxes(seen, -1, -2) @ covariance @ seen).reshape(len(at), -1)
    frames = np.arange(len(turns))
    all_own = np.stack([np.interp(frames, at, column) for column in own.T], -1).reshape(-1, len(VERTEBRAE), 3, 3)
    out: np.ndarray = turns[:, None] @ all_own @ np.swapaxes(turns[:, None], -1, -2)
    return out
