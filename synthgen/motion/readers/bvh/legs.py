"""How the axes of joints of legs and feet lie in neutral standing, where only the motion shows it.

A thigh or shank stands plumb there, and the knee bends about the body's left: the plane of a bent knee shows it,
however the feet are turned out. A foot stands flat and points forward.
"""

from __future__ import annotations

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.vectors import unit
from synthgen.motion.readers.bvh.directions import SIDES, Directions, degrees_between

BONES = {
    f"{s}_{part}": (f"{s}_{top}", f"{s}_{end}")
    for s in SIDES
    for part, top, end in (("thigh", "hip", "knee"), ("shank", "knee", "ankle"))
}
"""Segment of a leg → the landmarks at its ends."""
_BENT = np.sin(np.radians(20.0))
"""Sine of a knee's bend from which on its plane is sure."""
_ONE_AXIS = 0.9
"""Share of the bends that must be about one axis of the joint, or it is no hinge."""
_MIRRORED = 0.5
"""Cosine between the body's right and the axis about which its knees bend, from which on it is mirrored."""
_FLAT = 0.003
"""Share of the stature by which ankle and toes may be above their lowest while the foot counts as flat for much."""
_TIPTOE = 0.015
"""The same of a foot that is surely not on tiptoe."""
_PLUMB, _OFTEN = 0.5, 0.5
"""Degrees by which a leg may leave the plumb while it counts as plumb for much; frames of that that are enough."""
_SEEN = 0.1
"""Frames, by how flat the foot stands in them, that must be seen."""
_STANCE = 45.0
"""Degrees that a shank may lean, and a foot from ankle to toes be off the level, on a foot that stands flat."""


def check_not_mirrored(body: Directions, where: str) -> None:
    """Refuses a body whose knees bend forwards: its left is its right, or the file's axes are left-handed.

    Raises:
        InputError: nothing else explains it.
    """
    axis = np.cross(body.thighs, body.shanks)
    bend = np.linalg.norm(axis, axis=-1, keepdims=True)
    bent = np.where(bend > _BENT, axis, 0.0)
    about_left, bends = float((bent.sum(1) * body.left).sum()), float(np.linalg.norm(bent, axis=-1).sum())
    if about_left < -_MIRRORED * bends:
        raise InputError(
            "left and right are swapped for the whole person, or the file's axes are left-handed",
            where=where,
            expected="knees that bend backwards when the left hip is on the left",
            got="knees that bend forwards",
            remedy="mirror one axis in the program that wrote the file, or exchange all left and right names: in the "
            "file, or in a mapping file (joints: mine.yaml)",
        )


def bone_in_joint(points: dict[str, np.ndarray], segment: str, turn: np.ndarray) -> np.ndarray:
    """(3,) the bone of a leg's segment in its joint's axes.

    Args:
        points: landmarks (T, 3), file axes; turn: (T, 3, 3) the joint's axes → the file's.
    """
    top, end = BONES[segment]
    return np.asarray(np.einsum("ti,tij->j", points[end] - points[top], turn)) / len(turn)


def by_hinge(points: dict[str, np.ndarray], body: Directions, segment: str, turn: np.ndarray) -> np.ndarray | None:
    """(3, 3) a leg's joint's axes → forward, left and up, from how its knee bends; None where that does not show it.

    Args:
        points: landmarks (T, 3), file axes; body: their directions; turn: (T, 3, 3) the joint's axes → the file's.
    """
    side = SIDES.index(segment.partition("_")[0])
    axis = np.cross(body.thighs[:, side], body.shanks[:, side])
    bend = np.linalg.norm(axis, axis=1)
    axis = axis * (bend > _BENT)[:, None]
    left = np.einsum("ti,tij->j", axis, turn)
    if not np.linalg.norm(left) > _ONE_AXIS * np.linalg.norm(axis, axis=1).sum() > 0:
        return None
    up = -unit(bone_in_joint(points, segment, turn))
    left = unit(left - (left @ up) * up)
    return np.stack([np.cross(left, up), left, up])


def flat(
    points: dict[str, np.ndarray], body: Directions, side: str, up: np.ndarray, tall: float
) -> tuple[np.ndarray, np.ndarray]:
    """(T,) how flat a foot stands in each frame, all 0 where it never does, and (T, 3) where it points, level.

    Args:
        points, body: as for :func:`by_hinge`; up: (3,) of the world; tall: stature in the points' unit.
    """
    ankle, toes = points[f"{side}_ankle"], points.get(f"{side}_toe_base")
    if toes is None:
        return np.zeros(len(ankle)), np.zeros_like(ankle)
    foot = unit(toes - ankle)
    stands = degrees_between(body.shanks[:, SIDES.index(side)], -up) < _STANCE
    stands &= np.abs(90.0 - degrees_between(foot, up)) < _STANCE
    forward = unit(foot - (foot @ up)[:, None] * up)
    if not stands.any():
        return np.zeros(len(ankle)), forward
    heights = np.stack([ankle @ up, toes @ up])
    above = np.maximum(heights - np.percentile(heights[:, stands], 5, axis=1, keepdims=True), 0.0) / tall
    leg = np.stack([body.thighs[:, SIDES.index(side)], body.shanks[:, SIDES.index(side)]])
    # Under a plumb leg that is not on tiptoe a foot is flat; else where ankle and toes are lowest, though toes that
    # reach down in a step may be lower yet.
    plumb = (above < _TIPTOE).all(0) * np.exp(-0.5 * ((degrees_between(leg, -up) / _PLUMB) ** 2).sum(0))
    low = np.exp(-0.5 * ((above / _FLAT) ** 2).sum(0))
    return stands * (plumb if (stands * plumb).sum() > _OFTEN else low), forward


def by_sole(turn: np.ndarray, stands: np.ndarray, forward: np.ndarray, up: np.ndarray) -> np.ndarray | None:
    """(3, 3) a foot's joint's axes → forward, left and up, from frames in which it stands flat; None without any.

    Args:
        turn: (T, 3, 3) the joint's axes → the file's; stands, forward: of :func:`flat`; up: (3,) of the world.
    """
    if stands.sum() < _SEEN:
        return None
    axes = np.stack([forward, np.cross(up, forward), np.broadcast_to(up, forward.shape)], 1)
    return mean_rotation(axes @ turn, stands)


def mean_rotation(turns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(3, 3) the rotation nearest to the weighted mean of rotations (T, 3, 3); weights (T,)."""
    u, _, v = np.linalg.svd(np.einsum("t,tij->ij", weights, turns))
    return np.asarray(u @ np.diag([1.0, 1.0, np.linalg.det(u @ v)]) @ v)
