"""Stands a posed character on the floor: root path, root height, planted feet and hands. World, metres."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig
from synthgen.core.runs import runs
from synthgen.retarget.arm_clearance import clear_arms
from synthgen.retarget.fading import EASE, faded
from synthgen.retarget.hands import flat_hands
from synthgen.retarget.limb_ik import REACH, reach
from synthgen.retarget.posing import Pose
from synthgen.retarget.settling import settle
from synthgen.retarget.support import Support
from synthgen.retarget.trunk_tilt import lift_shoulders, limb_length, subject_length, tilt_trunk_to_hands

SLIP = 0.06
"""A hand that wanders further than this along the floor is dragged, not planted, metres."""


def stand(motion: SpineMotion, pose: Pose, support: Support) -> tuple[Pose, np.ndarray]:
    """Places a character.

    Args:
        motion: the fitted clip.
        pose: the character's turns; its root is not read.
        support: when the clip's feet, hands and knees bear weight.

    Returns:
        The pose with a root path, corrected legs, arms and hands, and (T,) metres that hands are still in the body.
    """
    size = limb_length(pose.puppet, "leg") / subject_length(motion, "leg")
    pose = flat_hands(pose, support.hands, motion.fps)
    pose = tilt_trunk_to_hands(motion, pose, np.asarray(support.hands.any(1)) & ~support.trunk)
    pose = _follow_path(motion, pose, support, size)
    outer = pose.puppet.outer
    handless = ~outer.part("left_hand", "right_hand")
    pose = pose.lifted(size * support.air - outer.lowest(pose.bones(), handless))
    pose = settle(pose, support, motion.fps)
    pose = _plant_feet(pose, support, motion.fps)
    pose = _plant_hands(pose, support, motion.fps)
    pose, depth = clear_arms(pose, support.hands, motion.fps)
    return pose.lifted(-np.minimum(pose.puppet.skin.lowest(pose.bones()), 0.0)), depth


def _follow_path(motion: SpineMotion, pose: Pose, support: Support, size: float) -> Pose:
    """Moves the hips' middle where the subject's is, scaled by the leg's length."""
    hips = size * (motion.segment("pelvis")[:, :3, 3] - (0.0, 0.0, support.floor))
    mine = pose.heads()[:, [pose.puppet.limb(s, "thigh")[0] for s in SIDES]].mean(1)
    return pose.moved(hips - mine)


def _plant_feet(pose: Pose, support: Support, fps: float) -> Pose:
    """Takes the sliding and hovering out of standing feet, bending the legs and where needed lowering the hips."""
    bones = pose.bones()
    goals = {}
    for k, side in enumerate(SIDES):
        stands = support.feet[:, k]
        goals[side] = bones[:, pose.puppet.limb(side, "foot")[0], :3, 3].copy()
        low = pose.puppet.outer.lowest(bones, pose.puppet.outer.part(f"{side}_foot"))
        if stands.any():
            slid = _slid(pose, bones, side, stands)
            moved = faded(-np.concatenate([slid, low[:, None]], 1), stands, fps)
            goals[side] += moved
            low = low + moved[:, 2]
        goals[side][:, 2] -= np.minimum(low, 0.0)  # nobody's trunk lies higher for the sake of a foot
    # A trunk that lies on the floor stays where it is.
    room = np.maximum(pose.puppet.outer.lowest(bones, pose.puppet.outer.part("trunk", "head")), 0.0)
    pose = pose.lifted(-np.minimum(_out_of_reach(pose, bones, goals, support, fps), room))
    for side in SIDES:
        pose = reach(pose, side, "leg", goals[side])
    return pose


def _slid(pose: Pose, bones: np.ndarray, side: str, stands: np.ndarray) -> np.ndarray:
    """(T, 2) how far a standing foot has slid along the floor, about the middle of its spell."""
    total = slid_by(pose.puppet.body, pose.puppet.rig, bones, side)
    out = np.zeros_like(total)
    for start, stop in runs(stands):
        out[start:stop] = total[start:stop] - total[start:stop].mean(0)
    return out


