"""The poses of a stretch of frames: key frames from scratch, the others from them, level by level, then OpenSim."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.confirmation import Confirmation, confirmed
from synthgen.biomech.solving.leastsquares import solve
from synthgen.biomech.solving.reduction import Reduction, levels, reduction
from synthgen.biomech.solving.start import first_poses
from synthgen.biomech.solving.targets import Poses
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import transform

CHUNK = 1000
"""Frames that are fitted without a look at the others: what one process takes at a time."""
KEY_SECONDS = 0.25
"""Between frames that are solved from scratch."""
ROUGH, FINE = 5e-3, 3e-3
"""Share of its cost that a step must still gain: of the rhythms, which are only a start, and of single levels."""
_FAR = 1.0
"""Radians: neighbouring key frames that differ by more in one angle are no guide to what lies between. A limb begun
on the wrong side of a pole stays at its limit and pulls the trunk along: a vertebra then jumps in single frames."""
_ROUNDS = 4
_WORSE = 2.0
_MARGIN = 2e-5
"""m²: a frame whose cost exceeds its neighbour's twofold and by this (6 mm of one point) is tried from there."""
_LEAP = 0.12
"""Radians: so is one that is this far from its neighbour in one unknown of the spine. Where the trunk is seen at two
ends only, other splits of one bend between its regions are minima too, and single frames fall into them."""
_UNLIKE = 6.0
"""Times the median change between neighbours that a leap exceeds as well, four σ of white noise: where noise was not
filtered, every frame is that far from the next, and none of them has fallen into another minimum."""
_BRIDGE = 8
"""Frames of the longest stretch between two leaps that is tried on its neighbours' line."""
_SMOOTH = 1e-3
"""m²/rad²: what a squared difference from both neighbours weighs when two minima of one frame are compared. It
chooses between minima and moves none."""


def solve_chunk(
    body: BodyModel, seen: Observations, fps: float, noise: float = 0.0, every: int = 1
) -> tuple[np.ndarray, Confirmation]:
    """Coordinates of a stretch of frames, every one with enough points to place a pelvis.

    Args:
        body: the scaled body.
        seen: the stretch, at most :data:`CHUNK` frames.
        fps: frames per second.
        noise: metres, σ per axis of the measured points.
        every: OpenSim solves every so many of them in any case.

    Returns:
        (T, C) coordinates within their bounds, the pelvis' rotation not unwrapped, and what OpenSim said of them. They
        depend on the stretch alone.
    """
    basis = reduction(body, noise)
    keys = _key_frames(seen.frames, fps)
    key = seen.take(keys)
    guide, _ = solve(body, basis, first_poses(body, basis, key), key, tolerance=ROUGH)
    start, far = _between(guide, keys, seen.frames)
    if far.any():
        afresh = first_poses(body, basis, seen.take(far))
        start.pelvis[far], start.z[far] = afresh.pelvis, afresh.z
    poses, cost = solve(body, basis, start, seen, tolerance=ROUGH)
    poses = _bridged(body, basis, _retried(body, basis, poses, cost, seen), cost, seen)
    full = levels(body, basis)
    # Where levels are at the end of their range the others go on: that is no departure from the rhythm.
    rest, start = basis.held_back(poses.z), Poses(poses.pelvis, basis.coordinates(poses.z))
    poses, _ = solve(body, full, start, seen, rest, iterations=5, tolerance=FINE)
    return confirmed(body, full, coordinates_of(poses), seen, rest, every)


def _key_frames(frames: int, fps: float) -> np.ndarray:
    stride = int(np.clip(round(KEY_SECONDS * fps), 1, 16))
    return np.unique(np.append(np.arange(0, frames, stride), frames - 1))


def _between(poses: Poses, keys: np.ndarray, frames: int) -> tuple[Poses, np.ndarray]:
    """Poses of all frames from those of key frames, and (T,) True where the key frames are too far from each other."""
    at = np.arange(frames)
    z = np.stack([np.interp(at, keys, column) for column in poses.z.T], -1)
    turns = poses.pelvis[:, :3, :3]
    turn = Slerp(keys, Rotation.from_matrix(turns))(at).as_matrix() if len(keys) > 1 else turns
    place = np.stack([np.interp(at, keys, column) for column in poses.pelvis[:, :3, 3].T], -1)
    after = np.searchsorted(keys, at).clip(0, len(keys) - 1)
    before = np.maximum(after - 1, 0)
    far = np.asarray((np.abs(poses.z[after] - poses.z[before]) > _FAR).any(1))
    return Poses(transform(turn, place), z), far


