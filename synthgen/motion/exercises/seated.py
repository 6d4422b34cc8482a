"""Sitting: on a seat with the feet on the floor, or on the floor with the legs ahead."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.targets import SIDES, Foot
from synthgen.motion.exercises.trial import Trial

HIPS_ABOVE_SEAT = 0.1
"""Metres of flesh between the hip joints and what a reference adult sits on (an estimate)."""
_TOES_UP = np.radians(-68)


def on_seat(trial: Trial) -> np.ndarray:
    """(T, 3) the hips' middle on a seat behind the feet, its place from the exercise's numbers."""
    leg, numbers = trial.figure.leg, trial.numbers
    return np.tile([-numbers["seat_behind"] * leg, 0.0, numbers["hip_height"] * leg], (trial.frames, 1))


def on_floor(trial: Trial) -> np.ndarray:
    """(T, 3) the hips' middle at the origin of the floor that they sit or lie on."""
    return np.tile([0.0, 0.0, HIPS_ABOVE_SEAT * trial.figure.size], (trial.frames, 1))


def legs_ahead(trial: Trial) -> dict[str, Foot]:
    """Feet on their heels, toes up, as far ahead of the hips as the exercise's numbers say."""
    figure = trial.figure
    pitch = np.full(trial.frames, _TOES_UP)
    ahead = trial.numbers["feet"] * figure.leg
    feet = {}
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        flat = figure.foot(side, 0.0, sign * figure.hip_half, 0.0, pitch)
        ankle = flat.ankle + np.array([ahead, 0.0, 0.0]) - flat.ankle[0] * (1.0, 0.0, 0.0)
        feet[side] = Foot(ankle, flat.rotation, flat.toes, flat.heel_down, flat.toes_down)
    return feet
