"""Hip hinge of a deadlift: soft knees, hips far back, a spine that stays nearly as it stands."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.figure import Posture
from synthgen.motion.exercises.plan import Plan
from synthgen.motion.exercises.timing import pulse


def program(plan: Plan) -> Posture:
    """Down in 42 %, up in 34 %; the arms hang close to the legs as if they held a bar."""
    u = plan.phase
    hips = pulse(u, (0.04, 0.46), (0.50, 0.84))
    knees = pulse(u, (0.10, 0.48), (0.50, 0.80))
    tilt = plan.peak("pelvis_tilt") * hips
    spine = {f"{r}_flexion": plan.peak(f"{r}_flexion") * knees for r in ("lumbar", "thoracic")}
    return Posture(
        frames=plan.frames,
        feet=plan.stance(width=1.3, toe_out=8),
        arms=hanging(forward=0.05 - 0.13 * hips, aside=0.10 - 0.05 * hips, elbow=0.12, pronation=1.5),
        regions={
            **spine,
            "lumbar_lateral": plan.uneven(np.radians(2.5)) * hips,
            "thoracic_rotation": plan.uneven(np.radians(3), 1.0) * hips,
            **plan.gaze(plan.peak("gaze") * hips, tilt + sum(spine.values())),
        },
        pelvis=np.zeros((plan.frames, 3)),
        yaw=plan.uneven(np.radians(2)) * hips,
        tilt=tilt,
        list=plan.uneven(np.radians(1.5)) * hips,
        knee=np.radians(5) + plan.peak("knee") * knees,
        balance=plan.over_feet(),
    )
