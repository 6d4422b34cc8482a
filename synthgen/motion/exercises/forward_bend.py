"""Standing toe touch: the lumbar spine leads the way down, the hips lead the way up."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Down in 40 %, held for a breath, up in 38 %; knees nearly straight."""
    u = trial.phase
    neck = pulse(u, (0.02, 0.30), (0.62, 0.96))
    spine = pulse(u, (0.04, 0.40), (0.58, 0.94))
    hips = pulse(u, (0.08, 0.46), (0.52, 0.88))
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=1.3, toe_out=7),
        arms=hanging(forward=0.05 + 0.1 * hips, aside=0.12 - 0.08 * hips, elbow=0.25 - 0.12 * hips),
        regions={
            **{f"{r}_flexion": trial.peak(f"{r}_flexion") * spine for r in ("lumbar", "thoracic")},
            **{f"{r}_flexion": trial.peak(f"{r}_flexion") * neck for r in ("cervical", "upper_cervical")},
            "lumbar_lateral": trial.uneven(np.radians(3)) * spine,
            "thoracic_rotation": trial.uneven(np.radians(4), 1.0) * spine,
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=trial.uneven(np.radians(2)) * hips,
        tilt=trial.peak("pelvis_tilt") * hips,
        list=trial.uneven(np.radians(1.5)) * hips,
        knee=np.radians(4) + trial.peak("knee") * hips,
        balance=trial.over_feet(),
    )
