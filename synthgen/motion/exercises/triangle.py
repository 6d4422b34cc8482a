"""Yoga's triangle: feet wide apart, the trunk bent sideways over the right leg and turned open, one arm up."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import swung
from synthgen.motion.exercises.targets import SIDES, ArmCourse, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Arms out (2–16 %), over to the right (14–42 %), held, and back."""
    u, figure = trial.phase, trial.figure
    spread = pulse(u, (0.0, 0.18), (0.82, 1.0))
    over = pulse(u, (0.12, 0.42), (0.60, 0.88))
    half = trial.numbers["stance"] * figure.leg / 2
    names = ("lumbar_lateral", "lumbar_rotation", "lumbar_flexion", "thoracic_lateral", "thoracic_rotation")
    necks = ("cervical_lateral", "cervical_rotation", "upper_cervical_rotation")
    turn = pulse(u, (0.22, 0.46), (0.58, 0.80))
    courses = {n: trial.bend(n) * (turn if n.endswith("rotation") else over) for n in (*names, *necks)}
    lean = trial.peak("pelvis_list") * over
    return BodyTargets(
        frames=trial.frames,
        feet={
            "left": figure.foot("left", 0.0, half, np.radians(-8), 0 * u),
            "right": figure.foot("right", 0.0, -half, np.radians(-58), 0 * u),
        },
        arms=_arms(trial, spread, over),
        regions=courses,
        # The hips move away from the leg that the trunk bends over.
        pelvis=np.stack([0 * u, half * 0.42 * np.sin(lean), 0 * u], -1),
        yaw=trial.peak("pelvis_rotation") * np.maximum(over, 0.6 * spread),
        tilt=np.radians(3) * over,
        list=lean,
        knee=np.radians(4),
        balance=np.stack([figure.mid_foot * 0.6 + 0 * u, np.nan + 0 * u], -1),
        clavicles={f"{s}_elevation": trial.peak("clavicle") * over for s in SIDES},
    )


def _arms(trial: Trial, spread: np.ndarray, over: np.ndarray) -> ArmCourse:
    ways, opens = {}, {}
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        hang, out = np.array([0.12, 0.25 * sign, -0.96]), np.array([0.34, 0.93 * sign, 0.0])
        ways[side] = hang + spread[:, None] * (out - hang)
        opens[side] = np.array([1.0, -0.3 * sign, 0.1]) + spread[:, None] * np.array([-0.3, 0.1 * sign, 0.8])
    return swung(trial.figure, ways, opens, dict.fromkeys(SIDES, 0.22 - 0.12 * spread), pronation=1.3 - 0.5 * spread)
