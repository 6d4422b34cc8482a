"""Side bends to both sides, the outer arm sweeping overhead, the inner hand sliding down the thigh."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import raised
from synthgen.motion.exercises.figure import Posture
from synthgen.motion.exercises.plan import Plan
from synthgen.motion.exercises.timing import pulse


def program(plan: Plan) -> Posture:
    """Right with the left arm up, then left with the right arm up."""
    u = plan.phase
    a = plan.style.asymmetry
    right = pulse(u, (0.03, 0.22), (0.28, 0.47))
    left = pulse(u, (0.53, 0.72), (0.78, 0.97))
    bend = right - (1 - 0.08 * a) * left
    top = plan.peak("arm")
    height = {"left": 0.10 + (top - 0.10) * pulse(u, (0.0, 0.20), (0.30, 0.50))}
    height["right"] = 0.10 + (top - 0.10) * pulse(u, (0.5, 0.70), (0.80, 1.0))
    shrug = {f"{s}_elevation": plan.peak("clavicle") * (h - 0.10) / (top - 0.10) for s, h in height.items()}
    return Posture(
        frames=plan.frames,
        feet=plan.stance(width=1.7, toe_out=8),
        arms=raised(plan.figure, height, plane=np.radians(50), elbow=0.2, pronation=1.0),
        regions={
            **{f"{r}_lateral": plan.peak(f"{r}_lateral") * bend for r in ("lumbar", "thoracic", "cervical")},
            "lumbar_rotation": -np.radians(2) * bend,  # coupled: lumbar rotation opposite to the bend
            "thoracic_rotation": np.radians(3) * bend + plan.uneven(np.radians(2)),
            "lumbar_flexion": plan.uneven(np.radians(2)),
        },
        pelvis=np.zeros((plan.frames, 3)),
        list=plan.peak("pelvis_list") * bend,
        knee=np.radians(4),
        balance=plan.over_feet(aside=0.01 * bend),
        clavicles=shrug,
    )
