"""Stands a posed character on the floor: root path, root height, planted feet and hands. World, metres."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rigs import SIDES, Rig
from synthgen.core.runs import runs
from synthgen.retarget.fading import EASE, faded
from synthgen.retarget.hands import flat_hands
from synthgen.retarget.limb_ik import REACH, reach
from synthgen.retarget.posing import Pose
from synthgen.retarget.support import Soles, Support
from synthgen.retarget.trunk_tilt import lift_shoulders, limb_length, subject_length, tilt_trunk_to_hands

HOVER = (0.02, 0.06)
"""The subject's lowest point may be this far off the floor before it counts as being in the air, metres: standing up,
and low (lying, kneeling, crawling), where what touches the floor is flesh that a clip does not know."""

GRAVITY = 9.81

LONGEST_FLIGHT, LOW_FLIGHT = 1.3, 0.25
"""Seconds that nobody flies without a trampoline (2 m high), and metres below which a longer one is a fit's hover."""

SLIP = 0.06
"""A hand that wanders further than this along the floor is dragged, not planted, metres."""

DROP = 0.06
"""The hips come down by no more than this to bring a knee to the floor, metres."""


def stand(motion: SpineMotion, pose: Pose, rig: Rig, support: Support) -> Pose:
    """Places a character.

    Args:
        motion: the fitted clip.
        pose: the character's turns; its root is not read.
        rig: its rig.
        support: when the clip's feet, hands and knees bear weight.

    Returns:
        The pose with a root path, corrected legs, arms and hands.
    """
    size = limb_length(pose.body, rig, "leg") / subject_length(motion, "leg")
    soles = Soles(pose.body)
    pose = flat_hands(pose, rig, support.hands, motion.fps)
    pose = tilt_trunk_to_hands(motion, pose, rig, np.asarray(support.hands.any(1)))
    pose = _follow_path(motion, pose, rig, support, size)
    handless = ~soles.part("left_hand", "right_hand")
    pose = pose.lifted(size * _air(motion, support) - soles.lowest(pose.bones(), handless))
    pose = _kneel(pose, rig, soles, support, motion.fps)
    pose = _plant_feet(pose, rig, soles, support, motion.fps)
    pose = _plant_hands(pose, rig, soles, support, motion.fps)
    return pose.lifted(-np.minimum(Soles(pose.body, every=True).lowest(pose.bones()), 0.0))


def _follow_path(motion: SpineMotion, pose: Pose, rig: Rig, support: Support, size: float) -> Pose:
    """Moves the hips' middle where the subject's is, scaled by the leg's length."""
    hips = size * (motion.segment("pelvis")[:, :3, 3] - (0.0, 0.0, support.floor))
    mine = np.mean([pose.head(rig.limbs[s, "thigh"][0]) for s in SIDES], axis=0)
    return pose.moved(hips - mine)


def _air(motion: SpineMotion, support: Support) -> np.ndarray:
    """(T,) metres that the subject is off the floor, at its own size.

    A flight of d seconds rises by g·d²/8 and no more; what a clip shows beyond it is a foot that it does not see bend.
    Who is high for longer than anybody flies stands on something that no picture shows, and is put on the floor.
    """
    standing = -min(motion.neutral[motion.segment_names.index(f"{s}_foot"), 2, 3] for s in SIDES)
    upright = np.clip((motion.segment("pelvis")[:, 2, 3] - support.floor) / standing / 0.2 - 2.5, 0.0, 1.0)
    air: np.ndarray = np.maximum(support.lowest - (upright * HOVER[0] + (1 - upright) * HOVER[1]), 0.0)
    for start, stop in runs(air > 0):
        seconds, most = (stop - start) / motion.fps, air[start:stop].max()
        flies = seconds <= LONGEST_FLIGHT or most <= LOW_FLIGHT
        air[start:stop] *= min(1.0, GRAVITY * seconds**2 / 8 / most) if flies else 0.0
    return air


def _plant_feet(pose: Pose, rig: Rig, soles: Soles, support: Support, fps: float) -> Pose:
    """Takes the sliding and hovering out of standing feet, bending the legs and where needed lowering the hips."""
    bones = pose.bones()
    goals = {}
    for k, side in enumerate(SIDES):
        stands = support.feet[:, k]
        goals[side] = bones[:, pose.body.bone(rig.limbs[side, "foot"][0]), :3, 3]
        if stands.any():
            slid = _slid(pose, rig, bones, side, stands)
            low = soles.lowest(bones, soles.part(f"{side}_foot"))
            goals[side] = goals[side] + faded(-np.concatenate([slid, low[:, None]], 1), stands, fps)
    # A trunk that lies on the floor stays where it is.
    room = np.maximum(soles.lowest(bones, soles.part("trunk", "head")), 0.0)
    pose = pose.lifted(-np.minimum(_out_of_reach(pose, rig, bones, goals, support, fps), room))
    for side in SIDES:
        pose = reach(pose, rig, side, "leg", goals[side])
    return pose


