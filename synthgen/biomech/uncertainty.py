"""What the measurements say of the spine and what the prior adds: posterior covariance from the normal equations.

At the solution the precision of all unknowns is Jᵀ W J / σ² + prior / σ², with σ the markers' own scatter and the
prior of a spine that bends as it usually does (``reduction.spread_precision``). The size of the subject and the
model's own error are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.leastsquares import normal_equations
from synthgen.biomech.observations import Observations
from synthgen.biomech.reduction import MARKER_SIGMA, PELVIS, Reduction, levels, reduction, spread_precision
from synthgen.biomech.targets import Poses, jacobian, moves, point_jacobian, residuals, state, targets
from synthgen.bodymodel import BodyModel
from synthgen.frames import transform
from synthgen.skeleton import VERTEBRAE

LOOSE_LIMB = 0.5
"""Radians: σ of a limb's angle before anything is measured."""
OBSERVED = 0.93
"""Share of an angle's prior variance that the measurements remove, from which it counts as observed: σ is a quarter."""
EVERY_SECONDS = 0.25
"""Between frames whose covariance is computed; it is interpolated between them."""
_MOST = 64


@dataclass(frozen=True)
class Uncertainty:
    """Of some frames.

    Attributes:
        vertebrae: (T, 24) metres, σ of every vertebral body's place in the world, one axis.
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
    prior = full.precision * 0
    spine = np.ix_(full.spinal, full.spinal)
    prior[spine] = spread_precision(body, basis)
    limbs = np.flatnonzero(~full.spinal)
    prior[limbs, limbs] = (MARKER_SIGMA / LOOSE_LIMB) ** 2
    prior *= (scatter / MARKER_SIGMA) ** 2
    parts = [
        _covariance(body, full, prior, q[i], seen.take(i), scatter) for i in np.array_split(some, -(-len(some) // 32))
    ]
    covariance, places = (np.concatenate(x) for x in zip(*parts, strict=True))
    before = scatter**2 * np.linalg.inv(prior[spine])
    total = (basis.matrix[full.spinal, : basis.spine] != 0).astype(float)
    spread = np.eye(len(before)) - basis.matrix[full.spinal, : basis.spine] @ total.T
    after = covariance[:, PELVIS:, PELVIS:][:, full.spinal][:, :, full.spinal]
    region = np.einsum("ck,tcd,dk->tk", total, after, total)
    region_before = np.einsum("ck,cd,dk->k", total, before, total)
    level = np.einsum("ec,tcd,ed->te", spread, after, spread) @ total
    level_before = np.einsum("ec,cd,ed->e", spread, before, spread) @ total
    return Uncertainty(
        vertebrae=_between(places, some, seen),
        regions=np.clip(1 - region / region_before, 0, 1),
        within=np.clip(1 - level / np.maximum(level_before, 1e-12), 0, 1),
        sigma=np.sqrt(region.mean(0)),
    )


def observability(body: BodyModel, found: list[Uncertainty]) -> dict[str, Any]:
    """The report: rhythm name → share measured, verdict and σ; ``levels`` is the share within the region."""
    regions, within = (np.concatenate([getattr(u, a) for u in found]).mean(0) for a in ("regions", "within"))
    sigma = np.sqrt(np.mean([u.sigma**2 for u in found], 0))
    return {
        name: {
            "verdict": "observed" if regions[k] >= OBSERVED else "set by the prior",
            "measured_share": round(float(regions[k]), 3),
            "sigma_degrees": round(float(np.degrees(sigma[k])), 2),
            "levels": "observed" if within[k] >= OBSERVED else "set by the prior",
            "levels_measured_share": round(float(within[k]), 3),
        }
        for k, name in enumerate(body.rhythm_names)
    }


def marker_scatter(error: np.ndarray, hard: np.ndarray) -> float:
    """Metres, σ per axis of the markers: their residual RMS, no less than :data:`reduction.MARKER_SIGMA`."""
    squares = error[:, hard] ** 2
    return float(max(MARKER_SIGMA, np.sqrt(np.nanmean(squares) / 3))) if np.isfinite(squares).any() else MARKER_SIGMA


def _looked_at(seen: Observations, fps: float) -> np.ndarray:
    """Frames whose covariance is computed: regular ones, and both sides of every change of what is missing."""
    pattern = np.concatenate([seen.point_seen, seen.rotation_seen], 1)
    change = np.flatnonzero((pattern[1:] != pattern[:-1]).any(1))
    step = max(round(EVERY_SECONDS * fps), -(-seen.frames // _MOST))
    regular = np.append(np.arange(0, seen.frames, step), seen.frames - 1)
    if len(change) > 2 * _MOST:  # points that flicker: the regular frames stand for all
        change = change[:0]
    return np.unique(np.concatenate([regular, change, change + 1]))


def _covariance(
    body: BodyModel, full: Reduction, prior: np.ndarray, q: np.ndarray, seen: Observations, scatter: float
) -> tuple[np.ndarray, np.ndarray]:
    """(K, N, N) covariance of the unknowns and (K, 24) metres of the vertebral bodies."""
    pelvis = transform(Rotation.from_euler("ZYX", q[:, 3:PELVIS]).as_matrix(), q[:, :3])
    poses = Poses(pelvis, q[:, PELVIS:])
    aim = targets(body, full, seen)
    now = state(body, full, poses, aim)
    j = jacobian(body, full, now, aim, poses.z)
    _, hessian = normal_equations(j, residuals(now, aim), poses.z, full)
    hessian[:, PELVIS:, PELVIS:] += prior - full.precision
    np.einsum("tii->ti", hessian)[...] += 1e-12
    covariance = scatter**2 * np.linalg.inv(hessian)
    index = np.array([body.tree.segment_index[n] for n in VERTEBRAE])
    centres = np.stack([body.vertebra_points[n]["body"] for n in VERTEBRAE])
    carried = now.world[:, index]
    at = (carried[..., :3, :3] @ centres[..., None])[..., 0] + carried[..., :3, 3]
    turned = point_jacobian(body, now, index, at, np.ones(len(index))) * moves(body.tree)[index][:, None, :]
    variance = np.einsum("tpin,tpin->tp", turned @ covariance[:, None], turned)
    return covariance, np.sqrt(np.maximum(variance, 0) / 3)


def _between(values: np.ndarray, at: np.ndarray, seen: Observations) -> np.ndarray:
    """(K, 24) at some frames → (T, 24)."""
    frames = np.arange(seen.frames)
    return np.stack([np.interp(frames, at, column) for column in values.T], -1)
