"""A right-handed tennis serve that stays on the toes: toss, trophy pose with an arched trunk, hit, follow-through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.motion.exercises.handling import swung
from synthgen.motion.exercises.targets import ArmCourse, BodyTargets
from synthgen.motion.exercises.timing import pulse, through
from synthgen.motion.exercises.trial import Trial

_TIMES = (0.0, 0.32, 0.42, 0.52, 0.64, 0.76)
_RIGHT = [
    (0.4, -0.4, -0.85),
    (0.35, -0.86, 0.05),
    (0.45, -0.72, 0.5),
    (0.4, -0.4, 0.85),
    (0.85, 0.15, -0.3),
    (0.7, 0.35, -0.6),
]
_RIGHT_OPENS = [(0.8, 0.3, 0.5), (0.1, 0.1, 1.0), (-0.5, 0.0, 0.7), (-0.4, 0.6, 0.6), (0.4, 0.7, 0.6), (0.5, 0.9, 0.3)]
_RIGHT_ELBOW = (60, 100, 110, 14, 25, 45)
_LEFT = [(0.5, 0.3, -0.8), (0.55, 0.45, 0.75), (0.6, 0.5, 0.3), (0.4, 0.4, -0.7), (0.2, 0.4, -0.85), (0.2, 0.4, -0.85)]
_LEFT_OPENS = [
    (0.8, -0.3, 0.5),
    (0.3, -0.3, 0.8),
    (0.3, -0.5, 0.6),
    (0.8, -0.6, 0.4),
    (1.0, -0.4, 0.3),
    (0.9, -0.3, 0.3),
]
_LEFT_ELBOW = (40, 10, 25, 85, 95, 70)


def program(trial: Trial) -> BodyTargets:
    """Toss and load (4–36 %), up and through (36–56 %), follow through, and back to the stance."""
    u, figure = trial.phase, trial.figure
    trophy = pulse(u, (0.04, 0.34), (0.36, 0.52))
    hit = pulse(u, (0.38, 0.52), (0.54, 0.70))
    end = pulse(u, (0.48, 0.68), (0.76, 0.98))
    regions = {}
    for region in ("lumbar", "thoracic"):
        flexion, lateral = f"{region}_flexion", f"{region}_lateral"
        regions[flexion] = trial.bend(f"{flexion}_trophy") * trophy + trial.bend(f"{flexion}_end") * end
        regions[lateral] = trial.bend(f"{lateral}_trophy") * trophy + trial.bend(f"{lateral}_hit") * (hit + 0.5 * end)
    after = np.maximum(hit, end)
    regions["lumbar_rotation"] = trial.bend("lumbar_rotation") * (0.9 * end + 0.4 * hit * (1 - end) - trophy)
    regions["thoracic_rotation"] = (
        trial.bend("thoracic_rotation_trophy") * trophy + trial.bend("thoracic_rotation_hit") * end
    )
    yaw = np.radians(trial.numbers["side_on"]) * (1 - pulse(u, (0.34, 0.54), (0.76, 0.99))) + min(
        trial.peak("hit_yaw"), np.radians(25)
    ) * pulse(u, (0.36, 0.60), (0.74, 0.98))
    aside = yaw + regions["lumbar_rotation"] + regions["thoracic_rotation"]
    regions |= {"cervical_rotation": -0.3 * aside, "upper_cervical_rotation": -0.35 * aside}
    tilt = trial.peak("trophy_tilt") * trophy + trial.peak("end_tilt") * end
    nod = tilt * end + regions["lumbar_flexion"] * end
    for region in ("cervical", "upper_cervical"):
        regions[f"{region}_flexion"] = (
            trial.bend(f"{region}_flexion_trophy") * np.maximum(trophy, hit) - 0.25 * nod * end
        )
    stride = trial.numbers["stride"] * figure.leg
    up = pulse(u, (0.36, 0.50), (0.54, 0.74))
    rear = pulse(u, (0.30, 0.50), (0.76, 0.96))
    return BodyTargets(
        frames=trial.frames,
        feet={
            "left": figure.foot("left", 0.5 * stride, 0.6 * figure.hip_half, np.radians(-24), trial.peak("heels") * up),
            "right": figure.foot(
                "right",
                -0.5 * stride,
                -0.9 * figure.hip_half,
                np.radians(-62),
                np.maximum(trial.peak("heels") * 1.2 * rear, 0),
                np.radians(52) * rear,
            ),
        },
        arms=_arms(trial),
        regions=regions,
        pelvis=np.zeros((trial.frames, 3)),
        yaw=yaw,
        tilt=tilt,
        list=np.radians(3) * (trophy - after),
        knee=np.radians(12) + (trial.peak("knee") - np.radians(12)) * pulse(u, (0.08, 0.34), (0.36, 0.50)),
        balance=trial.over_feet(ahead=stride * (-0.06 * trophy + 0.26 * hit * (1 - end) + 0.3 * end), aside=0.01),
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
