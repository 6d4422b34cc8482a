"""What the measurements say of the spine and what the prior adds: posterior covariance from the normal equations.

At the solution the precision of all unknowns is Jᵀ W J / σ² + prior / σ², with σ the markers' own scatter and the
prior of a spine that bends as it usually does (``reduction.spread_precision``). σ is never taken below what markers are
off their places for good (:data:`observations.MARKER_SIGMA`), which no filter and no number of frames takes away: where
noise is all that is wrong, errors are two to three times smaller. The subject's size counts among the unknowns, with
what a single frame says of it: errors that stay in every frame do not average out. The model's own error is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.observations import MARKER_SIGMA, Observations
from synthgen.biomech.report.spine import Observability
from synthgen.biomech.solving.reduction import PELVIS, Reduction, levels, reduction, spread_precision
from synthgen.biomech.solving.scaling import PARTS
from synthgen.biomech.solving.size_jacobian import point_size_jacobian, residual_size_jacobian, segment_size_jacobian
from synthgen.biomech.solving.targets import Poses, State, jacobian, moves, point_jacobian, state, targets
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import transform
from synthgen.core.skeleton import VERTEBRAE

LOOSE_LIMB = 0.5
"""Radians: σ of a limb's angle before anything is measured."""
OBSERVED = 0.93
"""Share of an angle's prior variance that the measurements remove, from which it counts as observed: σ is a quarter."""
SIZE_SIGMA = 0.035
"""σ of the logarithm of a part's size before it is measured, given the others: sitting height is 52 ± 1.4 % of stature
in adults [book], which is 2.7 % for the trunk and as much, the other way, for the legs."""
GIRDLE_SIGMA, SOFT_SIGMA = 0.02, (0.04, 0.005, 0.04)
"""Metres: σ of the shoulders' place on the trunk, and of the soft landmarks', which stay in its median plane."""
EVERY_SECONDS = 0.25
"""Between frames whose covariance is computed; it is interpolated between them."""
_MOST = 64
_SHARE_FRAMES = 8
"""Of a clip, whose degrees of freedom are counted."""
_MOST_FITTED = 0.8
"""Of the measured numbers: from here residuals say too little of the markers."""


@dataclass(frozen=True)
class Uncertainty:
    """Of some frames.

    Attributes:
        vertebrae: (T, 24, 3, 3) m², covariance of every vertebral body's place in the world.
        regions: (K, 12) share of each region's angle that is measured, for the frames that were looked at.
        within: (K, 12) the same of how a region shares its angle out to its levels.
        sigma: (12,) radians, root mean square posterior σ of the regions' angles.
    """

    vertebrae: np.ndarray
    regions: np.ndarray
    within: np.ndarray
    sigma: np.ndarray


