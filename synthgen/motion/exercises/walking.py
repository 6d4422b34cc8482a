"""Overground walking along X."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.gait import Gait, walking_foot
from synthgen.motion.exercises.targets import Arm, BodyTargets, Transforms
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Cycles from one left heel strike to another; the clip ends one frame before the pose repeats further on."""
    figure, numbers = trial.figure, trial.numbers
    n = numbers["cycles"]
    stride = numbers["stride"] * figure.leg * (0.5 + 0.5 * trial.style.depth)
    cycles = n * trial.style.repetitions * np.arange(trial.frames) / trial.frames
    gait = Gait(
        strike=min(trial.peak("heel_strike"), np.radians(24)),
        push=min(trial.peak("toe_off"), np.radians(60)),
        clearance=0.065 * figure.leg * max(trial.style.depth, 0.6),
    )
    w = 2 * np.pi * cycles
    a = trial.style.asymmetry

    half = 0.55 * figure.hip_half
    left = walking_foot(figure, "left", cycles, stride, (0.0, half), np.radians(7 + 2 * a), gait)
    right = walking_foot(figure, "right", cycles - 0.5, stride, (0.5 * stride, -half), -np.radians(7 - 2 * a), gait)
    # At heel strike of the left foot the pelvis is between both feet: half a step behind it, and a little more.
    x = stride * (cycles - 0.268) + 0.012 * np.sin(2 * w)
    y = 0.022 * np.sin(w - 0.2) * (1 + 0.3 * a)
    z = -0.022 * np.cos(2 * w - 0.45)
    yaw = -trial.peak("pelvis_rotation") * np.cos(w)  # the left hip is ahead at left heel strike
    swing = trial.peak("arms") * np.cos(w - 0.15)

    def arms(side: str, transforms: Transforms) -> Arm:
        sign = -1.0 if side == "left" else 1.0
        amount = sign * swing * (1 + 0.25 * a * sign) - 0.05
        return hanging(forward=amount, aside=0.1, elbow=trial.peak("elbow") * (1 + 0.5 * np.clip(amount, -0.5, 1)))(
            side, transforms
        )

    lateral = trial.peak("lumbar_lateral") * np.sin(w - 0.3)
    targets = BodyTargets(
        frames=trial.frames,
        feet={"left": left, "right": right},
        arms=arms,
        regions={
            "lumbar_flexion": np.radians(2 + 1.5 * np.cos(2 * w)),
            "lumbar_lateral": lateral + trial.style.asymmetry * np.radians(1.0),
            "thoracic_lateral": -0.4 * lateral,
            "lumbar_rotation": -yaw * trial.peak("lumbar_rotation") / trial.peak("pelvis_rotation"),
            "thoracic_rotation": -yaw * trial.peak("thoracic_rotation") / trial.peak("pelvis_rotation"),
            "cervical_rotation": yaw * 0.5,
            "cervical_lateral": -0.4 * lateral,
            "upper_cervical_flexion": np.radians(-2 - np.cos(2 * w)),
        },
        pelvis=np.stack([x, y, z], -1),
        yaw=yaw,
        tilt=np.radians(4 + 1.5 * np.cos(2 * w + 0.5)),
        list=-trial.peak("pelvis_list") * np.sin(w - 0.3),
        knee=np.radians(5),
    )
    # As high as the legs allow: the straightest knee of the cycle has 5°.
    z += (figure.height(targets, targets.pelvis) - z).min()
    return replace(targets, pelvis=np.stack([x, y, z], -1), knee=None)
