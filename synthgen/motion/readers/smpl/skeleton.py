"""The joints of SMPL-family motions, and the stand-in skeleton that their parameters move.

The stand-in is our own reference adult at a stated stature, because SMPL's rest joints are under its licence.
``smpl.yaml`` holds the joints. Rest pose: arms to the sides, X left, Y up, Z forward.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import reference_body
from synthgen.core.tables import table

COUNT = 22
AXES = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
"""Columns: our X (forward), Y (left) and Z (up) in SMPL's rest axes."""


def _table() -> dict[str, Any]:
    return table("motion/readers/smpl/smpl.yaml")


def joints() -> list[dict[str, Any]]:
    """The rows of the first 22 joints in their order: ``name``, ``parent``, ``at``, and ``point`` and ``turns``."""
    rows: list[dict[str, Any]] = _table()["joints"]
    return rows


def carried() -> dict[str, str]:
    """Landmark that no joint is → the joint that carries it."""
    carriers: dict[str, str] = _table()["carried"]
    return carriers


def index(joint: str) -> int:
    """The place of a joint in their order."""
    return next(i for i, row in enumerate(joints()) if row["name"] == joint)


def posed(poses: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, 22, 3, 3) turns of the joints and (T, 22, 3) their places before ``trans``; the file's axes, metres."""
    local = Rotation.from_rotvec(poses[:, : 3 * COUNT].reshape(-1, 3)).as_matrix().reshape(-1, COUNT, 3, 3)
    turns, at = np.empty_like(local), np.empty((len(poses), COUNT, 3))
    for i, row in enumerate(joints()):
        if row["parent"] is None:
            turns[:, i], at[:, i] = local[:, i], rest[i]
        else:
            above = index(row["parent"])
            turns[:, i] = turns[:, above] @ local[:, i]
            at[:, i] = at[:, above] + turns[:, above] @ (rest[i] - rest[above])
    return turns, at


def to_rest(segment: str) -> np.ndarray:
    """(3, 3) turn of a segment from quiet standing to the rest pose, in our axes: arms rise to the sides."""
    side, _, part = segment.partition("_")
    if part in ("upper_arm", "forearm"):
        return np.asarray(Rotation.from_euler("x", 90 if side == "left" else -90, degrees=True).as_matrix())
    return np.eye(3)


def landmarks() -> dict[str, np.ndarray]:
    """Landmarks of our reference adult in quiet standing, SMPL's axes, metres above the sole."""
    body = reference_body()
    marks = body.points(body.tree.forward(body.neutral())[0])
    return {n: AXES @ (p - (0.0, 0.0, marks["left_heel"][2])) for n, p in marks.items()}


@lru_cache(maxsize=1)
def stand_in() -> np.ndarray:
    """(22, 3) our reference adult's joints with the arms to the sides, SMPL's axes, metres above the sole."""
    body = reference_body()
    world = body.tree.forward(body.neutral())[0]
    marks = body.points(world)
    out = []
    for row in joints():
        at = row["at"]
        if isinstance(at, list):
            place = np.array(at)
        else:
            place = marks[at] if at in marks else world[body.tree.segment_index[at], :3, 3]
        side, _, part = row["name"].partition("_")
        if part in ("elbow", "wrist"):
            shoulder = marks[f"{side}_shoulder"]
            place = shoulder + to_rest(f"{side}_upper_arm") @ (place - shoulder)
        out.append(AXES @ (place - (0.0, 0.0, marks["left_heel"][2])))
    return np.array(out)
