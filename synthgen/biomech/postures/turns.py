"""Standing spines as the turns of their vertebrae, and the courses of lateral curves."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.spatial.transform import Rotation

from synthgen.biomech.postures.kinds import Scoliosis
from synthgen.core.bodymodel import BodyModel
from synthgen.core.bodyparts import PLANES, spine_coordinate
from synthgen.core.skeleton import SPINE_SEGMENTS

LEVELS: tuple[str, ...] = SPINE_SEGMENTS[1:]
"""L5 … C1, skull: the segments whose joint below them bends."""


def level_columns(body: BodyModel) -> np.ndarray:
    """(25, 3) columns of the levels' coordinates among those of the body: flexion, side bend, rotation."""
    return np.array([[body.tree.coordinate_index[spine_coordinate(n, p)] for p in PLANES] for n in LEVELS])


def standing_turns(body: BodyModel, q: np.ndarray) -> np.ndarray:
    """(25, 3) radians against the pelvis of L5 … skull at coordinates (C,): lean to the right, pitch, turn to the left.

    Every vertebra is turned about its own axis, then pitched, then leant to the side: its lean is what a film from
    behind shows, whatever its pitch and turn.
    """
    turns = Rotation.from_euler("YXZ", q[level_columns(body)]).as_matrix()
    out, below = [], np.eye(3)
    for name, turn in zip(LEVELS, turns, strict=True):
        below = below @ body.tree.segments[body.tree.segment_index[name]].neutral @ turn
        out.append(below)
    return np.asarray(Rotation.from_matrix(np.stack(out)).as_euler("XYZ"))


def level_angles(body: BodyModel, turns: np.ndarray) -> np.ndarray:
    """(C,) coordinates, zero but for the spine, of which :func:`standing_turns` makes ``turns`` (25, 3)."""
    rotations = Rotation.from_euler("XYZ", turns).as_matrix()
    below = np.concatenate([np.eye(3)[None], rotations[:-1]])
    neutral = np.stack([body.tree.segments[body.tree.segment_index[n]].neutral for n in LEVELS])
    joints = np.swapaxes(neutral, -1, -2) @ np.swapaxes(below, -1, -2) @ rotations
    q: np.ndarray = body.neutral()[0]
    q[level_columns(body)] = Rotation.from_matrix(joints).as_euler("YXZ")
    return q


def lateral_profiles(
    asked: Scoliosis, row: dict[str, Any], size: float = 1.0, lean: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """(25,) lean to the right and turn to the left, radians.

    Smooth courses through the curve's end and apical vertebrae, back to zero at the sacrum and C7.

    Below the apex of a curve that is convex to the right the spine leans to the right, above it to the left; the
    bodies turn to the right. ``lean`` shifts the share of the two, which moves C7 over the sacrum.
    """
    side = 1.0 if asked.convex == "right" else -1.0
    cobb, turn = side * size * np.radians(asked.cobb), -side * np.radians(asked.rotation)
    apex = LEVELS.index(asked.apex)
    lower, upper = max(0, apex - row["below"]), apex + row["above"]
    share = 0.5 + lean
    leans = {lower: share * cobb, apex: (share - 0.5) * cobb, upper: (share - 1) * cobb}
    turns = {lower: 0.0, apex: turn, upper: 0.0}
    if "second" in row:
        second = LEVELS.index(row["second"])
        end = max(0, second - row["second_below"])
        other = row["second_cobb"] * cobb
        leans |= {end: share * cobb - other, second: share * cobb - other / 2}
        turns |= {end: 0.0, second: -row["second_cobb"] * turn}
    seventh = LEVELS.index("C7")
    places = np.arange(len(LEVELS))
    out = []
    for knots in (leans, turns):
        at = sorted({-1: 0.0, seventh: 0.0, **knots}.items())
        course = PchipInterpolator([k for k, _ in at], [v for _, v in at])(np.minimum(places, seventh))
        out.append(np.asarray(course))
    return out[0], out[1]
