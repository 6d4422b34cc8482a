"""Lifting a box from the floor at the right to a shelf at the left, over feet that stay where they are."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import reaching
from synthgen.motion.exercises.targets import ArmCourse, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial

_BOX = 0.20
"""Half the distance between the hands, of the arm's length: a box of about 0.3 m."""


def program(trial: Trial) -> BodyTargets:
    """Down to the right, up and over to the left, and back to the middle."""
    u = trial.phase
    low = pulse(u, (0.02, 0.26), (0.34, 0.56))
    high = pulse(u, (0.46, 0.68), (0.76, 0.97))
    regions = {
        "lumbar_flexion": trial.bend("lumbar_flexion") * low + trial.bend("lumbar_flexion_high") * high,
        "lumbar_lateral": trial.bend("lumbar_lateral_right") * low + trial.bend("lumbar_lateral_left") * high,
        "lumbar_rotation": trial.bend("lumbar_rotation") * (high - low),
        "thoracic_flexion": trial.bend("thoracic_flexion") * low + trial.bend("thoracic_flexion_high") * high,
        "thoracic_lateral": trial.bend("thoracic_lateral_right") * low + trial.bend("thoracic_lateral_left") * high,
        "thoracic_rotation": trial.bend("thoracic_rotation_right") * low + trial.bend("thoracic_rotation_left") * high,
        "cervical_rotation": trial.bend("cervical_rotation") * (high - low),
    }
    tilt = trial.peak("pelvis_tilt") * low
    neck = trial.gaze(
        trial.peak("gaze") * low - np.radians(12) * high,
        tilt + regions["lumbar_flexion"] + regions["thoracic_flexion"],
    )
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=2.6, toe_out=18),
        arms=_hands(trial, low, high),
        regions={**regions, **neck},
        pelvis=np.zeros((trial.frames, 3)),
        yaw=trial.peak("pelvis_left") * high - trial.peak("pelvis_right") * low,
        tilt=tilt,
        knee=np.radians(8) + (trial.peak("knee") - np.radians(8)) * low,
        balance=trial.over_feet(aside=0.035 * (high - low)),
        clavicles={f"{s}_elevation": np.radians(14) * high for s in ("left", "right")},
    )


def _hands(trial: Trial, low: np.ndarray, high: np.ndarray) -> ArmCourse:
    """Both hands on the box, whose way goes round the body: by azimuth, distance and height."""
    figure, deep = trial.figure, trial.style.depth
    azimuth = np.radians(50) * min(deep, 1.1) * (0.86 * high - low)
    away = figure.arm * (0.66 + 0.20 * low + 0.22 * high)
    height = figure.leg * (1.12 - (1.02 - 0.42 * (1 - deep)) * low + 0.62 * deep * high)
    ahead = np.stack([np.cos(azimuth), np.sin(azimuth), 0 * azimuth], -1)
    across = np.stack([-np.sin(azimuth), np.cos(azimuth), 0 * azimuth], -1)
    middle = away[:, None] * ahead + height[:, None] * np.array([0.0, 0.0, 1.0])
    places = {s: middle + sign * _BOX * figure.arm * across for s, sign in (("left", 1.0), ("right", -1.0))}
    down = np.array([0.0, 0.0, -1.0])
    towards = {s: sign * across + down for s, sign in (("left", 1.0), ("right", -1.0))}
    return reaching(figure, places, towards, pronation=0.7)
