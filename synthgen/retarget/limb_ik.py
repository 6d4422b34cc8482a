"""Two-bone inverse kinematics on turns: bring a wrist or an ankle to a place by bending the middle joint."""

from __future__ import annotations

import numpy as np

from synthgen.core.rotations import about, swing
from synthgen.core.vectors import unit
from synthgen.retarget.posing import Pose

REACH = 0.9998
"""A limb never gets straighter than this share of its length; a last step to dead straight would jump."""

PARTS = {"arm": ("upper_arm", "forearm", "hand"), "leg": ("thigh", "shank", "foot")}


def reach(pose: Pose, side: str, limb: str, goal: np.ndarray) -> Pose:
    """Moves the end of a limb towards a goal; the plane in which it bends turns as little as it can.

    Args:
        pose: the character's pose.
        side: ``left`` or ``right``.
        limb: ``arm`` or ``leg``.
        goal: (T, 3) world position wanted for the head of hand or foot; what is out of reach is approached.

    Returns:
        The pose with upper and lower bones turned; hand or foot keep their orientation in the world.
    """
    upper, lower, end = (pose.puppet.limb(side, p) for p in PARTS[limb])
    at = pose.heads()
    first, middle, last = at[:, upper[0]], at[:, lower[0]], at[:, end[0]]
    a, b = np.linalg.norm(middle - first, axis=-1), np.linalg.norm(last - middle, axis=-1)
    wanted = np.clip(np.linalg.norm(goal - first, axis=-1), np.abs(a - b) * 1.02 + 1e-3, REACH * (a + b))
    # A knee folds about the thigh's left, an elbow about the upper arm's right.
    across = pose.turns[:, upper[-1]] @ pose.puppet.frames[side, PARTS[limb][0]][:, 1]
    hinge = _hinge(middle - first, last - middle, across if limb == "leg" else -across)
    bend = _signed_angle(middle - first, last - middle, hinge)
    # What the lower bone has along the hinge does not fold.
    planar = np.sqrt(np.maximum(b**2 - np.sum((last - middle) * hinge, -1) ** 2, 1e-12))
    needed = np.arccos(np.clip((wanted**2 - a**2 - b**2) / (2 * a * planar), -1.0, 1.0))
    fold = about(hinge, needed - bend)
    reached = middle + (fold @ (last - middle)[..., None])[..., 0]
    whole = swing(reached - first, goal - first)
    changes = {bone: whole @ pose.turns[:, bone] for bone in upper}
    changes |= {bone: whole @ fold @ pose.turns[:, bone] for bone in lower}
    return pose.turned(changes)


def _hinge(upper: np.ndarray, lower: np.ndarray, across: np.ndarray) -> np.ndarray:
    """(T, 3) axis about which the lower bone folds: the bend's own where it is clear, else the joint's."""
    own = np.cross(unit(upper), unit(lower))
    clear = np.clip((np.linalg.norm(own, axis=-1, keepdims=True) - 0.1) / 0.2, 0.0, 1.0)
    side = np.where(np.sum(own * across, -1, keepdims=True) < 0, -1.0, 1.0)
    mixed = clear * side * unit(own) + (1 - clear) * across
    along = unit(upper)
    return unit(mixed - np.sum(mixed * along, -1, keepdims=True) * along)


def _signed_angle(a: np.ndarray, b: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """(T,) angle from ``a`` to ``b`` about ``axis``, radians."""
    out: np.ndarray = np.arctan2(np.sum(np.cross(a, b) * axis, -1), np.sum(a * b, -1))
    return out
