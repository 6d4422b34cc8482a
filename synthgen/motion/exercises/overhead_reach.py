"""Both arms up overhead, chest open, eyes following, up onto the toes."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import raised
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Up in 36 %, held, down in 36 %."""
    u = trial.phase
    arms = pulse(u, (0.02, 0.40), (0.56, 0.96))
    trunk = pulse(u, (0.12, 0.44), (0.54, 0.88))
    heels = pulse(u, (0.22, 0.46), (0.54, 0.78))
    lift = trial.peak("heels") * heels
    # On the toes the mass stands over the ball of the foot.
    ball = trial.figure.foot_point("left_toe_base")[0] - trial.figure.mid_foot
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=1.1, toe_out=6, heel_lift=lift),
        arms=raised(trial.figure, trial.both(0.08 + trial.peak("arms") * arms), np.radians(68), 0.25 - 0.1 * arms, 1.1),
        regions={
            **{f"{r}_flexion": trial.peak(f"{r}_flexion") * trunk for r in ("lumbar", "thoracic", "cervical")},
            "upper_cervical_flexion": trial.peak("upper_cervical_flexion") * trunk,
            "lumbar_lateral": trial.uneven(np.radians(3)) * trunk,
            "thoracic_lateral": -trial.uneven(np.radians(3), 1.0) * trunk,
        },
        pelvis=np.zeros((trial.frames, 3)),
        tilt=trial.peak("pelvis_tilt") * trunk,
        knee=np.radians(5) - np.radians(2) * heels,
        balance=trial.over_feet(
            ahead=(0.25 * heels + 0.6 * heels**2) * ball * trial.style.depth, aside=trial.uneven(0.01)
        ),
        clavicles={f"{s}_elevation": trial.peak("clavicle") * arms for s in ("left", "right")},
    )
