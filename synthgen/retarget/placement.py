"""Stands a posed character on the floor: root path, root height, planted feet and hands. World, metres."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.retarget.anatomy import limb_frames
from synthgen.retarget.hands import flat_hands
from synthgen.retarget.limb_ik import REACH, reach
from synthgen.retarget.posing import about, pose, positions, unit
from synthgen.retarget.rig import RestBody
from synthgen.retarget.rigs import SIDES, Rig
from synthgen.retarget.support import Soles, Support

EASE = 0.12
"""Seconds over which a correction fades in and out around a stance."""

HOVER = 0.02
"""The subject's lowest point may be this far off the floor before it counts as being in the air, metres."""


def stand(
    motion: SpineMotion, body: RestBody, rig: Rig, turns: np.ndarray, support: Support
) -> tuple[np.ndarray, np.ndarray]:
    """Places a character.

    Args:
        motion: the fitted clip.
        body, rig: the character.
        turns: (T, B, 3, 3) of all bones.
        support: when the clip's feet, hands and knees bear weight.

    Returns:
        (T, B, 3, 3) turns with corrected legs, arms and hands, and (T, 3) positions of the first bone.
    """
    size = _leg_length(body, rig) / _subject_leg(motion)
    soles = Soles(body)
    turns = flat_hands(body, rig, turns, support.hands, motion.fps)
    turns = _pitch_to_hands(motion, body, rig, turns, support)
    root = _root_path(motion, body, rig, turns, support, size)
    root = _to_floor(body, turns, root, soles, size * np.maximum(support.lowest - HOVER, 0.0))
    turns, root = _plant_feet(body, rig, turns, root, soles, support, motion.fps)
    turns = _plant_hands(body, rig, turns, root, soles, support, motion.fps)
    sunk = np.minimum(soles.lowest(pose(body, turns, root)), 0.0)
    root = root - sunk[:, None] * np.array([0.0, 0.0, 1.0])
    return turns, root


def _leg_length(body: RestBody, rig: Rig) -> float:
    at = [body.bones[body.bone(rig.limbs["left", p][0]), :3, 3] for p in ("thigh", "shank", "foot")]
    return float(np.linalg.norm(at[1] - at[0]) + np.linalg.norm(at[2] - at[1]))


def _subject_leg(motion: SpineMotion) -> float:
    at = [motion.neutral[motion.segment_names.index(f"left_{p}"), :3, 3] for p in ("thigh", "shank", "foot")]
    return float(np.linalg.norm(at[1] - at[0]) + np.linalg.norm(at[2] - at[1]))


def _root_path(
    motion: SpineMotion, body: RestBody, rig: Rig, turns: np.ndarray, support: Support, size: float
) -> np.ndarray:
    """(T, 3) the first bone so that the hips' middle follows the subject's, scaled by the leg's length."""
    hips = size * (motion.segment("pelvis")[:, :3, 3] - (0.0, 0.0, support.floor))
    names = [rig.limbs[s, "thigh"][0] for s in SIDES]
    relative = positions(body, turns, np.zeros((len(turns), 3)))[:, [body.bone(n) for n in names]].mean(1)
    return hips - relative


def _to_floor(body: RestBody, turns: np.ndarray, root: np.ndarray, soles: Soles, height: np.ndarray) -> np.ndarray:
    """Lifts or lowers the root so that the lowest skin stands at ``height`` (T,)."""
    lift = height - soles.lowest(pose(body, turns, root))
    return root + lift[:, None] * np.array([0.0, 0.0, 1.0])


def _plant_feet(
    body: RestBody, rig: Rig, turns: np.ndarray, root: np.ndarray, soles: Soles, support: Support, fps: float
) -> tuple[np.ndarray, np.ndarray]:
    """Takes the sliding and hovering out of standing feet, bending the legs and where needed lowering the hips."""
    bones = pose(body, turns, root)
    goals = {}
    for k, side in enumerate(SIDES):
        stands = support.feet[:, k]
        ankle = bones[:, body.bone(rig.limbs[side, "foot"][0]), :3, 3]
        move = np.zeros_like(ankle)
        if stands.any():
            drift = _drift(body, rig, bones, side, stands)
            low = soles.lowest(bones, soles.part(f"{side}_foot"))
            move = _spread(np.concatenate([-drift[:, :2], -low[:, None]], 1), stands, fps)
        goals[side] = ankle + move
    root = root - _out_of_reach(body, rig, bones, goals, support, fps)[:, None] * np.array([0.0, 0.0, 1.0])
    for side in SIDES:
        turns = reach(body, rig, turns, root, side, "leg", goals[side])
    return turns, root


