"""How a motion uses the ranges of its joints, and how far beyond them it would go if it were let.

The fit keeps every joint within its range, so a motion that no spine can make does not break a range: it *presses*
against it. Where a level stands at its limit the fit is therefore solved once more with the spine let free, region by
region along the rhythm; what a region then bends beyond the sum of its levels' ranges is what the measurements ask
for and a spine does not give.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.observations import MARKER_SIGMA, Observations
from synthgen.biomech.report.spine import BeyondRange, MeanRangeExcess, RangeExcess, RangeUse, RegionUse
from synthgen.biomech.solving.leastsquares import solve
from synthgen.biomech.solving.reduction import PELVIS, Reduction, reduction
from synthgen.biomech.solving.targets import Poses
from synthgen.core.bodydata import body_data
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import transform
from synthgen.core.skeleton import SPINE_SEGMENTS

AT_LIMIT = np.radians(0.1)
"""Radians: nearer to its bound than this a joint stands at it."""
MOST_OF = 0.5
"""Share of a region's range whose levels must stand at their limits before the region counts as pressed."""
BEYOND = np.radians(10)
"""Radians beyond its range from which a region is asked for what it cannot do. Ranges are the published means and a
quarter more; healthy people scatter about the mean by some 10° in lumbar flexion [book]."""
_FREE = np.radians(180)
_LOOKED_AT = 250
"""Frames of a stretch that are solved again at most; longer ones are looked at in regular steps."""


