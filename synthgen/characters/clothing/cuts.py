"""Where a garment ends: smooth fields over a body, positive inside, in metres from the edge."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from synthgen.characters.landmarks import Landmarks
from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.meshes.geometry import segment_distance

_FAR = 1.0
"""Metres: what a limit says about parts of the body that it does not concern."""


def _table() -> dict[str, dict[str, Any]]:
    return table("characters/data/garments.yaml")


def garment_kinds() -> tuple[str, ...]:
    """Names of the garments that can be built."""
    return tuple(_table())


def garment_data(kind: str) -> dict[str, Any]:
    """The cut of one garment (``data/garments.yaml``).

    Raises:
        InputError: there is no such garment.
    """
    if kind not in _table():
        raise InputError("unknown garment", expected=", ".join(_table()), got=repr(kind))
    return _table()[kind]


def cut_field(data: dict[str, Any], vertices: np.ndarray, marks: Landmarks) -> np.ndarray:
    """(V,) metres inside the garment (> 0) or outside it (< 0), smooth near the edge.

    Args:
        data: one entry of ``data/garments.yaml``.
        vertices: (V, 3) the rest body.
        marks: its landmarks.
    """
    trunk, upper, lower = _lengths(marks)
    limits = []
    off_arm = marks.arm < 0.5
    if "hem" in data:
        limits.append(np.where(off_arm, (marks.trunk_t - data["hem"]) * trunk, _FAR))
    if "waist" in data:
        limits.append(np.where(off_arm, (data["waist"] - marks.trunk_t) * trunk, -_FAR))
    if "sleeve" in data:
        limits.append(np.where(marks.arm > 0.5, _before(data["sleeve"], marks.arm_t, upper), _FAR))
    if "leg" in data:
        limits += _leg_limits(data["leg"], marks, lower)
    if "straps" in data:
        limits += [_armhole(vertices, marks, side, data["straps"]) for side in "LR"]
    if "neck" in data:
        limits.append(_neck(vertices, marks, data))
    if "back" in data:
        limits.append(_back(vertices, marks, data["back"], trunk))
    if "waist" not in data and "hem" not in data:
        limits.append(np.where(marks.leg > 0.5, _FAR, -_FAR))
    out: np.ndarray = np.min(limits, axis=0)
    return out


def _lengths(marks: Landmarks) -> tuple[float, float, float]:
    """Metres that one unit of trunk_t, arm_t and leg_t spans."""
    j = marks.joint
    trunk = j["neck01"][2] - 0.5 * (j["upperleg01.L"][2] + j["upperleg01.R"][2])
    arm = 0.5 * float(np.linalg.norm(j["wrist.L"] - j["upperarm01.L"]))
    leg = 0.5 * float(np.linalg.norm(j["foot.L"] - j["upperleg01.L"]))
    return float(trunk), arm, leg


def _before(end: float, place: np.ndarray, length: float) -> np.ndarray:
    return (end - place) * length


def _leg_limits(end: float | list[float], marks: Landmarks, length: float) -> list[np.ndarray]:
    start, stop = end if isinstance(end, list) else (None, end)
    on_leg = marks.leg > 0.5
    limits = [np.where(on_leg, _before(stop, marks.leg_t, length), _FAR)]
    if start is not None:
        limits.append(np.where(on_leg, (marks.leg_t - start) * length, -_FAR))
    return limits


def _armhole(vertices: np.ndarray, marks: Landmarks, side: str, straps: dict[str, float]) -> np.ndarray:
    """Inside: nearer to the middle than the strap's outer edge, or below the armhole; never on the arm."""
    shoulder, elbow = marks.joint[f"upperarm01.{side}"], marks.joint[f"lowerarm01.{side}"]
    wrist = marks.joint[f"wrist.{side}"]
    own = marks.left == (side == "L")
    strap = straps["outer"] * abs(shoulder[1]) - np.abs(vertices[:, 1])
    below = shoulder[2] - straps["depth"] * marks.unit - vertices[:, 2]
    soft = 0.012 * marks.unit
    inside = soft * np.logaddexp(strap / soft, below / soft)
    start = shoulder + 0.25 * (elbow - shoulder)
    off_arm = np.minimum(segment_distance(vertices, start, elbow), segment_distance(vertices, elbow, wrist))
    # An arm may be thicker than the armhole is wide, and flesh of the trunk may lie near it: that is none of the arm's.
    around = own & (marks.arm > 0.8) & (marks.arm_t > 0.35) & (marks.arm_t < 0.75)
    thick = float(np.median(off_arm[around])) if around.any() else 0.0
    off_arm = off_arm - max(straps["arm"] * marks.unit, 1.25 * thick) + 0.5 * np.clip(0.30 - marks.arm, 0, 0.30)
    off_arm = np.where((marks.arm > 0.5) & (marks.arm_t > 0.9), -_FAR, off_arm)
    return np.where(own, np.minimum(inside, off_arm), _FAR)


def _back(vertices: np.ndarray, marks: Landmarks, back: dict[str, float], trunk: float) -> np.ndarray:
    """Inside: below the opening's lower end, beside it, or in front."""
    below = (back["low"] - marks.trunk_t) * trunk
    beside = np.abs(vertices[:, 1]) - back["half"] * marks.unit
    before = (marks.normals[:, 0] + 0.25) * 0.10
    soft = 0.012 * marks.unit
    return np.where(
        marks.arm > 0.5, _FAR, soft * np.logaddexp(np.logaddexp(below / soft, beside / soft), before / soft)
    )


def _neck(vertices: np.ndarray, marks: Landmarks, data: dict[str, Any]) -> np.ndarray:
    """Outside: near a line from the front of the opening over the neck's base to the head, and all of the head; or,
    where the collar rises, what lies higher up the neck."""
    base, top = marks.joint["neck01"], marks.joint["head"]
    if "rise" in data["neck"]:
        axis = (top - base) / np.linalg.norm(top - base)
        axis = axis + [-data["neck"].get("dip", 0.4), 0, 0]  # lower in front than behind
        return np.where(marks.head > 0.9, -_FAR, data["neck"]["rise"] * marks.unit - (vertices - base) @ axis)
    forward, down = (s * marks.unit for s in data["neck"]["scoop"])
    front = base + [forward, 0.0, -down]
    if "straps" in data:
        radius = data["straps"]["inner"] * abs(marks.joint["upperarm01.L"][1])
    else:
        radius = data["neck"]["radius"] * marks.unit
    line = [base, *_under_skin(vertices, marks, base, front, radius - 0.03)]
    off = [segment_distance(vertices, a, b) for a, b in pairwise(line)]
    out = np.min([*off, segment_distance(vertices, base, top)], axis=0) - radius
    return np.where((marks.head > 0.3) | (vertices[:, 2] > top[2]), -_FAR, out)


def _under_skin(
    vertices: np.ndarray, marks: Landmarks, base: np.ndarray, front: np.ndarray, depth: float
) -> list[np.ndarray]:
    """Points from the neck's base down to the opening's lowest one, none deeper under the skin in front than ``depth``:
    a stout chest lies farther in front."""
    out = []
    for share in np.linspace(0, 1, 5)[1:]:
        point = base + share * (front - base)
        near = (np.abs(vertices[:, 1]) < 0.03) & (np.abs(vertices[:, 2] - point[2]) < 0.03) & (marks.arm < 0.3)
        if near.any():
            point[0] = max(point[0], float(vertices[near, 0].max()) - max(depth, 0.0))
        out.append(point)
    return out