def _drift(body: RestBody, rig: Rig, bones: np.ndarray, side: str, stands: np.ndarray) -> np.ndarray:
    """(T, 3) how far a standing foot has slid since its spell began, about the spell's middle.

    A rolling foot does not slide: from frame to frame the motion of the lower one of heel and ball counts.
    """
    foot = bones[:, body.bone(rig.limbs[side, "foot"][0])]
    balls = [body.bone(n) for n in rig.limbs[side, "toes"]]
    rest_ankle = body.bones[body.bone(rig.limbs[side, "foot"][0])]
    heel_rest = rest_ankle[:3, 3] * (1.0, 1.0, 0.0) - limb_frames(body, rig)[side, "foot"][:, 0] * 0.03
    heel = (foot[:, :3, :3] @ (rest_ankle[:3, :3].T @ (heel_rest - rest_ankle[:3, 3]))) + foot[:, :3, 3]
    ball = bones[:, balls][..., :3, 3].mean(1)
    ball_rest = body.bones[balls, :3, 3].mean(0)[2]
    both = np.stack([heel, ball - (0.0, 0.0, ball_rest)], 1)
    step = np.diff(both, axis=0)
    height = np.maximum(both[1:, :, 2], both[:-1, :, 2])
    lower = height.argmin(1)
    slid = step[np.arange(len(step)), lower] * (1.0, 1.0, 0.0)
    total = np.concatenate([np.zeros((1, 3)), np.cumsum(slid, 0)])
    out = np.zeros_like(total)
    for start, stop in spells(stands):
        out[start:stop] = total[start:stop] - total[start:stop].mean(0)
    return out