def spinal_limits(body: BodyModel, q: np.ndarray, margin: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """(T, 12) shares of every region's range whose levels stand at their upper and at their lower limit.

    Args:
        body: whose ranges count; q: (T, C) radians.
        margin: by which the ranges are divided first (1.25 gives the published means).
    """
    low, high = (x / margin for x in _bounds(body))
    region = _members(body) * (high - low)[:, None]
    angles = q[:, PELVIS:]
    shares = [at @ region / region.sum(0) for at in (angles > high - AT_LIMIT, angles < low + AT_LIMIT)]
    return shares[0], shares[1]


def pressed_share(body: BodyModel, q: np.ndarray) -> np.ndarray:
    """(T, 12) share of each region's range that is used up to one side, by levels that stand at their limits."""
    out: np.ndarray = np.maximum(*spinal_limits(body, q))
    return out


def range_use(body: BodyModel, q: np.ndarray) -> RangeUse:
    """How a motion uses the joints' ranges.

    Args:
        body: whose ranges count; q: (T, C) radians, of any origin.
    """
    coordinates = [c.name for c in body.tree.coordinates[PELVIS:]]
    low, high = _bounds(body)
    angles = q[:, PELVIS:]
    past = np.maximum(angles - high, low - angles)
    at = past > -AT_LIMIT
    spinal = np.array([n.rsplit("_", 1)[0] in SPINE_SEGMENTS for n in coordinates])
    shares = sorted(zip(at.mean(0).tolist(), coordinates, strict=True), reverse=True)
    pressed = pressed_share(body, q)
    margin = rom_margin()
    mean = np.where(spinal, np.maximum(angles - high / margin, low / margin - angles), 0.0)
    over_mean = round(float((mean > AT_LIMIT).any(1).mean()), 4)
    most = _largest(mean, coordinates) if (mean > AT_LIMIT).any() else None
    return RangeUse(
        violations=int((past > AT_LIMIT).sum()),
        largest_violation=_largest(past, coordinates) if (past > AT_LIMIT).any() else None,
        share_of_frames_with_a_level_at_its_limit=round(float(at[:, spinal].any(1).mean()), 4),
        share_of_frames_at_limit={n: round(s, 4) for s, n in shares[:8] if s > 0},
        regions={
            name: RegionUse(pressed=round(float((share > MOST_OF).mean()), 4), most=round(float(share.max()), 4))
            for name, share in zip(body.rhythm_names, pressed.T, strict=True)
            if share.any()
        },
        published_mean=(
            MeanRangeExcess(over_mean, most.degrees, most.coordinate, most.frame)
            if most
            else MeanRangeExcess(over_mean, 0.0)
        ),
    )


def wanted_beyond(body: BodyModel, q: np.ndarray, seen: Observations, noise: float) -> np.ndarray:
    """(T, 12) radians that each region would bend beyond the sum of its levels' ranges if the spine were let free.

    Args:
        body: the scaled body; q: (T, C) its fit.
        seen: what was measured in those frames.
        noise: metres, σ per axis of the points, as in the fit.

    Returns:
        0 where it stays within. Markers count as no better than they usually are (``reduction.MARKER_SIGMA``), so
        that a neck is not wrung for a marker that sits a centimetre off; the price is that what few points say is
        reported too small (a lumbar bend of 110° with no point on the back asks for 5° beyond, with C7 and T8 for 25°
        of the true 29°). 0 also in frames in which no level of the spine stands at its limit.
    """
    out = np.zeros((len(q), body.rhythm.shape[1]))
    candidates = np.flatnonzero(pressed_share(body, q).any(1))
    if not candidates.size:
        return out
    some = candidates[:: -(-len(candidates) // _LOOKED_AT)]
    basis = reduction(body, max(noise, MARKER_SIGMA))
    free = _let_free(basis)
    total = np.where(basis.spinal[:, None], 0.0, basis.matrix)
    total[:, : basis.spine] = _members(body)
    pelvis = transform(Rotation.from_euler("ZYX", q[some, 3:PELVIS]).as_matrix(), q[some, :3])
    poses, _ = solve(body, free, Poses(pelvis, q[some, PELVIS:] @ total), seen.take(some), tolerance=3e-3)
    low, high = (x @ total[:, : basis.spine] for x in _bounds(body))
    wanted = poses.z[:, : basis.spine]
    past = np.maximum(np.maximum(wanted - high, low - wanted), 0.0)
    out[candidates] = np.stack([np.interp(candidates, some, column) for column in past.T], -1)
    return out


def beyond_range(body: BodyModel, wanted: np.ndarray) -> BeyondRange:
    """What :func:`wanted_beyond` found, (T, 12) radians; frames count from :data:`BEYOND` on."""
    frame, region = np.unravel_index(wanted.argmax(), wanted.shape)
    return BeyondRange(
        frames=int((wanted > BEYOND).any(1).sum()),
        degrees=round(float(np.degrees(wanted.max())), 1),
        region=body.rhythm_names[int(region)] if wanted.any() else "",
        frame=int(frame),
    )


def _let_free(basis: Reduction) -> Reduction:
    """The same unknowns with the spine's unbounded."""
    spine = np.arange(len(basis.lower)) < basis.spine
    return replace(
        basis,
        lower=np.where(spine, -_FREE, basis.lower),
        upper=np.where(spine, _FREE, basis.upper),
        low=np.where(basis.spinal, -_FREE, basis.low),
        high=np.where(basis.spinal, _FREE, basis.high),
    )


def _members(body: BodyModel) -> np.ndarray:
    """(C − 6, 12) 1 where a coordinate belongs to a region and plane, also one that a rhythm gives no share."""
    regions = {level: row["region"] for level, row in _data()["vertebrae"].items()}
    out = np.zeros((len(body.tree.coordinates) - PELVIS, len(body.rhythm_names)))
    for i, coordinate in enumerate(body.tree.coordinates[PELVIS:]):
        level, _, plane = coordinate.name.rpartition("_")
        if level in regions:
            out[i, body.rhythm_names.index(f"{regions[level]}_{plane}")] = 1.0
    return out


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return body_data()


def rom_margin() -> float:
    """Factor of the model's ranges on the published means (``opensim_models/body.yaml``)."""
    return float(_data()["rom_margin"])


def _bounds(body: BodyModel) -> tuple[np.ndarray, np.ndarray]:
    """(C − 6,) lower and upper bounds of the joints, radians."""
    coordinates = body.tree.coordinates[PELVIS:]
    return np.array([c.lower for c in coordinates]), np.array([c.upper for c in coordinates])


def _largest(past: np.ndarray, names: list[str]) -> RangeExcess:
    frame, coordinate = np.unravel_index(past.argmax(), past.shape)
    return RangeExcess(
        degrees=round(float(np.degrees(past.max())), 2),
        coordinate=names[int(coordinate)],
        frame=int(frame),
    )
