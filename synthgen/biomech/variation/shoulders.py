"""Shoulders drawn forwards, back, up or down on the thorax, by any share of the room that they have there."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthgen.biomech.variation.kinds import SHOULDERS
from synthgen.core.kinematics import Tree
from synthgen.core.tables import table


@cache
def shoulder_ranges() -> np.ndarray:
    """(2, 4) radians: how far a variation may move :data:`SHOULDERS` (``data/variation.yaml``)."""
    rows = table("biomech/data/variation.yaml")["shoulders"]
    out: np.ndarray = np.radians(np.array([rows[name.split("_")[1]] for name in SHOULDERS], float).T)
    out.setflags(write=False)
    return out


def shoulder_change(tree: Tree, q: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(T, C) radians that are added to the coordinates (T, C) by ``Variation.shoulders``.

    A share is of the way from where a shoulder is to the end of its range, so that none goes beyond it: one that an
    arm overhead has raised is raised a little more, or lowered by much. One that is beyond stays.
    """
    columns = [tree.coordinate_index[name] for name in SHOULDERS]
    low, high = shoulder_ranges()
    now, out = q[:, columns], np.zeros_like(q)
    room = np.where(shares > 0, high - now, now - low)
    out[:, columns] = shares * np.maximum(room, 0.0)
    return out
