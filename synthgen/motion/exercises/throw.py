"""An overhand throw with the right hand: cocked behind an arched trunk, thrown over a bending one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.motion.exercises.handling import swung
from synthgen.motion.exercises.targets import ArmCourse, BodyTargets
from synthgen.motion.exercises.timing import pulse, through
from synthgen.motion.exercises.trial import Trial

_TIMES = (0.0, 0.30, 0.40, 0.48, 0.60, 0.72)
"""Hands together, cocked, the hand lags behind, release, follow-through, end of it."""
_RIGHT = [
    (0.3, -0.4, -0.9),
    (0.25, -0.85, 0.0),
    (0.35, -0.84, 0.25),
    (0.6, -0.65, 0.4),
    (0.8, 0.1, -0.5),
    (0.7, 0.3, -0.7),
]
_RIGHT_OPENS = [(0.8, 0.5, 0.5), (0.0, -0.1, 1.0), (-0.7, -0.2, 0.8), (0.5, 0.1, 0.9), (0.4, 0.9, 0.2), (0.5, 0.9, 0.3)]
_RIGHT_ELBOW = (95, 95, 85, 28, 25, 40)
_LEFT = [(0.3, 0.4, -0.9), (0.75, 0.5, -0.1), (0.55, 0.6, -0.4), (0.2, 0.5, -0.8), (0.0, 0.45, -0.9), (0.1, 0.4, -0.9)]
_LEFT_OPENS = [(0.8, -0.5, 0.5), (0.5, -0.5, 0.8), (0.7, -0.4, 0.7), (0.9, -0.2, 0.5), (1.0, 0.1, 0.3), (1.0, 0.0, 0.3)]
_LEFT_ELBOW = (95, 30, 60, 95, 90, 70)


def program(trial: Trial) -> BodyTargets:
    """Cock (5–30 %), throw (36–52 %), follow through, and back to the start."""
    u, figure = trial.phase, trial.figure
    cocked = pulse(u, (0.04, 0.32), (0.34, 0.48))
    thrown = pulse(u, (0.38, 0.60), (0.70, 0.97))
    regions = {}
    for region in ("lumbar", "thoracic"):
        for angle in ("flexion", "lateral"):
            name = f"{region}_{angle}"
            regions[name] = trial.bend(f"{name}_cocked") * cocked + trial.bend(f"{name}_thrown") * thrown
    regions["lumbar_rotation"] = trial.bend("lumbar_rotation") * (0.8 * thrown - cocked)
    regions["thoracic_rotation"] = (
        trial.bend("thoracic_rotation_cocked") * cocked + trial.bend("thoracic_rotation_thrown") * thrown
    )
    yaw = trial.peak("cocked_yaw") * pulse(u, (0.04, 0.28), (0.30, 0.44)) + trial.peak("thrown_yaw") * pulse(
        u, (0.32, 0.52), (0.72, 0.97)
    )
    # The face stays on the target.
    aside = yaw + regions["lumbar_rotation"] + regions["thoracic_rotation"]
    regions |= {"cervical_rotation": -0.4 * aside, "upper_cervical_rotation": -0.45 * aside}
    tilt = trial.peak("cocked_tilt") * cocked + trial.peak("thrown_tilt") * thrown
    nod = tilt + regions["lumbar_flexion"] + regions["thoracic_flexion"]
    regions |= {"cervical_flexion": -0.4 * nod, "upper_cervical_flexion": -0.2 * nod}
    stride = trial.numbers["stride"] * figure.leg
    rear = pulse(u, (0.36, 0.56), (0.74, 0.94))
    ahead = -0.16 * cocked + 0.18 * thrown
    return BodyTargets(
        frames=trial.frames,
        feet={
            "left": figure.foot("left", 0.5 * stride, 0.9 * figure.hip_half, np.radians(-4), 0 * u),
            "right": figure.foot(
                "right",
                -0.5 * stride,
                -0.9 * figure.hip_half,
                np.radians(-46),
                trial.peak("rear_heel") * rear,
                np.radians(40) * rear,
            ),
        },
        arms=_arms(trial),
        regions=regions,
        pelvis=np.zeros((trial.frames, 3)),
        yaw=yaw,
        tilt=tilt,
        list=np.radians(4) * thrown,
        knee=np.radians(12) + (trial.peak("knee") - np.radians(12)) * (0.5 * cocked + thrown),
        balance=trial.over_feet(ahead=ahead * stride, aside=0.02 * thrown),
    )


def _arms(trial: Trial) -> ArmCourse:
    def keyed(rows: Sequence[Sequence[float]] | Sequence[float]) -> np.ndarray:
        return through(trial.phase, _TIMES, rows)

    return swung(
        trial.figure,
        {"left": keyed(_LEFT), "right": keyed(_RIGHT)},
        {"left": keyed(_LEFT_OPENS), "right": keyed(_RIGHT_OPENS)},
        {"left": np.radians(keyed(_LEFT_ELBOW)), "right": np.radians(keyed(_RIGHT_ELBOW))},
        pronation=0.9,
    )
