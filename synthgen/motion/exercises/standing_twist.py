"""Standing twists to both sides with the hands together before the chest; the head turns first."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import clasped
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """A steady swing left and right over planted feet and soft knees."""
    w = trial.turn
    a = trial.style.asymmetry

    def swing(delay: float) -> np.ndarray:
        """Side to side with a slight rest at both ends; the left reaches a little further."""
        return np.asarray((np.sin(w - delay) + 0.06 * np.sin(3 * (w - delay))) * (1 + 0.06 * a * np.sin(w - delay)))

    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=1.8, toe_out=10),
        arms=clasped(trial.figure, ahead=0.60, up=-0.08, lag=0.10 * np.cos(w - 0.2)),
        regions={
            "lumbar_rotation": trial.peak("lumbar_rotation") * swing(0.05),
            "thoracic_rotation": trial.peak("thoracic_rotation") * swing(0.12),
            "cervical_rotation": trial.peak("cervical_rotation") * swing(-0.15),
            "upper_cervical_rotation": trial.peak("upper_cervical_rotation") * swing(-0.15),
            "thoracic_lateral": np.radians(3) * swing(0.12),
            "lumbar_lateral": -np.radians(2) * swing(0.1) + trial.uneven(np.radians(1.5)),
            "lumbar_flexion": np.radians(3),
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=trial.peak("pelvis_rotation") * swing(0.0),
        tilt=np.radians(3),
        knee=np.radians(14),
        balance=trial.over_feet(aside=0.02 * np.sin(w)),
    )
