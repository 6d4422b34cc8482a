"""From a chair to standing and back: the trunk swings forward, the hips leave the seat, the body unfolds."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Sit, lean (8–26 %), rise (20–46 %), stand, lean and lower (56–86 %), sit."""
    u, figure = trial.phase, trial.figure
    up = pulse(u, (0.19, 0.45), (0.57, 0.86))
    lean = pulse(u, (0.04, 0.23), (0.25, 0.48)) + 0.92 * pulse(u, (0.53, 0.72), (0.75, 0.97))
    seated = 1 - up
    feet = trial.stance(width=1.25, toe_out=7)
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=hanging(forward=0.05 + 0.15 * seated + trial.peak("arms") * lean, aside=0.12, elbow=0.25 + 0.75 * seated),
        regions={},
        pelvis=np.zeros((trial.frames, 3)),
    )
    stand = trial.standing_pelvis(targets)
    seat = np.array([trial.numbers["seat_behind"] * figure.leg * -1, 0.0, trial.numbers["hip_height"] * figure.leg])
    seat[2] += (1 - trial.style.depth) * 0.5 * (stand[2] - seat[2])  # a shallower exercise has a higher seat
    pelvis = seat + up[:, None] * (stand - seat)
    pelvis[:, 1] = trial.uneven(0.02) * lean
    tilt = trial.peak("seated_tilt") * seated + trial.peak("lean") * lean
    lumbar = trial.peak("seated_lumbar") * seated + trial.peak("lean_lumbar") * lean
    thoracic = np.radians(4) * seated + np.radians(4) * lean
    return BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=targets.arms,
        regions={
            "lumbar_flexion": lumbar,
            "thoracic_flexion": thoracic,
            "lumbar_lateral": trial.uneven(np.radians(3)) * lean,
            "thoracic_rotation": trial.uneven(np.radians(3)) * lean,
            **trial.gaze(np.radians(12) * lean, tilt + lumbar + thoracic, share=0.85),
        },
        pelvis=pelvis,
        tilt=tilt,
        yaw=trial.uneven(np.radians(2)) * lean,
        list=trial.uneven(np.radians(1.5)) * lean,
    )
