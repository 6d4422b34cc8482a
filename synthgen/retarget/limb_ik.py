"""Two-bone inverse kinematics on turns: bring a wrist or an ankle to a place by bending the middle joint."""

from __future__ import annotations

import numpy as np

from synthgen.retarget.posing import about, positions, swing, unit
from synthgen.retarget.rig import RestBody
from synthgen.retarget.rigs import Rig

REACH = 0.9985
"""A limb never gets straighter than this share of its length; a last step to dead straight would jump."""

PARTS = {"arm": ("upper_arm", "forearm", "hand"), "leg": ("thigh", "shank", "foot")}


def reach(
    body: RestBody, rig: Rig, turns: np.ndarray, root: np.ndarray, side: str, limb: str, goal: np.ndarray
) -> np.ndarray:
    """Moves the end of a limb towards a goal; the plane in which it bends turns as little as it can.

    Args:
        body, rig: the character.
        turns: (T, B, 3, 3), not changed.
        root: (T, 3) position of the first bone.
        side: ``left`` or ``right``.
        limb: ``arm`` or ``leg``.
        goal: (T, 3) world position wanted for the head of hand or foot; what is out of reach is approached.

    Returns:
        (T, B, 3, 3): upper and lower bones turned; hand or foot keep their orientation in the world.
    """
    upper, lower, end = (rig.limbs[side, p] for p in PARTS[limb])
    at = positions(body, turns, root)
    first, middle, last = (at[:, body.bone(n)] for n in (upper[0], lower[0], end[0]))
    a, b = np.linalg.norm(middle - first, axis=-1), np.linalg.norm(last - middle, axis=-1)
    wanted = np.clip(np.linalg.norm(goal - first, axis=-1), np.abs(a - b) * 1.02 + 1e-3, REACH * (a + b))
    hinge = _hinge(turns, body, upper[-1], first, middle, last, limb)
    bend = _signed_angle(middle - first, last - middle, hinge)
    needed = np.arccos(np.clip((wanted**2 - a**2 - b**2) / (2 * a * b), -1.0, 1.0))
    fold = about(hinge, needed - bend)
    reached = middle + (fold @ (last - middle)[..., None])[..., 0]
    whole = swing(reached - first, goal - first)
    out = turns.copy()
    for name in upper:
        out[:, body.bone(name)] = whole @ turns[:, body.bone(name)]
    for name in lower:
        out[:, body.bone(name)] = whole @ fold @ turns[:, body.bone(name)]
    return out


def _hinge(
    turns: np.ndarray, body: RestBody, bone: str, first: np.ndarray, middle: np.ndarray, last: np.ndarray, limb: str
) -> np.ndarray:
    """(T, 3) axis about which the lower bone folds: the bend's own where it is clear, else the joint's.

    A knee folds about the thigh's left, an elbow about the upper arm's right.
    """
    from synthgen.retarget.anatomy import limb_frames
    from synthgen.retarget.rigs import load_rig

    part = {"leg": "thigh", "arm": "upper_arm"}[limb]
    rig = load_rig(body.rig)
    side = next(s for s in ("left", "right") if bone in rig.limbs[s, part])
    across = turns[:, body.bone(bone)] @ limb_frames(body, rig)[side, part][:, 1]
    across = across if limb == "leg" else -across
    upper, lower = unit(middle - first), unit(last - middle)
    own = np.cross(upper, lower)
    clear = np.clip((np.linalg.norm(own, axis=-1, keepdims=True) - 0.1) / 0.2, 0.0, 1.0)
    aligned = np.sign(np.sum(own * across, -1, keepdims=True))
    mixed = clear * np.where(aligned == 0, 1.0, aligned) * unit(own) + (1 - clear) * across
    return unit(mixed - np.sum(mixed * upper, -1, keepdims=True) * upper)


def _signed_angle(a: np.ndarray, b: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """(T,) angle from ``a`` to ``b`` about ``axis``, radians."""
    return np.arctan2(np.sum(np.cross(a, b) * axis, -1), np.sum(a * b, -1))
