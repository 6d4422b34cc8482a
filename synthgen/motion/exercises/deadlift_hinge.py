"""Hip hinge of a deadlift: soft knees, hips far back, a spine that stays nearly as it stands."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Down in 42 %, up in 34 %; the arms hang close to the legs as if they held a bar."""
    u = trial.phase
    hips = pulse(u, (0.04, 0.46), (0.50, 0.84))
    knees = pulse(u, (0.10, 0.48), (0.50, 0.80))
    tilt = trial.peak("pelvis_tilt") * hips
    spine = {f"{r}_flexion": trial.peak(f"{r}_flexion") * knees for r in ("lumbar", "thoracic")}
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=1.3, toe_out=8),
        arms=hanging(forward=0.05 - 0.13 * hips, aside=0.10 - 0.05 * hips, elbow=0.12, pronation=1.5),
        regions={
            **spine,
            "lumbar_lateral": trial.uneven(np.radians(2.5)) * hips,
            "thoracic_rotation": trial.uneven(np.radians(3), 1.0) * hips,
            **trial.gaze(trial.peak("gaze") * hips, tilt + sum(spine.values())),
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=trial.uneven(np.radians(2)) * hips,
        tilt=tilt,
        list=trial.uneven(np.radians(1.5)) * hips,
        knee=np.radians(5) + trial.peak("knee") * knees,
        balance=trial.over_feet(),
    )