def spells(mask: np.ndarray) -> list[tuple[int, int]]:
    """Runs of True as (start, stop)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _spread(values: np.ndarray, mask: np.ndarray, fps: float) -> np.ndarray:
    """Keeps (T, K) values where the mask holds and fades them to zero around it, interpolating between spells."""
    ease = max(1, round(EASE * fps))
    frames = np.arange(len(mask))
    known = np.flatnonzero(mask)
    gap = np.abs(frames[:, None] - known[None]).min(1)
    weight = 0.5 * (1 + np.cos(np.pi * np.clip(gap / (ease + 1), 0.0, 1.0)))
    filled = np.stack([np.interp(frames, known, column[known]) for column in values.T], -1)
    return filled * weight[:, None]


def _out_of_reach(
    body: RestBody,
    rig: Rig,
    bones: np.ndarray,
    goals: dict[str, np.ndarray],
    support: Support,
    fps: float,
) -> np.ndarray:
    """(T,) metres that the hips have to come down so that standing legs reach the floor, without jerks."""
    need = np.zeros(len(bones))
    length = REACH * _leg_length(body, rig)
    for k, side in enumerate(SIDES):
        hip = bones[:, body.bone(rig.limbs[side, "thigh"][0]), :3, 3]
        flat = np.minimum(np.linalg.norm((goals[side] - hip)[:, :2], axis=-1), 0.98 * length)
        top = goals[side][:, 2] + np.sqrt(length**2 - flat**2)
        need = np.maximum(need, np.where(support.feet[:, k], hip[:, 2] - top, 0.0))
    width = max(1, round(EASE * fps))
    held = -minimum_filter1d(-need, 2 * width + 1, mode="nearest")
    return np.maximum(gaussian_filter1d(held, width / 2, mode="nearest"), 0.0)


def _pitch_to_hands(motion: SpineMotion, body: RestBody, rig: Rig, turns: np.ndarray, support: Support) -> np.ndarray:
    """Tilts the trunk about the hips while hands bear weight, so that arms of this length reach the floor unbent.

    The shoulders come to the subject's height over the wrists times the ratio of arm lengths, relative to the hips,
    whose height over the knees or feet is ruled by the legs.
    """
    mask = support.hands.any(1)
    if not mask.any():
        return turns
    arm = _arm_length(body, rig) / _subject_arm(motion)
    leg = _leg_length(body, rig) / _subject_leg(motion)

    def seen(name: str) -> np.ndarray:
        return np.mean([motion.segment(f"{s}_{name}")[:, :3, 3] for s in SIDES], axis=0)

    wrist = np.min([motion.segment(f"{s}_hand")[:, 2, 3] for s in SIDES], axis=0)
    shoulder, hip = seen("upper_arm"), seen("thigh")
    wanted = arm * (shoulder[:, 2] - wrist) - leg * (hip[:, 2] - wrist)
    at = positions(body, turns, np.zeros((len(turns), 3)))
    mine = {p: np.mean([at[:, body.bone(rig.limbs[s, p][0])] for s in SIDES], axis=0) for p in ("upper_arm", "thigh")}
    trunk = mine["upper_arm"] - mine["thigh"]
    length = np.linalg.norm(trunk, axis=-1)
    now, goal = np.arcsin(trunk[:, 2] / length), np.arcsin(np.clip(wanted / length, -0.98, 0.98))
    flat = trunk * (1.0, 1.0, 0.0)
    axis = unit(np.cross(flat, np.array([0.0, 0.0, 1.0])))
    angle = np.clip(goal - now, -np.radians(15.0), np.radians(15.0))
    tilt = about(axis, _spread(angle[:, None], mask, motion.fps)[:, 0])
    out = turns.copy()
    trunk_bones = [body.bone(n) for n in (rig.pelvis, *rig.spine, *rig.neck, rig.head)]
    trunk_bones += [body.bone(n) for s in SIDES for n in rig.limbs[s, "clavicle"]]
    moved = _with_followers(body, rig, trunk_bones)
    out[:, moved] = tilt[:, None] @ turns[:, moved]
    return out


def _with_followers(body: RestBody, rig: Rig, bones: list[int]) -> list[int]:
    """The bones and every descendant that is no limb."""
    limbs = {body.bone(rig.limbs[s, p][0]) for s in SIDES for p in ("upper_arm", "thigh")}
    out = set(bones)
    for i, parent in enumerate(body.parents):
        if int(parent) in out and i not in limbs:
            out.add(i)
    return sorted(out)


def _arm_length(body: RestBody, rig: Rig) -> float:
    at = [body.bones[body.bone(rig.limbs["left", p][0]), :3, 3] for p in ("upper_arm", "forearm", "hand")]
    return float(np.linalg.norm(at[1] - at[0]) + np.linalg.norm(at[2] - at[1]))


def _subject_arm(motion: SpineMotion) -> float:
    at = [motion.neutral[motion.segment_names.index(f"left_{p}"), :3, 3] for p in ("upper_arm", "forearm", "hand")]
    return float(np.linalg.norm(at[1] - at[0]) + np.linalg.norm(at[2] - at[1]))


def _plant_hands(
    body: RestBody, rig: Rig, turns: np.ndarray, root: np.ndarray, soles: Soles, support: Support, fps: float
) -> np.ndarray:
    """Puts weight-bearing hands on the floor and keeps them in place, bending the arms."""
    for k, side in enumerate(SIDES):
        bears = support.hands[:, k]
        if not bears.any():
            continue
        bones = pose(body, turns, root)
        wrist = bones[:, body.bone(rig.limbs[side, "hand"][0]), :3, 3]
        low = soles.lowest(bones, soles.part(f"{side}_hand"))
        move = np.zeros_like(wrist)
        for start, stop in spells(bears):
            move[start:stop, :2] = wrist[start:stop, :2].mean(0) - wrist[start:stop, :2]
        move[:, 2] = -low
        turns = reach(body, rig, turns, root, side, "arm", wrist + _spread(move, bears, fps))
    return turns
