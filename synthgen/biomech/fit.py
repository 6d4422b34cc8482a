"""A motion clip fitted by the spine model: :func:`fit_clip`.

Points and orientations → the subject's size → least squares on pelvis, rhythms and limbs → OpenSim's assembly.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from synthgen.biomech.assembly import assemble
from synthgen.biomech.calibration import subject_of
from synthgen.biomech.leastsquares import Poses, landmark_points, solve
from synthgen.biomech.observations import Observations, marked, observe
from synthgen.biomech.reduction import PELVIS, Reduction, reduction
from synthgen.biomech.report import fit_report
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.start import first_poses
from synthgen.bodymodel import BodyModel, reference_body
from synthgen.errors import InputError
from synthgen.frames import transform
from synthgen.motion.clip import Clip

BLOCK = 256
"""Frames that are solved at once; more of them do not fit the processor's cache."""
_ROUNDS = 4
_WORSE = 2.0
_MARGIN = 2e-5
"""m²: a frame whose cost exceeds its neighbour's twofold and by this (6 mm of one point) is tried from there."""


def fit_clip(clip: Clip, *, body: BodyModel | None = None) -> SpineMotion:
    """Fits the spine model to a clip.

    Args:
        clip: points and orientations, world frame, metres. Missing values (NaN) are left out; frames with too
            little to place a pelvis are interpolated and named in the report.
        body: the body to be scaled to the clip's subject; the reference adult by default.

    Returns:
        the fitted motion in the clip's world; the same clip gives the same bytes. ``neutral`` and ``stature`` are
        the scaled subject's; ``report`` is described in ``biomech/report.py``.

    Raises:
        InputError: the clip has too few points, or in no frame enough of them.
    """
    reference = marked(body or reference_body(), clip)
    seen, notes = observe(clip, reference)
    usable = _usable(seen)
    if not usable.any():
        raise InputError(
            "no frame of the clip has enough points to place a pelvis",
            where=clip.source,
            expected="three points that are not NaN, or one and the pelvis' orientation",
            got=f"{clip.frames} frames with at most {int(seen.point_seen.sum(1).max())} points",
        )
    basis = reduction(reference)
    subject, factors = subject_of(reference, basis, seen.take(usable))
    poses = _filled(_least_squares(subject, basis, seen.take(usable)), usable)
    q = assemble(subject, _coordinates(subject, basis, poses), seen)
    q[:, PELVIS:] = np.clip(q, *_bounds(subject))[:, PELVIS:]  # OpenSim keeps bounds to its accuracy only
    world = subject.tree.forward(q)
    error = np.linalg.norm(landmark_points(subject, seen, world) - seen.points, axis=-1)
    error = np.where(seen.point_seen, error, np.nan)
    return SpineMotion(
        name=clip.name,
        fps=clip.fps,
        coordinate_names=tuple(subject.tree.coordinate_index),
        q=q,
        segment_names=tuple(subject.tree.segment_index),
        transforms=world,
        neutral=subject.tree.forward(subject.neutral()[0]),
        scale=factors,
        stature=subject.stature,
        marker_names=seen.point_names,
        marker_error=error,
        source=clip.source,
        licence=clip.licence,
        loop=clip.loop,
        report=fit_report(subject, clip.fps, q, world, seen.point_names, error, ~usable, [*clip.notes, *notes]),
        marker_segments=tuple(subject.landmarks[n][0] for n in seen.point_names),
        marker_offsets=np.stack([subject.landmarks[n][1] for n in seen.point_names]),
    )


def _usable(seen: Observations) -> np.ndarray:
    """(T,) True where the pelvis can be placed."""
    count = seen.point_seen.sum(1)
    pelvis = [k for k, n in enumerate(seen.segment_names) if n == "pelvis"]
    turned = seen.rotation_seen[:, pelvis].any(1)
    return np.asarray((count >= 3) | ((count >= 1) & turned))


def _least_squares(body: BodyModel, basis: Reduction, seen: Observations) -> Poses:
    parts = [seen.take(slice(i, i + BLOCK)) for i in range(0, seen.frames, BLOCK)]
    solved = [solve(body, basis, first_poses(body, basis, part), part) for part in parts]
    poses = Poses(*(np.concatenate([getattr(p, a) for p, _ in solved]) for a in ("pelvis", "z")))
    return _retried(body, basis, poses, np.concatenate([c for _, c in solved]), seen)


def _retried(body: BodyModel, basis: Reduction, poses: Poses, cost: np.ndarray, seen: Observations) -> Poses:
    """Frames that ended much worse than a neighbour start again from it; good solutions spread along the clip."""
    for turn in range(2 * _ROUNDS):
        step = 1 if turn % 2 else -1
        donor = np.clip(np.arange(len(cost)) + step, 0, len(cost) - 1)
        bad = np.flatnonzero(cost > _WORSE * cost[donor] + _MARGIN)
        if not bad.size:
            continue
        near = poses.take(donor[bad])
        near = Poses(transform(near.pelvis[:, :3, :3], poses.pelvis[bad, :3, 3]), near.z)
        again, new = solve(body, basis, near, seen.take(bad))
        better = new < cost[bad]
        hit = bad[better]
        poses.pelvis[hit], poses.z[hit], cost[hit] = again.pelvis[better], again.z[better], new[better]
    return poses


def _filled(poses: Poses, usable: np.ndarray) -> Poses:
    """Poses of all frames: unusable ones between their neighbours, at the ends like the nearest."""
    if usable.all():
        return poses
    known, wanted = np.flatnonzero(usable), np.arange(len(usable))
    inside = np.clip(wanted, known[0], known[-1])

    def between(values: np.ndarray) -> np.ndarray:
        return np.stack([np.interp(wanted, known, v) for v in values.T], -1)

    turn = poses.pelvis[:, :3, :3]
    if len(known) > 1:
        turn = Slerp(known, Rotation.from_matrix(turn))(inside).as_matrix()
    else:
        turn = np.repeat(turn, len(usable), 0)
    return Poses(transform(turn, between(poses.pelvis[:, :3, 3])), between(poses.z))


def _coordinates(body: BodyModel, basis: Reduction, poses: Poses) -> np.ndarray:
    """(T, C) coordinates of the tree; the pelvis' rotation is taken apart about its Z, Y and X axes."""
    angles = Rotation.from_matrix(poses.pelvis[:, :3, :3]).as_euler("ZYX")
    q = np.concatenate([poses.pelvis[:, :3, 3], np.unwrap(angles, axis=0), poses.z @ basis.matrix.T], -1)
    return np.clip(q, *_bounds(body))


def _bounds(body: BodyModel) -> tuple[np.ndarray, np.ndarray]:
    """(C,) lower and (C,) upper bounds of the coordinates."""
    coordinates = body.tree.coordinates
    return np.array([c.lower for c in coordinates]), np.array([c.upper for c in coordinates])
