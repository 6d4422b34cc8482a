"""How a person's parts lie, frame by frame, from joints' positions alone: the same in any file's axes and unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.vectors import unit
from synthgen.motion.marker_sets import Place
from synthgen.motion.normalise.size import positions_in_standing

SIDES = ("left", "right")
_NO_LENGTH = 0.01
"""Share of leg and trunk under which a bone has no length."""


@dataclass(frozen=True)
class Directions:
    """Unit vectors of a body in T frames, in the axes of the points that they come from.

    Attributes:
        trunk: (T, 3) from the hips' middle to the neck's base.
        left: (T, 3) from the right hip to the left one.
        thighs: (T, 2, 3) left and right, hip to knee; shanks: (T, 2, 3) knee to ankle.
        loin: (T, 3) from the hips' middle to the lower trunk's joint; the trunk where the file has none.
        chest: (T, 3) from there to the neck's base.
        shoulders: (T, 3) from right to left; the hips' left where the file has none.
    """

    trunk: np.ndarray
    left: np.ndarray
    thighs: np.ndarray
    shanks: np.ndarray
    loin: np.ndarray
    chest: np.ndarray
    shoulders: np.ndarray

    @classmethod
    def of(cls, points: dict[str, np.ndarray]) -> Directions:
        """From landmarks (T, 3); a bone without length has no direction: 0."""
        hips = (points["left_hip"] + points["right_hip"]) / 2
        trunk, left = unit(points["neck_base"] - hips), unit(points["left_hip"] - points["right_hip"])
        loin, chest, shoulders = trunk, trunk, left
        if "lumbar_joint" in points:
            loin, chest = unit(points["lumbar_joint"] - hips), unit(points["neck_base"] - points["lumbar_joint"])
        if {"left_shoulder", "right_shoulder"} <= points.keys():
            shoulders = unit(points["left_shoulder"] - points["right_shoulder"])
        thighs, shanks = (
            np.stack([unit(points[f"{s}_{end}"] - points[f"{s}_{top}"]) for s in SIDES], 1)
            for top, end in (("hip", "knee"), ("knee", "ankle"))
        )
        return cls(trunk, left, thighs, shanks, loin, chest, shoulders)


def degrees_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(…) angle between unit vectors (…, 3), degrees."""
    return np.asarray(np.degrees(np.arccos(np.clip((a * b).sum(-1), -1, 1))))


def stature(points: dict[str, np.ndarray], where: str) -> float:
    """How tall the person is, in the points' unit, by the reference adult: from shanks, thighs and trunk in the motion.

    Args:
        points: landmarks (T, 3); where: the file.

    Raises:
        InputError: a bone has no length.
    """
    body = reference_body()
    places: dict[str, Place] = {n: (body.landmarks[n][0], tuple(body.landmarks[n][1].tolist())) for n in points}
    standing = positions_in_standing(places, body)
    own, usual = _lengths(points), _lengths({n: p[None] for n, p in standing.items()})
    whole = sum(own.values())
    short = [n for n, length in own.items() if not length > _NO_LENGTH * whole]
    if short:
        raise InputError(
            "a bone of the skeleton has no length",
            where=where,
            got=", ".join(short),
            expected="joints of a person that lie apart",
            remedy="export the skeleton again, or name other joints in a mapping file",
        )
    return float(body.stature * whole / sum(usual.values()))


def _lengths(points: dict[str, np.ndarray]) -> dict[str, float]:
    """Bone → its median length over the frames."""
    hips = (points["left_hip"] + points["right_hip"]) / 2
    bones = {"trunk": points["neck_base"] - hips, "hips": points["left_hip"] - points["right_hip"]}
    for side in SIDES:
        for bone, top, end in (("thigh", "hip", "knee"), ("shank", "knee", "ankle")):
            bones[f"{side} {bone}"] = points[f"{side}_{end}"] - points[f"{side}_{top}"]
    return {n: float(np.median(np.linalg.norm(b, axis=-1))) for n, b in bones.items()}
