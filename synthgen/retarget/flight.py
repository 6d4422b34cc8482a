"""When a clip's subject is in the air, and how high."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rigs import SIDES
from synthgen.core.runs import runs

HOVER = (0.02, 0.06)
"""The subject's lowest point may be this far off the floor before it counts as being in the air, metres: standing up,
and low (lying, kneeling, crawling), where what touches the floor is flesh that a clip does not know."""

GRAVITY = 9.81

LONGEST_FLIGHT, LOW_FLIGHT = 1.3, 0.25
"""Seconds that nobody flies without a trampoline (2 m high), and metres below which a longer one is a fit's hover."""


def flight(motion: SpineMotion, lowest: np.ndarray, floor: float) -> np.ndarray:
    """(T,) metres that the subject is off the floor, at its own size.

    A flight of d seconds rises by g·d²/8 and no more; what a clip shows beyond it is a foot that it does not see bend.
    Who is high for longer than anybody flies stands on something that no picture shows, and is put on the floor.

    Args:
        motion: the fitted clip.
        lowest: (T,) metres from the floor to the subject's lowest point.
        floor: metres that the clip's floor is off z = 0.
    """
    standing = -min(motion.neutral[motion.segment_names.index(f"{s}_foot"), 2, 3] for s in SIDES)
    upright = np.clip((motion.segment("pelvis")[:, 2, 3] - floor) / standing / 0.2 - 2.5, 0.0, 1.0)
    air: np.ndarray = np.maximum(lowest - (upright * HOVER[0] + (1 - upright) * HOVER[1]), 0.0)
    for start, stop in runs(air > 0):
        seconds, most = (stop - start) / motion.fps, air[start:stop].max()
        flies = seconds <= LONGEST_FLIGHT or most <= LOW_FLIGHT
        air[start:stop] *= min(1.0, GRAVITY * seconds**2 / 8 / most) if flies else 0.0
    return air
