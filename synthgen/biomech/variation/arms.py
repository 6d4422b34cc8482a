"""Arms of a trunk that bends otherwise: they go along with the thorax, hang, or stay where the hands bear weight."""

from __future__ import annotations

import numpy as np

from synthgen.core.kinematics import Tree
from synthgen.core.rotations import frame, from_vector, nearest_euler, swing, to_vector, transposed
from synthgen.core.vectors import unit

SIDES = ("left", "right")
_HANGS = (0.64, 0.94)
"""Cosines of an arm's slope from the vertical, 50° and 20°: it does not hang, it hangs."""
_STRAIGHT = (np.radians(3.0), np.radians(12.0))
"""An elbow bent less tells nothing of the plane in which it bends, and more tells it all."""
REACH = 0.995
"""Share of the arm's length at which it counts as straight."""


def carried(tree: Tree, q: np.ndarray, before: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Coordinates with upper arms turned on the thorax as they were, whatever the shoulders between them do.

    Args:
        tree: the subject.
        q: (T, C) of the moved trunk and shoulders, changed in place.
        before, moved: (T, S, 4, 4) transforms before they moved, and after.
    """
    thorax = tree.segment_index["T1"]
    turn = moved[:, thorax, :3, :3] @ transposed(before[:, thorax, :3, :3])
    for side in SIDES:
        _turn_arm(tree, q, moved, side, turn @ before[:, tree.segment_index[f"{side}_upper_arm"], :3, :3])
    return q


def hanging(tree: Tree, q: np.ndarray, before: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Coordinates with arms that hung before the trunk moved hanging again.

    An arm whose hand would thereby come nearer to the middle of the body keeps clear of it as it went along.

    Args:
        tree: the subject.
        q: (T, C) of the moved trunk with its arms going along, changed in place.
        before, moved: (T, S, 4, 4) transforms before the trunk moved, and after.
    """
    for side, outwards in zip(SIDES, (1.0, -1.0), strict=True):
        shoulder, elbow, wrist = (tree.segment_index[f"{side}_{n}"] for n in ("upper_arm", "forearm", "hand"))
        was, along = unit(_step(before, shoulder, elbow)), unit(_step(moved, shoulder, elbow))
        weight = _smooth(-was[:, 2], _HANGS) * _smooth(-unit(_step(before, elbow, wrist))[:, 2], _HANGS)
        if not weight.any():
            continue
        aside = outwards * moved[:, 0, :3, 1]
        lost = np.maximum(0.0, np.sum((along - was) * aside, -1, keepdims=True))
        turn = from_vector(to_vector(swing(along, was + lost * aside)) * weight[:, None])
        _turn_arm(tree, q, moved, side, turn @ moved[:, shoulder, :3, :3])
    return q


def reachable(tree: Tree, before: np.ndarray, moved: np.ndarray, planted: np.ndarray) -> bool:
    """Whether planted hands (T, 2) are within reach of the moved shoulders; transforms as in :func:`planted_arms`."""
    for k, side in enumerate(SIDES):
        shoulder, elbow, wrist = (tree.segment_index[f"{side}_{n}"] for n in ("upper_arm", "forearm", "hand"))
        length = sum(float(np.linalg.norm(tree.segments[i].offset)) for i in (elbow, wrist))
        here, there = (
            np.linalg.norm(before[:, wrist, :3, 3] - w[:, shoulder, :3, 3], axis=-1) for w in (before, moved)
        )
        if (planted[:, k] & (there > np.maximum(REACH * length, here))).any():
            return False
    return True


def planted_arms(tree: Tree, q: np.ndarray, before: np.ndarray, moved: np.ndarray, planted: np.ndarray) -> np.ndarray:
    """Coordinates with planted hands where and as they were; the elbow stays on the side on which it was.

    Args:
        tree: the subject.
        q: (T, C) of the moved trunk with its arms going along, changed in place.
        before, moved: (T, S, 4, 4) transforms before the trunk moved, and after.
        planted: (T, 2) left and right, True while the hand bears weight.
    """
    for k, side in enumerate(SIDES):
        rows = np.flatnonzero(planted[:, k])
        if len(rows):
            part = q[rows]
            _plant(tree, part, before[rows], moved[rows], side)
            q[rows] = part
    return q


def _plant(tree: Tree, q: np.ndarray, before: np.ndarray, moved: np.ndarray, side: str) -> None:
    shoulder, elbow, wrist = (tree.segment_index[f"{side}_{n}"] for n in ("upper_arm", "forearm", "hand"))
    upper, lower = (float(np.linalg.norm(tree.segments[i].offset)) for i in (elbow, wrist))
    start, goal, old = moved[:, shoulder, :3, 3], before[:, wrist, :3, 3], before[:, elbow, :3, 3]
    line = goal - start
    distance = np.clip(np.linalg.norm(line, axis=-1), abs(upper - lower) + 1e-6, upper + lower - 1e-9)
    ahead = unit(line)
    # The elbow's circle about the line from shoulder to wrist; on it, the point nearest to where the elbow was.
    along = (upper**2 - lower**2 + distance**2) / (2 * distance)
    away = np.sqrt(np.maximum(0.0, upper**2 - along**2))
    aside = old - start - np.sum((old - start) * ahead, -1, keepdims=True) * ahead
    back = before[:, shoulder, :3, 0]
    aside = unit(aside - 1e-3 * (back - np.sum(back * ahead, -1, keepdims=True) * ahead))
    direction = unit(along[:, None] * ahead + away[:, None] * aside)
    flexion = np.pi - np.arccos(np.clip((upper**2 + lower**2 - distance**2) / (2 * upper * lower), -1, 1))
    # The elbow flexes about −Y of the upper arm: Y lies against the normal of the arm's plane.
    normal = unit(np.cross(goal - (start + upper * direction), direction))
    was = before[:, shoulder, :3, :3]
    carried = (swing(-was[..., 2], direction) @ was)[..., 1]
    sure = _smooth(flexion, _STRAIGHT)[:, None]
    arm = frame(-direction, sure * normal + (1 - sure) * carried)
    q[:, tree.coordinate_index[f"{side}_elbow_flexion"]] = flexion
    _turn_arm(tree, q, moved, side, arm)
    forearm = arm @ tree.segments[elbow].neutral @ from_vector(flexion[:, None] * np.array([0.0, -1.0, 0.0]))
    names = [f"{side}_{n}" for n in ("pronation", "wrist_flexion", "wrist_deviation")]
    _set(tree, q, names, transposed(forearm) @ before[:, wrist, :3, :3])


def _turn_arm(tree: Tree, q: np.ndarray, moved: np.ndarray, side: str, wanted: np.ndarray) -> None:
    """Sets the shoulder so that the upper arm is turned as ``wanted`` (T, 3, 3) in the world."""
    segment = tree.segments[tree.segment_index[f"{side}_upper_arm"]]
    above = moved[:, tree.segment_index[str(segment.parent)], :3, :3] @ segment.neutral
    _set(tree, q, [c.name for c in segment.coordinates], transposed(above) @ wanted)


def _set(tree: Tree, q: np.ndarray, names: list[str], joint: np.ndarray) -> None:
    """Sets three coordinates in a row to the rotation (T, 3, 3) that they make together."""
    columns = [tree.coordinate_index[n] for n in names]
    axes = np.array([tree.coordinates[i].axis for i in columns])
    signs, sequence = axes.sum(1), "".join("XYZ"[k] for k in np.abs(axes).argmax(1))
    q[:, columns] = nearest_euler(joint, sequence, q[:, columns] * signs) * signs


def _step(world: np.ndarray, start: int, end: int) -> np.ndarray:
    out: np.ndarray = world[:, end, :3, 3] - world[:, start, :3, 3]
    return out


def _smooth(value: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """0 below the span, 1 above it, smooth between."""
    x = np.clip((value - span[0]) / (span[1] - span[0]), 0.0, 1.0)
    out: np.ndarray = x * x * (3 - 2 * x)
    return out
