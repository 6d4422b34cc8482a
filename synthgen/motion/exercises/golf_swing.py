"""A full right-handed golf swing: the ball lies ahead (+X), its target to the left (+Y)."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import carrying
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse, through
from synthgen.motion.exercises.trial import Trial

_TIMES = (0.0, 0.10, 0.24, 0.40, 0.48, 0.55, 0.63, 0.76, 0.84)
"""Address, its end, half-way back, top, half-way down, impact, half-way through, finish, its end."""
_HANDS = [
    (0.62, 0, -0.6),
    (0.62, 0, -0.6),
    (0.75, -0.34, -0.2),
    (0.5, -0.48, 0.4),
    (0.75, -0.34, -0.15),
    (0.62, 0.04, -0.6),
    (0.72, 0.42, -0.12),
    (0.48, 0.46, 0.44),
    (0.48, 0.46, 0.44),
]
"""Middle of the hands from the chest's middle vertebra, seen from the chest, in arm lengths."""


def program(trial: Trial) -> BodyTargets:
    """Back (10–40 %), down and through (40–76 %), held, and back to the address."""
    u, figure = trial.phase, trial.figure
    back = pulse(u, (0.08, 0.40), (0.41, 0.56))
    down = pulse(u, (0.40, 0.55), (0.56, 0.74))
    finish = pulse(u, (0.48, 0.76), (0.82, 0.99))
    address = 1 - finish
    regions = {}
    for region in ("lumbar", "thoracic"):
        flexion, lateral = f"{region}_flexion", f"{region}_lateral"
        regions[flexion] = trial.bend(f"{flexion}_address") * address + trial.bend(f"{flexion}_finish") * finish
        regions[lateral] = trial.bend(f"{lateral}_back") * back + trial.bend(f"{lateral}_through") * down
    regions["lumbar_lateral"] = regions["lumbar_lateral"] + trial.bend("lumbar_lateral_finish") * finish * (1 - down)
    regions["lumbar_rotation"] = trial.bend("lumbar_rotation") * (finish - back)
    regions["thoracic_rotation"] = trial.bend("thoracic_rotation_back") * pulse(
        u, (0.09, 0.41), (0.42, 0.58)
    ) + trial.bend("thoracic_rotation_finish") * pulse(u, (0.50, 0.77), (0.82, 0.99))
    yaw = trial.peak("back_yaw") * back + min(trial.peak("finish_yaw"), np.radians(50)) * pulse(
        u, (0.42, 0.68), (0.82, 0.99)
    )
    # The eyes stay on the ball until it is well away.
    head = trial.peak("head_back") * back + trial.peak("head_finish") * finish
    regions |= {"cervical_rotation": 0.4 * head, "upper_cervical_rotation": 0.6 * head}
    regions["cervical_flexion"] = np.radians(8) * address
    rear = pulse(u, (0.50, 0.76), (0.82, 0.97))
    width = 2.4 * figure.hip_half
    bent = trial.peak("knee")
    return BodyTargets(
        frames=trial.frames,
        feet={
            "left": figure.foot("left", 0.0, width, np.radians(14), 0 * u),
            "right": figure.foot(
                "right", 0.0, -width, np.radians(-8), trial.peak("rear_heel") * rear, np.radians(34) * rear
            ),
        },
        arms=carrying(figure, through(u, _TIMES, _HANDS), apart=0.15, elbows=(-0.3, 0.7, -1.0), lead=0.15),
        regions=regions,
        pelvis=np.zeros((trial.frames, 3)),
        yaw=yaw,
        tilt=trial.peak("address_tilt") * address + trial.peak("finish_tilt") * finish,
        list=np.radians(3) * (back - down),
        knee=bent - 0.6 * bent * finish,
        balance=trial.over_feet(aside=width * (-0.18 * back + 0.3 * finish)),
    )
