"""Bodyweight squat: hips back and down over planted feet, arms rising forward as a counterweight."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.figure import Posture
from synthgen.motion.exercises.plan import Plan
from synthgen.motion.exercises.timing import pulse


def program(plan: Plan) -> Posture:
    """Down in 40 % of the time, a short stop, up in 32 %."""
    u = plan.phase
    down = pulse(u, (0.06, 0.46), (0.52, 0.86))
    early = pulse(u, (0.04, 0.42), (0.54, 0.90))  # the spine starts a little before the knees and ends after
    standing = np.radians(5)
    tilt = plan.peak("pelvis_tilt") * down
    lumbar = plan.peak("lumbar_flexion") * early
    thoracic = plan.peak("thoracic_flexion") * early
    return Posture(
        frames=plan.frames,
        feet=plan.stance(width=2.1, toe_out=14),
        arms=hanging(forward=0.05 + plan.peak("arms") * early, aside=0.12 - 0.06 * early, elbow=0.25 - 0.12 * early),
        regions={
            "lumbar_flexion": lumbar,
            "thoracic_flexion": thoracic,
            "lumbar_lateral": plan.uneven(np.radians(3)) * early,
            "thoracic_lateral": -plan.uneven(np.radians(2), 1.0) * early,
            "lumbar_rotation": plan.uneven(np.radians(2)) * early,
            **plan.gaze(plan.peak("gaze") * down, tilt + lumbar + thoracic),
        },
        pelvis=np.zeros((plan.frames, 3)),
        yaw=plan.uneven(np.radians(2)) * down,
        tilt=tilt,
        list=plan.uneven(np.radians(2), 2.0) * down,
        knee=standing + (plan.peak("knee") - standing) * down,
        balance=plan.over_feet(aside=plan.uneven(0.02) * down),
    )
