"""What the measurements say of the spine and what the prior adds, from the fit's posterior covariance.

σ is never taken below what markers are off their places for good (:data:`observations.MARKER_SIGMA`), which no filter
and no number of frames takes away: where noise is all that is wrong, errors are two to three times smaller. The model's
own error is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.report.spine import Observability
from synthgen.biomech.solving.covariance import JOINTS, covariances, pelvis_turns, spread_prior
from synthgen.biomech.solving.reduction import PELVIS, levels, reduction
from synthgen.core.bodymodel import BodyModel
from synthgen.core.skeleton import VERTEBRAE

OBSERVED = 0.93
"""Share of an angle's prior variance that the measurements remove, from which it counts as observed: σ is a quarter."""
EVERY_SECONDS = 0.25
"""Between frames whose covariance is computed; it is interpolated between them."""
_MOST = 64


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
    prior = spread_prior(body, full, scatter)
    spine = np.ix_(full.spinal, full.spinal)
    parts = [
        covariances(body, full, prior, q[i], seen.take(i), scatter) for i in np.array_split(some, -(-len(some) // 32))
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
        vertebrae=_between(places[:, : len(VERTEBRAE)], some, pelvis_turns(q)).astype(np.float32),
        joints=np.trace(places[:, len(VERTEBRAE) :], axis1=-2, axis2=-1) / 3,
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