def slid_by(body: RestBody, rig: Rig, bones: np.ndarray, side: str) -> np.ndarray:
    """(T, 2) metres that a foot has slid along the floor since the first frame, under bones (T, B, 4, 4).

    A rolling foot does not slide: from frame to frame the motion of the lower one of heel and ball counts.
    """
    foot, balls = body.bone(rig.limbs[side, "foot"][0]), [body.bone(n) for n in rig.limbs[side, "toes"]]
    ankle, ball = body.bones[foot, :3, 3], body.bones[balls][:, :3, 3].mean(0)
    heading = (ball - ankle) * (1.0, 1.0, 0.0)
    sole = np.stack([(ankle - 0.3 * heading) * (1.0, 1.0, 0.0), ball * (1.0, 1.0, 0.0)])
    turn = bones[:, foot, :3, :3] @ body.bones[foot, :3, :3].T
    at = bones[:, foot, None, :3, 3] + (turn[:, None] @ (sole - ankle)[..., None])[..., 0]
    step = np.diff(at, axis=0)
    lower = np.maximum(at[1:, :, 2], at[:-1, :, 2]).argmin(1)
    slid = step[np.arange(len(step)), lower, :2]
    out: np.ndarray = np.concatenate([np.zeros((1, 2)), np.cumsum(slid, 0)])
    return out


def _out_of_reach(
    pose: Pose, bones: np.ndarray, goals: dict[str, np.ndarray], support: Support, fps: float
) -> np.ndarray:
    """(T,) metres that the hips have to come down so that standing legs reach the floor, without jerks."""
    need = np.zeros(len(bones))
    length = REACH * limb_length(pose.puppet, "leg")
    for k, side in enumerate(SIDES):
        hip = bones[:, pose.puppet.limb(side, "thigh")[0], :3, 3]
        flat = np.minimum(np.linalg.norm((goals[side] - hip)[:, :2], axis=-1), 0.98 * length)
        top = goals[side][:, 2] + np.sqrt(length**2 - flat**2)
        need = np.maximum(need, np.where(support.feet[:, k], hip[:, 2] - top, 0.0))
    width = max(1, round(EASE * fps))
    held = -minimum_filter1d(-need, 2 * width + 1, mode="nearest")
    out: np.ndarray = np.maximum(gaussian_filter1d(held, width / 2, mode="nearest"), 0.0)
    return out


def _plant_hands(pose: Pose, support: Support, fps: float) -> Pose:
    """Puts weight-bearing hands on the floor and keeps them in place, bowing the trunk and bending the arms."""
    bears = np.asarray(support.hands.any(1))
    if not bears.any():
        return pose
    missing = np.zeros(len(bears))
    for k, (goal, shoulder) in enumerate(_hand_goals(pose, support, fps)):
        length = REACH * limb_length(pose.puppet, "arm")
        flat = np.minimum(np.linalg.norm((goal - shoulder)[:, :2], axis=-1), 0.98 * length)
        high = shoulder[:, 2] - goal[:, 2] - np.sqrt(length**2 - flat**2)
        missing = np.maximum(missing, np.where(support.hands[:, k], high, 0.0))
    missing = np.minimum(
        missing, np.maximum(pose.puppet.outer.lowest(pose.bones(), pose.puppet.outer.part("trunk", "head")), 0.0)
    )
    pose = lift_shoulders(pose, -faded(missing[:, None], bears, fps)[:, 0])
    for k, (goal, _) in enumerate(_hand_goals(pose, support, fps)):
        if support.hands[:, k].any():
            pose = reach(pose, SIDES[k], "arm", goal)
    return pose


def _hand_goals(pose: Pose, support: Support, fps: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each side (T, 3) where the wrist should be and where the shoulder is."""
    out, bones = [], pose.bones()
    for k, side in enumerate(SIDES):
        bears = support.hands[:, k]
        wrist, shoulder = (bones[:, pose.puppet.limb(side, p)[0], :3, 3] for p in ("hand", "upper_arm"))
        move = np.zeros_like(wrist)
        for start, stop in runs(bears):
            slid = wrist[start:stop, :2].mean(0) - wrist[start:stop, :2]
            move[start:stop, :2] = slid if np.abs(slid).max() < SLIP else 0.0
        move[:, 2] = -pose.puppet.outer.lowest(bones, pose.puppet.outer.part(f"{side}_hand"))
        out.append((wrist + faded(move, bears, fps) if bears.any() else wrist, shoulder))
    return out
