"""Squats whose trunk turns aside at the bottom, once to the left and once to the right."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import clasped
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Each half: down, turn while low, turn back while rising."""
    u = trial.phase
    down = pulse(u, (0.02, 0.20), (0.27, 0.48)) + pulse(u, (0.52, 0.70), (0.77, 0.98))
    left, right = pulse(u, (0.06, 0.22), (0.26, 0.44)), pulse(u, (0.56, 0.72), (0.76, 0.94))
    turn = left - (1 - 0.06 * trial.style.asymmetry) * right
    standing = np.radians(6)
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=2.3, toe_out=16),
        arms=clasped(trial.figure, ahead=0.62, up=-0.06, lag=-0.1 * turn),
        regions={
            **{f"{r}_flexion": trial.bend(f"{r}_flexion") * down for r in ("lumbar", "thoracic")},
            **{f"{r}_rotation": trial.bend(f"{r}_rotation") * turn for r in ("lumbar", "thoracic", "cervical")},
            **{f"{r}_lateral": -trial.bend(f"{r}_lateral") * turn for r in ("lumbar", "thoracic")},
            "upper_cervical_rotation": trial.bend("upper_cervical_rotation") * turn,
            "upper_cervical_flexion": -np.radians(10) * down,
            "cervical_flexion": -np.radians(14) * down,
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=trial.peak("pelvis_rotation") * turn,
        tilt=trial.peak("pelvis_tilt") * down,
        knee=standing + (trial.peak("knee") - standing) * down,
        balance=trial.over_feet(aside=trial.uneven(0.02) * down),
    )