def _retried(body: BodyModel, basis: Reduction, poses: Poses, cost: np.ndarray, seen: Observations) -> Poses:
    """Frames that ended much worse than a neighbour, or far from it, start again there; good solutions spread."""
    idle, far = 0, _leap(poses.z[:, : basis.spine])
    for turn in range(2 * _ROUNDS):
        step = 1 if turn % 2 else -1
        donor = np.clip(np.arange(len(cost)) + step, 0, len(cost) - 1)
        leap = (np.abs(poses.z - poses.z[donor])[:, : basis.spine] > far).any(1)
        bad = np.flatnonzero((cost > _WORSE * cost[donor] + _MARGIN) | leap)
        idle += 1
        if idle > 2:
            break
        if not bad.size:
            continue
        near = poses.take(donor[bad])
        near = Poses(transform(near.pelvis[:, :3, :3], poses.pelvis[bad, :3, 3]), near.z)
        again, new = solve(body, basis, near, seen.take(bad), iterations=10, tolerance=ROUGH)
        rough = _roughness(poses.z[:, : basis.spine], poses.z[:, : basis.spine])[bad]
        smooth = _roughness(poses.z[:, : basis.spine], again.z[:, : basis.spine], bad)
        better = new + _SMOOTH * smooth < (1 - ROUGH) * cost[bad] + _SMOOTH * rough
        if better.any():
            idle = 0
        hit = bad[better]
        poses.pelvis[hit], poses.z[hit], cost[hit] = again.pelvis[better], again.z[better], new[better]
    return poses


def _bridged(body: BodyModel, basis: Reduction, poses: Poses, cost: np.ndarray, seen: Observations) -> Poses:
    """Short runs between two leaps start again on the line that joins their neighbours; the better course stays.

    A stretch of several frames in another minimum is smooth inside, so that no frame of it leaves it alone.
    """
    spine = poses.z[:, : basis.spine]
    leaps = np.flatnonzero((np.abs(np.diff(spine, axis=0)) > _leap(spine)).any(1))
    for before, last in sorted(
        ((a, b) for a in leaps for b in leaps if 0 < b - a <= _BRIDGE), key=lambda p: p[0] - p[1]
    ):
        run, after = np.arange(before + 1, last + 1), last + 1
        share = ((run - before) / (after - before))[:, None]
        line = (1 - share) * poses.z[before] + share * poses.z[after]
        turn = Slerp([before, after], Rotation.from_matrix(poses.pelvis[[before, after], :3, :3]))(run).as_matrix()
        start = Poses(transform(turn, poses.pelvis[run, :3, 3]), line)
        again, new = solve(body, basis, start, seen.take(run), iterations=15, tolerance=ROUGH)
        trial = poses.z[:, : basis.spine].copy()
        trial[run] = again.z[:, : basis.spine]
        around = slice(before, after + 1)
        gain = _course(cost[run], poses.z[around, : basis.spine]) - _course(new, trial[around])
        if gain > 0:
            poses.pelvis[run], poses.z[run], cost[run] = again.pelvis, again.z, new
    return poses


def _leap(z: np.ndarray) -> np.ndarray:
    """(T, N) unknowns of the spine → (N,) radians, the change from frame to frame that is a leap."""
    return (
        np.maximum(_LEAP, _UNLIKE * np.median(np.abs(np.diff(z, axis=0)), axis=0))
        if len(z) > 1
        else np.full(z.shape[1], _LEAP)
    )


def _course(cost: np.ndarray, z: np.ndarray) -> float:
    """m²: costs of a stretch with what its unevenness weighs."""
    return float(cost.sum() + _SMOOTH * (np.diff(z, axis=0) ** 2).sum())


def _roughness(z: np.ndarray, trial: np.ndarray, at: np.ndarray | None = None) -> np.ndarray:
    """(N,) rad²: squared distances of trial values for the frames ``at`` (all by default) from both neighbours.

    At the ends of the stretch the one neighbour counts twice.
    """
    at, last = (np.arange(len(z)) if at is None else at), len(z) - 1
    before, after = z[np.where(at > 0, at - 1, min(1, last))], z[np.where(at < last, at + 1, max(0, last - 1))]
    out: np.ndarray = ((trial - before) ** 2 + (trial - after) ** 2).sum(1)
    return out


def coordinates_of(poses: Poses) -> np.ndarray:
    """(T, C) from poses level by level; the pelvis' rotation is taken apart about its Z, Y and X axes."""
    angles = Rotation.from_matrix(poses.pelvis[:, :3, :3]).as_euler("ZYX")
    return np.concatenate([poses.pelvis[:, :3, 3], angles, poses.z], -1)