def _slid(pose: Pose, rig: Rig, bones: np.ndarray, side: str, stands: np.ndarray) -> np.ndarray:
    """(T, 2) how far a standing foot has slid along the floor, about the middle of its spell.

    A rolling foot does not slide: from frame to frame the motion of the lower one of heel and ball counts.
    """
    body = pose.body
    foot, balls = body.bone(rig.limbs[side, "foot"][0]), [body.bone(n) for n in rig.limbs[side, "toes"]]
    ankle, ball = body.bones[foot, :3, 3], body.bones[balls][:, :3, 3].mean(0)
    heading = (ball - ankle) * (1.0, 1.0, 0.0)
    sole = np.stack([(ankle - 0.3 * heading) * (1.0, 1.0, 0.0), ball * (1.0, 1.0, 0.0)])
    at = bones[:, foot, None, :3, 3] + (pose.turns[:, foot, None] @ (sole - ankle)[..., None])[..., 0]
    step = np.diff(at, axis=0)
    lower = np.maximum(at[1:, :, 2], at[:-1, :, 2]).argmin(1)
    slid = step[np.arange(len(step)), lower, :2]
    total = np.concatenate([np.zeros((1, 2)), np.cumsum(slid, 0)])
    out = np.zeros_like(total)
    for start, stop in runs(stands):
        out[start:stop] = total[start:stop] - total[start:stop].mean(0)
    return out


def _out_of_reach(
    pose: Pose, rig: Rig, bones: np.ndarray, goals: dict[str, np.ndarray], support: Support, fps: float
) -> np.ndarray:
    """(T,) metres that the hips have to come down so that standing legs reach the floor, without jerks."""
    need = np.zeros(len(bones))
    length = REACH * limb_length(pose.body, rig, "leg")
    for k, side in enumerate(SIDES):
        hip = bones[:, pose.body.bone(rig.limbs[side, "thigh"][0]), :3, 3]
        flat = np.minimum(np.linalg.norm((goals[side] - hip)[:, :2], axis=-1), 0.98 * length)
        top = goals[side][:, 2] + np.sqrt(length**2 - flat**2)
        need = np.maximum(need, np.where(support.feet[:, k], hip[:, 2] - top, 0.0))
    width = max(1, round(EASE * fps))
    held = -minimum_filter1d(-need, 2 * width + 1, mode="nearest")
    out: np.ndarray = np.maximum(gaussian_filter1d(held, width / 2, mode="nearest"), 0.0)
    return out


def _kneel(pose: Pose, rig: Rig, soles: Soles, support: Support, fps: float) -> Pose:
    """Lowers the hips while knees bear weight, until the lower of those knees touches the floor."""
    bears = np.asarray(support.knees.any(1))
    if not bears.any():
        return pose
    bones = pose.bones()
    knees = [soles.lowest(bones, soles.part(f"{s}_shank", f"{s}_thigh")) for s in SIDES]
    gap = np.min([np.where(support.knees[:, k], low, np.inf) for k, low in enumerate(knees)], 0)
    drop = np.clip(np.minimum(gap, soles.lowest(bones, soles.part("trunk", "head"))), 0.0, DROP)
    return pose.lifted(-faded(np.where(bears, drop, 0.0)[:, None], bears, fps)[:, 0])


def _plant_hands(pose: Pose, rig: Rig, soles: Soles, support: Support, fps: float) -> Pose:
    """Puts weight-bearing hands on the floor and keeps them in place, bowing the trunk and bending the arms."""
    bears = np.asarray(support.hands.any(1))
    if not bears.any():
        return pose
    missing = np.zeros(len(bears))
    for k, (goal, shoulder) in enumerate(_hand_goals(pose, rig, soles, support, fps)):
        length = REACH * limb_length(pose.body, rig, "arm")
        flat = np.minimum(np.linalg.norm((goal - shoulder)[:, :2], axis=-1), 0.98 * length)
        high = shoulder[:, 2] - goal[:, 2] - np.sqrt(length**2 - flat**2)
        missing = np.maximum(missing, np.where(support.hands[:, k], high, 0.0))
    missing = np.minimum(missing, np.maximum(soles.lowest(pose.bones(), soles.part("trunk", "head")), 0.0))
    pose = lift_shoulders(pose, rig, -faded(missing[:, None], bears, fps)[:, 0])
    for k, (goal, _) in enumerate(_hand_goals(pose, rig, soles, support, fps)):
        if support.hands[:, k].any():
            pose = reach(pose, rig, SIDES[k], "arm", goal)
    return pose


def _hand_goals(
    pose: Pose, rig: Rig, soles: Soles, support: Support, fps: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each side (T, 3) where the wrist should be and where the shoulder is."""
    out, bones = [], pose.bones()
    for k, side in enumerate(SIDES):
        bears = support.hands[:, k]
        wrist, shoulder = (bones[:, pose.body.bone(rig.limbs[side, p][0]), :3, 3] for p in ("hand", "upper_arm"))
        move = np.zeros_like(wrist)
        for start, stop in runs(bears):
            slid = wrist[start:stop, :2].mean(0) - wrist[start:stop, :2]
            move[start:stop, :2] = slid if np.abs(slid).max() < SLIP else 0.0
        move[:, 2] = -soles.lowest(bones, soles.part(f"{side}_hand"))
        out.append((wrist + faded(move, bears, fps) if bears.any() else wrist, shoulder))
    return out
