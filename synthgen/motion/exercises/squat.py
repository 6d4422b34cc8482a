"""Bodyweight squat: hips back and down over planted feet, arms rising forward as a counterweight."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Down in 40 % of the time, a short stop, up in 32 %."""
    u = trial.phase
    down = pulse(u, (0.06, 0.46), (0.52, 0.86))
    early = pulse(u, (0.04, 0.42), (0.54, 0.90))  # the spine starts a little before the knees and ends after
    standing = np.radians(5)
    tilt = trial.peak("pelvis_tilt") * down
    lumbar = trial.peak("lumbar_flexion") * early
    thoracic = trial.peak("thoracic_flexion") * early
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=2.1, toe_out=14),
        arms=hanging(forward=0.05 + trial.peak("arms") * early, aside=0.12 - 0.06 * early, elbow=0.25 - 0.12 * early),
        regions={
            "lumbar_flexion": lumbar,
            "thoracic_flexion": thoracic,
            "lumbar_lateral": trial.uneven(np.radians(3)) * early,
            "thoracic_lateral": -trial.uneven(np.radians(2), 1.0) * early,
            "lumbar_rotation": trial.uneven(np.radians(2)) * early,
            **trial.gaze(trial.peak("gaze") * down, tilt + lumbar + thoracic),
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=trial.uneven(np.radians(2)) * down,
        tilt=tilt,
        list=trial.uneven(np.radians(2), 2.0) * down,
        knee=standing + (trial.peak("knee") - standing) * down,
        balance=trial.over_feet(aside=trial.uneven(0.02) * down),
    )
