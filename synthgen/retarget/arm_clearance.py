"""Arms that are in the body get out: the upper arm turns and the elbow bends, as little as it takes and smoothly."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solveh_banded
from scipy.ndimage import binary_dilation

from synthgen.characters.rigs import SIDES
from synthgen.retarget.arm_contacts import CLOSE, FREEDOMS, Contacts, Found, PosedArm, Surroundings, contacts
from synthgen.retarget.fading import EASE
from synthgen.retarget.posing import Pose

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
    around = Surroundings(arms, *parts.rest.posed(bones))
    given = {side: np.zeros((len(bears), FREEDOMS)) for side in SIDES}
    every = np.arange(len(bears))
    found = around.clearances(arms, given, every)
    free = {}
    for k, side in enumerate(SIDES):
        deep = contacts(arms[side], given[side], found[side], every, 0.0).clear[:, 0] < 0
        stuck = _beside(found[side][0].min(1) < -STUCK, fps)
        held = bears[:, k] & ~stuck
        free[side] = _beside(deep & ~held, fps) & ~held
    depth = _depth(arms, found)
    frames = np.flatnonzero(free["left"] | free["right"])
    if not len(frames):
        return pose, depth
    arms, found = _close(arms, found, frames)
    for _ in range(LOOKS):
        near = {side: contacts(arms[side], given[side], found[side], frames, MARGIN) for side in SIDES}
        if all((near[side].clear >= -ENOUGH)[free[side][frames]].all() for side in SIDES):
            break
        given = {side: _give_way(near[side], given[side], frames, free[side], fps) for side in SIDES}
        found = around.clearances(arms, given, frames)
    depth[frames] = _depth(arms, found)
    for side in SIDES:
        if free[side].any():
            pose = _turned(pose, side, arms[side], given[side])
    return pose, depth


def _close(
    arms: dict[str, PosedArm], found: dict[str, Found], frames: np.ndarray
) -> tuple[dict[str, PosedArm], dict[str, Found]]:
    """The points of both arms that come close to something in some of the frames, and what is known of them there."""
    some = {side: (np.minimum(clear, arms[side].points[..., 2]) < CLOSE).any(0) for side, (clear, _) in found.items()}
    left = {side: (clear[frames][:, some[side]], ways[frames][:, some[side]]) for side, (clear, ways) in found.items()}
    return {side: arm.some(some[side]) for side, arm in arms.items()}, left


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
    """(T, 4) how far an arm gives way, so that no linearised point is too deep.

    Minimises Σ max(0, −clear)² + COST · (|x|² + EASE² |dx/dt|²) by Newton's method; frames that are not free stay at 0.
    """
    now = given[frames]
    clear = np.maximum(near.clear, -AT_ONCE)
    base = clear - np.einsum("fkd,fd->fk", near.slopes, now)
    x, best, least = now, given, np.inf
    for _ in range(STEPS):
        lacks = -(base + np.einsum("fkd,fd->fk", near.slopes, x))
        active = np.where(lacks > 0, 1.0, 0.0)
        slopes = near.slopes * active[..., None]
        hessian = np.einsum("fki,fkj->fij", slopes, slopes)
        pull = -np.einsum("fki,fk->fi", slopes, base)
        whole = _smooth(hessian, pull, frames, free, fps)
        x = whole[frames]
        misses = np.maximum(-(base + np.einsum("fkd,fd->fk", near.slopes, x)), 0.0)
        loss = float(np.sum(misses**2)) + _effort(whole, fps)
        if loss < least:
            best, least = whole, loss
    size = np.linalg.norm(best[:, :3], axis=1, keepdims=True)
    best[:, :3] *= np.minimum(1.0, LARGEST / np.maximum(size, 1e-9))
    best[:, 3] = np.clip(best[:, 3], -LARGEST, LARGEST)
    return best


def _effort(x: np.ndarray, fps: float) -> float:
    return COST * float(np.sum(x**2) + (EASE * fps) ** 2 * np.sum(np.diff(x, axis=0) ** 2))


def _smooth(hessian: np.ndarray, pull: np.ndarray, frames: np.ndarray, free: np.ndarray, fps: float) -> np.ndarray:
    """(T, 4) solution of one Newton step: a banded system over all frames of the window."""
    count, n = len(free), FREEDOMS
    neighbours = (np.arange(count) > 0).astype(float) + (np.arange(count) < count - 1)
    links = (EASE * fps) ** 2 * neighbours
    blocks = np.zeros((count, n, n))
    blocks[frames] = hessian
    blocks += COST * (1.0 + links)[:, None, None] * np.eye(n)
    blocks[~free] += np.eye(n) * 1e9
    right = np.zeros((count, n))
    right[frames] = pull
    band = np.zeros((n + 1, count * n))  # scipy's lower form: row r holds what is r below the diagonal
    for i in range(n):
        for j in range(i + 1):
            band[i - j, j::n] = blocks[:, i, j]
    band[n, : (count - 1) * n] = -COST * (EASE * fps) ** 2
    right[~free] = 0.0
    out: np.ndarray = solveh_banded(band, right.ravel(), lower=True).reshape(count, n)
    out[~free] = 0.0
    return out


def _turned(pose: Pose, side: str, arm: PosedArm, given: np.ndarray) -> Pose:
    """The pose whose arm has given way by (T, 4)."""
    whole, lower = arm.turns(given)
    upper = set(pose.puppet.limb(side, "upper_arm"))
    below = set(pose.puppet.below(pose.puppet.limb(side, "forearm")[0]))
    moved = (given != 0.0).any(1)[:, None, None]
    changes = {b: np.where(moved, whole @ pose.turns[:, b], pose.turns[:, b]) for b in upper}
    changes |= {b: np.where(moved, lower @ pose.turns[:, b], pose.turns[:, b]) for b in below}
    return pose.turned(changes)
