"""Forward lunge of the left leg with the trunk turning towards it, and back to standing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.arms import clasped
from synthgen.motion.exercises.targets import BodyTargets, Foot
from synthgen.motion.exercises.timing import hump, pulse, ramp
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Step and lower (2–32 %), turn and return (30–66 %), push back (66–94 %)."""
    u, figure = trial.phase, trial.figure
    width, a = 0.95 * figure.hip_half, trial.style.asymmetry
    length = trial.numbers["step"] * figure.leg * (0.4 + 0.6 * trial.style.depth)
    lower = pulse(u, (0.07, 0.34), (0.66, 0.92))
    travel = pulse(u, (0.03, 0.30), (0.69, 0.95))
    rear = pulse(u, (0.10, 0.33), (0.66, 0.88))
    feet = {
        "left": _stepping(trial, length, width, np.radians(4)),
        "right": figure.foot("right", 0.0, -width, -np.radians(6), trial.peak("rear_heel") * rear),
    }
    twist = pulse(u, (0.30, 0.45), (0.52, 0.67))
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=clasped(figure, ahead=0.60, up=-0.08, lag=-0.12 * twist),
        regions={
            "lumbar_rotation": trial.peak("lumbar_rotation") * twist,
            "thoracic_rotation": trial.peak("thoracic_rotation") * twist,
            "cervical_rotation": trial.peak("cervical_rotation") * pulse(u, (0.28, 0.42), (0.52, 0.66)),
            "upper_cervical_rotation": trial.peak("upper_cervical_rotation") * pulse(u, (0.28, 0.42), (0.52, 0.66)),
            "lumbar_flexion": np.radians(3) * lower,
            "lumbar_lateral": -np.radians(3) * np.sin(np.pi * travel) * (1 + a),
            "thoracic_lateral": np.radians(4) * twist + np.radians(2) * np.sin(np.pi * travel),
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=-trial.peak("pelvis_rotation") * lower * (1 - 1.6 * twist),
        tilt=trial.peak("pelvis_tilt") * lower,
        list=np.radians(2) * np.sin(np.pi * travel),
    )
    stand = trial.standing_pelvis(targets)
    deep = np.array(
        [length - trial.numbers["behind_front"] * figure.leg, 0.0, trial.numbers["hip_height"] * figure.leg]
    )
    deep[2] += (1 - trial.style.depth) * 0.7 * (stand[2] - deep[2])
    pelvis = stand + np.stack([travel, travel, lower], -1) * (deep - stand)
    # Over the standing leg while the other one is in the air.
    pelvis[:, 1] = -0.45 * width * (hump(ramp(u, -0.02, 0.26)) + hump(ramp(u, 0.70, 1.02))) + trial.uneven(0.01) * lower
    return replace(targets, pelvis=pelvis)


def _stepping(trial: Trial, length: float, y: float, yaw: float) -> Foot:
    """The front foot: off by the toes, down on the heel, and the same way back."""
    u, figure = trial.phase, trial.figure
    out, back = (u - 0.06) / 0.17, (u - 0.74) / 0.18
    place = length * (ramp(out, 0.0, 1.0) - ramp(back, 0.0, 1.0))
    lift = 0.09 * figure.leg * (hump(out) + hump(back))
    roll = np.radians(22)
    pitch = roll * (hump((u - 0.02) / 0.13) - 0.7 * hump((u - 0.14) / 0.14) - 0.5 * hump((u - 0.70) / 0.10))
    pitch = pitch + roll * 0.8 * hump((u - 0.80) / 0.15)
    foot = figure.foot("left", place, y, yaw, pitch)
    standing = ((out <= 0) | (out >= 1)) & ((back <= 0) | (back >= 1))
    ankle = foot.ankle + np.stack([0 * lift, 0 * lift, lift], -1)
    return Foot(ankle, foot.rotation, foot.toes, standing & (pitch <= 1e-9), standing & (pitch >= -1e-9))
