"""Arms that are in the body get out: the upper arm turns and the elbow bends, as little as it takes and smoothly."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_dilation

from synthgen.characters.rigs import SIDES
from synthgen.retarget.arm_contacts import (
    BODY_BESIDE,
    FREEDOMS,
    Contacts,
    PosedArm,
    clearances,
    contacts,
)
from synthgen.retarget.fading import EASE
from synthgen.retarget.kernels.giving import give_way
from synthgen.retarget.posing import Pose
from synthgen.retarget.shell import Found, Nearby

MARGIN = 0.003
"""Metres that hands and forearms stay clear of the skin."""

ENOUGH = 0.001
"""Metres less than the margin at which an arm has given way enough."""

COST = 2e-3
"""Square metres per square radian: what giving way costs against points that are in the body."""

LARGEST = np.radians(60.0)
"""An arm gives way by no more."""

STUCK = 0.005
"""Metres in the body from which on a hand gives way although it bears weight, as one that slides under the chest."""

FADE = 3 * EASE
"""Seconds before and after, in which an arm that has to give way begins and ends to."""

AT_ONCE = 0.025
"""Metres by which an arm gets out at most before the skin is looked at again: what is nearest deep inside misleads."""

LOOKS, STEPS = 10, 4
"""How often the skin is looked at again, and steps of the hinge problem in between."""


def clear_arms(pose: Pose, bears: np.ndarray, fps: float) -> tuple[Pose, np.ndarray]:
    """Turns arms out of the body, out of each other and out of the floor.

    Arms that are clear of everything are not touched at all, neither are those whose hand bears weight,
    unless they are stuck in the body.

    Args:
        pose: the character's pose, standing on the floor.
        bears: (T, 2) left and right hand bears weight.
        fps: frames per second.

    Returns:
        The pose with arms that give way, and (T,) metres that hands and forearms are still in the body.
    """
    parts = pose.puppet.arm_parts
    if parts is None:
        return pose, np.zeros(len(bears))
    bones = pose.bones()
    arms = {side: PosedArm.of(pose, bones, parts, side) for side in SIDES}
    rest = Nearby(*parts.rest.posed(bones), parts.starts, beside=BODY_BESIDE)
    found = clearances(arms, rest)
    free = {}
    for k, side in enumerate(SIDES):
        deep = contacts(arms[side], found[side], 0.0).clear[:, 0] < 0
        stuck = _beside(found[side][0].min(1) < -STUCK, fps)
        held = bears[:, k] & ~stuck
        free[side] = _beside(deep & ~held, fps) & ~held
    depth = _depth(arms, found)
    frames = np.flatnonzero(free["left"] | free["right"])
    if not len(frames):
        return pose, depth
    given, depth[frames] = _out_of_the_way(arms, rest, found, free, fps)
    for side in SIDES:
        if free[side].any():
            pose = _turned(pose, side, arms[side], given[side])
    return pose, depth


def _out_of_the_way(
    arms: dict[str, PosedArm], rest: Nearby, found: dict[str, Found], free: dict[str, np.ndarray], fps: float
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Side → (T, 4) how far its arm gives way, and metres that what is inside then is, in each frame that is free.

    Args:
        arms: side → arm, in all frames.
        rest: the rest of the body.
        found: how clear the arms are.
        free: side → (T,) frames in which it may give way.
        fps: frames per second.
    """
    frames = np.flatnonzero(free["left"] | free["right"])
    before = {side: arm.at(frames) for side, arm in arms.items()}
    found = {side: (clear[frames], ways[frames]) for side, (clear, ways) in found.items()}
    given = {side: np.zeros((len(frames), FREEDOMS)) for side in SIDES}
    now, rest = before, rest.at(frames)
    for _ in range(LOOKS):
        near = {side: contacts(now[side], found[side], MARGIN) for side in SIDES}
        if all((near[side].clear >= -ENOUGH)[free[side][frames]].all() for side in SIDES):
            break
        given = {side: _give_way(near[side], given[side], frames, free[side], fps) for side in SIDES}
        now = {side: arm.moved(given[side]) for side, arm in before.items()}
        found = clearances(now, rest)
    whole = {side: np.zeros((len(free[side]), FREEDOMS)) for side in SIDES}
    for side in SIDES:
        whole[side][frames] = given[side]
    return whole, _depth(now, found)


def _beside(deep: np.ndarray, fps: float) -> np.ndarray:
    """(T,) the frames in which an arm may give way: those in which it is deep, and some before and after."""
    if not deep.any():
        return deep
    out: np.ndarray = binary_dilation(deep, np.ones(2 * round(FADE * fps) + 1, bool))
    return out


def _depth(arms: dict[str, PosedArm], found: dict[str, Found]) -> np.ndarray:
    """(F,) metres that the deepest point of hands and forearms is inside."""
    clear = [found[side][0][:, arms[side].arm.below].min(1, initial=0.0) for side in SIDES]
    out: np.ndarray = 0.0 - np.min(clear, 0)
    return out


def _give_way(near: Contacts, given: np.ndarray, frames: np.ndarray, free: np.ndarray, fps: float) -> np.ndarray:
    """(F, 4) how far an arm gives way, so that no linearised point is too deep."""
    clear = np.maximum(near.clear, -AT_ONCE)
    best = give_way(clear, near.slopes, given, frames, free, COST, (EASE * fps) ** 2, STEPS)
    size = np.linalg.norm(best[:, :3], axis=1, keepdims=True)
    best[:, :3] *= np.minimum(1.0, LARGEST / np.maximum(size, 1e-9))
    best[:, 3] = np.clip(best[:, 3], -LARGEST, LARGEST)
    return best


def _turned(pose: Pose, side: str, arm: PosedArm, given: np.ndarray) -> Pose:
    """The pose whose arm has given way by (T, 4)."""
    whole, lower = arm.turns(given)
    upper = set(pose.puppet.limb(side, "upper_arm"))
    below = set(pose.puppet.below(pose.puppet.limb(side, "forearm")[0]))
    moved = (given != 0.0).any(1)[:, None, None]
    changes = {b: np.where(moved, whole @ pose.turns[:, b], pose.turns[:, b]) for b in upper}
    changes |= {b: np.where(moved, lower @ pose.turns[:, b], pose.turns[:, b]) for b in below}
    return pose.turned(changes)
