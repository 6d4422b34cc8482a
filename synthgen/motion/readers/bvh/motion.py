"""From a BVH file to a clip.

Joint names are recognised by ``bvh_joints.yaml`` or by a file of the user's in the same form. Unit, up axis and what
turns count from are found from the motion, since the zero pose need not be a standing figure nor stand in the world's
axes; all are named in the clip's notes. What cannot be found may be said in a file beside the motion.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.normalise.floor import settle
from synthgen.motion.readers.bvh.axes import facing, find_unit, find_up, zero_pose_up
from synthgen.motion.readers.bvh.directions import Directions, stature
from synthgen.motion.readers.bvh.kinematics import JointMotion, check_scales, joint_motion
from synthgen.motion.readers.bvh.legs import check_not_mirrored
from synthgen.motion.readers.bvh.names import Named, recognise
from synthgen.motion.readers.bvh.neutral import Neutral, from_motion, from_zero_pose, mean_left
from synthgen.motion.readers.bvh.parse import parse
from synthgen.motion.readers.bvh.repair import starts_with_a_calibration_pose, with_chest

_ROTATION = 1e-6
"""Greatest deviation of R Rᵀ from the identity."""


def read(path: Path, given: Given) -> Clip:
    """Reads a BVH file.

    Args:
        path: the file.
        given: ``joints``, a mapping file like ``bvh_joints.yaml``; ``unit``, one of ``m``, ``cm``, ``mm``, ``inch``, a
            unit of the mapping file, or metres per file unit; ``up``, the axis of the file's world that points up,
            ``+y``, ``+z`` … What is missing is found.

    Raises:
        InputError: the file is damaged, its joints are not known, or unit or up axis stay ambiguous.
    """
    where = str(path)
    file = parse(path)
    ask = f"{path.name}.yaml beside it"
    named = recognise(file.names, given.get("joints"), path)
    skeleton = joint_motion(file, named.joints)
    check_scales(file, skeleton.index, where)
    named = named.among(skeleton.index)
    skeleton, landmarks, repairs = _repaired(skeleton, named)
    points = {n: skeleton.positions[:, k] for n, k in landmarks.items()}
    tall = stature(points, where)
    metres, unit_note = find_unit(tall, given.get("unit"), named.convention.units, where, ask)
    body = Directions.of(points)
    check_not_mirrored(body, where)
    zero = {n: skeleton.rest[None, k] for n, k in landmarks.items()}
    zero_up = zero_pose_up(Directions.of(zero))
    placed = {n: metres * p for n, p in points.items()}
    up, up_note = find_up(placed, body, zero_up, given.get("up"), where, ask)
    axes, neutral = _neutral(skeleton, named, zero, zero_up, body, points, up, tall)
    if starts_with_a_calibration_pose(file):
        skeleton = skeleton.frames(slice(1, None))
        repairs.append("the first frame is a calibration pose, from which the motion jumps: left out")
    out = {n: metres * skeleton.positions[:, k] @ axes.T for n, k in landmarks.items()}
    out["pelvis"] = (out["left_hip"] + out["right_hip"]) / 2
    turns = {s: axes @ skeleton.rotations[:, named.segments[s]] @ n.T for s, n in neutral.turns.items()}
    _check_sound(out, turns, where)
    clip = Clip(
        name=path.stem,
        points=out,
        orientations=turns,
        fps=file.fps,
        source=where,
        licence="unknown: the user's file",
        notes=(named.note, unit_note, up_note, *skeleton.notes, *neutral.notes, *repairs),
    )
    return settle(clip, tolerance=0.01)


def _repaired(skeleton: JointMotion, named: Named) -> tuple[JointMotion, dict[str, int], list[str]]:
    """The skeleton with a lost chest put in, landmark → joint, and notes."""
    landmarks = dict(named.points)
    if named.chest is None:
        return skeleton, landmarks, []
    bone, on, neck = named.chest
    whole = with_chest(skeleton, bone, on)
    if whole is None:
        return skeleton, landmarks, []
    if neck is not None:
        landmarks["neck_base"] = neck
    return (
        whole,
        landmarks,
        [
            f"{skeleton.names[bone]} and {skeleton.names[on[0]]} are one point, so the chest has no length: one as "
            "long as the bone below was put in (the CMU database's conversion lost it)"
        ],
    )


def _neutral(
    skeleton: JointMotion,
    named: Named,
    zero: dict[str, np.ndarray],
    zero_up: str | None,
    body: Directions,
    points: dict[str, np.ndarray],
    up: str,
    tall: float,
) -> tuple[np.ndarray, Neutral]:
    """(3, 3) file → world, and what turns count from."""
    if zero_up is None:
        turns = {s: skeleton.rotations[:, k] for s, k in named.segments.items()}
        neutral = from_motion(points, body, turns, up, tall)
        return facing(neutral.left, up), neutral
    zero_left = Directions.of(zero).left[0]
    # Where zero pose and world have one up, the zero pose's left is kept too: a take that turns changes nothing.
    left = zero_left if zero_up == up else mean_left(body, up)
    return facing(left, up), from_zero_pose(facing(zero_left, zero_up), zero, list(named.segments), left)


def _check_sound(points: dict[str, np.ndarray], turns: dict[str, np.ndarray], where: str) -> None:
    """Refuses positions that are no numbers and turns that are no rotations; no check before lets any through."""
    odd = [n for n, p in points.items() if not np.isfinite(p).all()]
    odd += [n for n, t in turns.items() if not np.allclose(t @ np.swapaxes(t, -1, -2), np.eye(3), atol=_ROTATION)]
    if odd:
        raise InputError(
            "the motion gives no sound positions or turns",
            where=where,
            expected="numbers and rotations",
            got=", ".join(odd)[:200],
            remedy="export the file again",
        )
