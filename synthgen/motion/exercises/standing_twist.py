"""Standing twists to both sides with the hands together before the chest; the head turns first."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import clasped
from synthgen.motion.exercises.figure import Posture
from synthgen.motion.exercises.plan import Plan


def program(plan: Plan) -> Posture:
    """A steady swing left and right over planted feet and soft knees."""
    w = plan.turn
    a = plan.style.asymmetry

    def swing(delay: float) -> np.ndarray:
        """Side to side with a slight rest at both ends; the left reaches a little further."""
        return (np.sin(w - delay) + 0.06 * np.sin(3 * (w - delay))) * (1 + 0.06 * a * np.sin(w - delay))

    return Posture(
        frames=plan.frames,
        feet=plan.stance(width=1.8, toe_out=10),
        arms=clasped(plan.figure, ahead=0.60, up=-0.08, lag=0.10 * np.cos(w - 0.2)),
        regions={
            "lumbar_rotation": plan.peak("lumbar_rotation") * swing(0.05),
            "thoracic_rotation": plan.peak("thoracic_rotation") * swing(0.12),
            "cervical_rotation": plan.peak("cervical_rotation") * swing(-0.15),
            "upper_cervical_rotation": plan.peak("upper_cervical_rotation") * swing(-0.15),
            "thoracic_lateral": np.radians(3) * swing(0.12),
            "lumbar_lateral": -np.radians(2) * swing(0.1) + plan.uneven(np.radians(1.5)),
            "lumbar_flexion": np.radians(3),
        },
        pelvis=np.zeros((plan.frames, 3)),
        yaw=plan.peak("pelvis_rotation") * swing(0.0),
        tilt=np.radians(3),
        knee=np.radians(14),
        balance=plan.over_feet(aside=0.02 * np.sin(w)),
    )
