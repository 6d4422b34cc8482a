"""How somebody carries head and shoulders in a moment (``data/carriage.yaml``): in many ways in the same pose."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.variation.kinds import SHOULDERS
from synthgen.core.tables import table
from synthgen.world.draws import uniform


def draw_neck(rng: np.random.Generator, trunk: np.ndarray, most: np.ndarray) -> np.ndarray:
    """(6,) degrees for the neck: it takes back part of what the trunk adds, so that the eyes look ahead, and turns.

    Args:
        rng: draws.
        trunk: (6,) degrees that are added to the trunk.
        most: (3,) degrees that may be added to the neck in each plane.
    """
    row = table("world/data/carriage.yaml")["head"]
    keeps = uniform(rng, row["keeps"])
    look = rng.normal(size=3) * row["look"]
    total = np.clip(-keeps * (trunk[:3] + trunk[3:]) * (1.0, 1.0, 0.4) + look, -most, most)
    pushed = np.clip(rng.normal() * row["pushed"], -most[0] / 2, most[0] / 2)
    lower = total * (0.6, 0.8, 0.45) + pushed * np.array([1.0, 0.0, 0.0])
    return np.concatenate([lower, total - lower])


def draw_shoulders(rng: np.random.Generator, share: float) -> tuple[float, ...]:
    """``Variation.shoulders``: both about alike, anywhere in a share (0 … 1) of what a thorax lets them."""
    apart = table("world/data/carriage.yaml")["shoulders"]["apart"]
    both = np.tile(rng.uniform(-1.0, 1.0, 2), 2)
    drawn = share * np.clip(both + apart * rng.normal(size=len(SHOULDERS)), -1.0, 1.0)
    return tuple(round(float(v), 3) + 0.0 for v in drawn)
