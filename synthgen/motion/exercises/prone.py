"""Lying face down, head ahead (+X): what the exercises out of it share."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.floor import on_insteps
from synthgen.motion.exercises.targets import SIDES, Foot
from synthgen.motion.exercises.trial import Trial

HIPS_ABOVE_FLOOR = 0.092
"""Metres of flesh between the hip joints and the floor under a reference adult who lies face down (an estimate)."""


def legs_behind(trial: Trial, width: float = 1.1) -> dict[str, Foot]:
    """Feet on their insteps behind hips at x = 0, knees nearly straight."""
    figure = trial.figure
    thigh = float(np.linalg.norm(figure.legs["left"].lower.offset))
    knees = {
        s: np.array([-0.992 * thigh, k * width * figure.hip_half]) for s, k in zip(SIDES, (1.0, -1.0), strict=True)
    }
    return on_insteps(figure, trial.frames, knees)


def places_of(ahead: float, aside: float) -> dict[str, tuple[float, float]]:
    """Side → x and y ``ahead`` and ``aside`` of the middle, metres."""
    return {side: (ahead, sign * aside) for side, sign in zip(SIDES, (1.0, -1.0), strict=True)}
