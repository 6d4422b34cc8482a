"""Side bends to both sides, the outer arm sweeping overhead, the inner hand sliding down the thigh."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.arms import raised
from synthgen.motion.exercises.targets import BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Right with the left arm up, then left with the right arm up."""
    u = trial.phase
    a = trial.style.asymmetry
    right = pulse(u, (0.03, 0.22), (0.28, 0.47))
    left = pulse(u, (0.53, 0.72), (0.78, 0.97))
    bend = right - (1 - 0.08 * a) * left
    top = trial.peak("arm")
    height = {"left": 0.10 + (top - 0.10) * pulse(u, (0.0, 0.20), (0.30, 0.50))}
    height["right"] = 0.10 + (top - 0.10) * pulse(u, (0.5, 0.70), (0.80, 1.0))
    shrug = {f"{s}_elevation": trial.peak("clavicle") * (h - 0.10) / (top - 0.10) for s, h in height.items()}
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=1.7, toe_out=8),
        arms=raised(trial.figure, height, plane=np.radians(50), elbow=0.2, pronation=1.0),
        regions={
            **{f"{r}_lateral": trial.peak(f"{r}_lateral") * bend for r in ("lumbar", "thoracic", "cervical")},
            "lumbar_rotation": -np.radians(2) * bend,  # coupled: lumbar rotation opposite to the bend
            "thoracic_rotation": np.radians(3) * bend + trial.uneven(np.radians(2)),
            "lumbar_flexion": trial.uneven(np.radians(2)),
        },
        pelvis=np.zeros((trial.frames, 3)),
        list=trial.peak("pelvis_list") * bend,
        knee=np.radians(4),
        balance=trial.over_feet(aside=0.01 * bend),
        clavicles=shrug,
    )