def uncertainty(body: BodyModel, q: np.ndarray, seen: Observations, fps: float, scatter: float) -> Uncertainty:
    """Posterior uncertainty of a fit.

    Args:
        body: the scaled body; q: (T, C) its coordinates.
        seen: what was measured.
        fps: frames per second.
        scatter: metres, the markers' σ per axis.
    """
    some = _looked_at(seen, fps)
    basis = reduction(body)
    full = levels(body, basis)
    prior = _spread_prior(body, full, scatter)
    spine = np.ix_(full.spinal, full.spinal)
    parts = [
        _covariance(body, full, prior, q[i], seen.take(i), scatter) for i in np.array_split(some, -(-len(some) // 32))
    ]
    covariance, places = (np.concatenate(x) for x in zip(*parts, strict=True))
    before = scatter**2 * np.linalg.inv(prior[spine])
    total = (basis.matrix[full.spinal, : basis.spine] != 0).astype(float)
    spread = np.eye(len(before)) - basis.matrix[full.spinal, : basis.spine] @ total.T
    spinal = PELVIS + np.flatnonzero(full.spinal)
    after = covariance[:, spinal[:, None], spinal]
    region = np.einsum("ck,tcd,dk->tk", total, after, total)
    region_before = np.einsum("ck,cd,dk->k", total, before, total)
    level = np.einsum("ec,tcd,ed->te", spread, after, spread) @ total
    level_before = np.einsum("ec,cd,ed->e", spread, before, spread) @ total
    return Uncertainty(
        vertebrae=_between(places, some, _pelvis_turns(q)).astype(np.float32),
        regions=np.clip(1 - region / region_before, 0, 1),
        within=np.clip(1 - level / np.maximum(level_before, 1e-12), 0, 1),
        sigma=np.sqrt(region.mean(0)),
    )


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
    prior = _spread_prior(body, full, MARKER_SIGMA)
    hessian, known, _ = _precision(body, full, prior, q[some], seen.take(some), MARKER_SIGMA)
    taken = np.trace(np.eye(len(known)) - known @ np.linalg.inv(hessian), axis1=-2, axis2=-1)
    rows = 3 * (seen.point_seen[some].sum(1) + seen.rotation_seen[some].sum(1))
    return float(np.mean(taken / np.maximum(rows, 1)))


def _looked_at(seen: Observations, fps: float) -> np.ndarray:
    """Frames whose covariance is computed: regular ones, and both sides of every change of what is missing."""
    pattern = np.concatenate([seen.point_seen, seen.rotation_seen], 1)
    change = np.flatnonzero((pattern[1:] != pattern[:-1]).any(1))
    step = max(round(EVERY_SECONDS * fps), -(-seen.frames // _MOST))
    regular = np.append(np.arange(0, seen.frames, step), seen.frames - 1)
    if len(change) > 2 * _MOST:  # points that flicker: the regular frames stand for all
        change = change[:0]
    return np.unique(np.concatenate([regular, change, change + 1]))


def _spread_prior(body: BodyModel, full: Reduction, scatter: float) -> np.ndarray:
    """(Z, Z) m²/rad²: the spine as it usually bends, limbs loose; for markers of that scatter."""
    prior = np.zeros_like(full.precision)
    prior[np.ix_(full.spinal, full.spinal)] = spread_precision(body, reduction(body))
    limbs = np.flatnonzero(~full.spinal)
    prior[limbs, limbs] = (MARKER_SIGMA / LOOSE_LIMB) ** 2
    return prior * (scatter / MARKER_SIGMA) ** 2


def _precision(
    body: BodyModel, full: Reduction, prior: np.ndarray, q: np.ndarray, seen: Observations, scatter: float
) -> tuple[np.ndarray, np.ndarray, State]:
    """Gauss–Newton Hessian of pose and size.

    Returns:
        (K, N, N) the Hessian with what is known beforehand, (N, N) that alone, and where the model stands. N counts the
        pelvis' pose, of which nothing is known beforehand, the coordinates and the common unknowns of
        ``size_jacobian.py``.
    """
    poses = Poses(transform(_pelvis_turns(q), q[:, :3]), q[:, PELVIS:])
    aim = targets(body, full, seen)
    now = state(body, full, poses, aim)
    softs = [n for n in seen.point_names if n in body.soft]
    sized = residual_size_jacobian(body, now.world, seen, softs)
    j = np.concatenate([jacobian(body, full, now, aim, poses.z), sized], -1)
    sigma = np.concatenate([np.repeat([SIZE_SIGMA, GIRDLE_SIGMA], [len(PARTS), 2]), np.tile(SOFT_SIGMA, len(softs))])
    known = np.zeros((j.shape[-1], j.shape[-1]))
    posed = PELVIS + len(prior)
    known[PELVIS:posed, PELVIS:posed] = prior
    np.einsum("ii->i", known)[posed:] = (scatter / sigma) ** 2
    np.einsum("ii->i", known)[:PELVIS] = 1e-12
    return np.swapaxes(j, -1, -2) @ j + known, known, now


def _covariance(
    body: BodyModel, full: Reduction, prior: np.ndarray, q: np.ndarray, seen: Observations, scatter: float
) -> tuple[np.ndarray, np.ndarray]:
    """(K, N, N) covariance of the unknowns and (K, 24, 3, 3) m² of the vertebral bodies' places in the world."""
    hessian, _, now = _precision(body, full, prior, q, seen, scatter)
    covariance = scatter**2 * np.linalg.inv(hessian)
    index = np.array([body.tree.segment_index[n] for n in VERTEBRAE])
    centres = np.stack([body.vertebra_points[n]["body"] for n in VERTEBRAE])
    carried = now.world[:, index]
    at = (carried[..., :3, :3] @ centres[..., None])[..., 0] + carried[..., :3, 3]
    turned = point_jacobian(body, now, index, at, np.ones(len(index))) * moves(body.tree)[index][:, None, :]
    softs = [n for n in seen.point_names if n in body.soft]
    sized = point_size_jacobian(body, now.world, segment_size_jacobian(body, now.world, softs), index, centres)
    derivative = np.concatenate([turned, sized], -1)
    return covariance, derivative @ covariance[:, None] @ np.swapaxes(derivative, -1, -2)


def _pelvis_turns(q: np.ndarray) -> np.ndarray:
    """(T, 3, 3) orientation of the pelvis in the world."""
    out: np.ndarray = Rotation.from_euler("ZYX", q[:, 3:PELVIS]).as_matrix()
    return out


def _between(covariance: np.ndarray, at: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """(K, 24, 3, 3) at some frames → (T, 24, 3, 3); what is between them is interpolated as the pelvis sees it."""
    seen = turns[at][:, None]
    own = (np.swapaxes(seen, -1, -2) @ covariance @ seen).reshape(len(at), -1)
    frames = np.arange(len(turns))
    all_own = np.stack([np.interp(frames, at, column) for column in own.T], -1).reshape(-1, len(VERTEBRAE), 3, 3)
    out: np.ndarray = turns[:, None] @ all_own @ np.swapaxes(turns[:, None], -1, -2)
    return out
