"""Arms that bear weight and have another length than the subject's: the trunk tilts about the hips to meet them."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rigs import SIDES
from synthgen.core.rotations import about
from synthgen.core.vectors import unit
from synthgen.retarget.fading import faded
from synthgen.retarget.limb_ik import PARTS
from synthgen.retarget.posing import Pose
from synthgen.retarget.puppet import Puppet

LARGEST = np.radians(15.0)
"""The trunk never tilts further than this to meet the hands."""


def limb_length(puppet: Puppet, limb: str) -> float:
    """Metres from shoulder to wrist or from hip to ankle, along the bones."""
    return _polyline(puppet.body.bones[[puppet.limb("left", p)[0] for p in PARTS[limb]], :3, 3])


def subject_length(motion: SpineMotion, limb: str) -> float:
    """The same of a clip's subject."""
    return _polyline(np.stack([motion.neutral[motion.segment_names.index(f"left_{p}"), :3, 3] for p in PARTS[limb]]))


def _polyline(points: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def tilt_trunk_to_hands(motion: SpineMotion, pose: Pose, bears: np.ndarray) -> Pose:
    """Tilts the trunk about the hips while hands bear weight, so that arms of this length reach the floor unbent.

    The shoulders come to the subject's height over the wrists times the ratio of arm lengths, relative to the hips,
    whose height over knees or feet is ruled by the legs. Limbs keep their directions.

    Args:
        motion: the fitted clip.
        pose: the character's pose.
        bears: (T,) True while a hand bears weight.
    """
    if not bears.any():
        return pose
    arm, leg = (limb_length(pose.puppet, limb) / subject_length(motion, limb) for limb in ("arm", "leg"))
    wrist = np.min([motion.segment(f"{s}_hand")[:, 2, 3] for s in SIDES], axis=0)
    shoulder, hip = (
        np.mean([motion.segment(f"{s}_{name}")[:, 2, 3] for s in SIDES], axis=0) for name in ("upper_arm", "thigh")
    )
    wanted = arm * (shoulder - wrist) - leg * (hip - wrist)
    trunk = _trunk_vector(pose)
    return lift_shoulders(pose, faded((wanted - trunk[:, 2])[:, None], bears, motion.fps)[:, 0])


def lift_shoulders(pose: Pose, by: np.ndarray) -> Pose:
    """Tilts the trunk about the hips so that the shoulders rise by (T,) metres; limbs keep their directions."""
    trunk = _trunk_vector(pose)
    length = np.linalg.norm(trunk, axis=-1)
    goal = np.clip((trunk[:, 2] + by) / length, -0.98, 0.98)
    angle = np.clip(np.arcsin(goal) - np.arcsin(trunk[:, 2] / length), -LARGEST, LARGEST)
    axis = unit(np.cross(trunk * (1.0, 1.0, 0.0), np.array([0.0, 0.0, 1.0])))
    tilt = about(axis, np.where(by == 0.0, 0.0, angle))
    return pose.turned({bone: tilt @ pose.turns[:, bone] for bone in _trunk(pose.puppet)})


def _trunk_vector(pose: Pose) -> np.ndarray:
    """(T, 3) from the hips' to the shoulders' middle."""
    heads, puppet = pose.heads(), pose.puppet
    upper, lower = (np.mean([heads[:, puppet.limb(s, p)[0]] for s in SIDES], axis=0) for p in ("upper_arm", "thigh"))
    out: np.ndarray = upper - lower
    return out


def _trunk(puppet: Puppet) -> list[int]:
    """Pelvis, spine, neck, head, clavicles and what hangs on them, without the limbs."""
    limbs = {puppet.limb(s, p)[0] for s in SIDES for p in ("upper_arm", "thigh")}
    out = {puppet.body.bone(puppet.rig.pelvis)}
    for bone, parent in enumerate(puppet.body.parents):
        if int(parent) in out and bone not in limbs:
            out.add(bone)
    return sorted(out)
