"""Reaching to one side out of a forward bend: for something on the floor beside the foot, and likewise to the other."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import reaching
from synthgen.motion.exercises.targets import SIDES, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Down in front, to the left, through the middle to the right, up."""
    u, figure = trial.phase, trial.figure
    down = pulse(u, (0.02, 0.28), (0.72, 0.98))
    left, right = pulse(u, (0.16, 0.34), (0.40, 0.56)), pulse(u, (0.46, 0.62), (0.68, 0.86))
    aside = left - (1 - 0.05 * trial.style.asymmetry) * right
    bends = {f"{r}_flexion": trial.bend(f"{r}_flexion") * down for r in ("lumbar", "thoracic")}
    tilt = trial.peak("pelvis_tilt") * down
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=2.0, toe_out=12),
        arms=reaching(figure, _wrists(trial, down, {"left": left, "right": right}), _OUT, pronation=0.9),
        regions={
            **bends,
            # The trunk turns and leans to the side that reaches.
            **{f"{r}_rotation": trial.bend(f"{r}_rotation") * aside for r in ("lumbar", "thoracic", "cervical")},
            **{f"{r}_lateral": -trial.bend(f"{r}_lateral") * aside for r in ("lumbar", "thoracic")},
            "cervical_flexion": -np.radians(12) * down,
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=trial.peak("pelvis_rotation") * aside,
        tilt=tilt,
        knee=np.radians(5) + (trial.peak("knee") - np.radians(5)) * down,
        balance=trial.over_feet(aside=0.02 * aside),
    )


_OUT = {"left": np.array([-0.5, 1.0, 0.2]), "right": np.array([-0.5, -1.0, 0.2])}


def _wrists(trial: Trial, down: np.ndarray, reach: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Side → (T, 3) from beside the thighs to before the shins, and far aside for the hand that reaches."""
    figure, out = trial.figure, {}
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        rest = np.array([0.04, sign * 0.30, 0.93]) * figure.leg
        front = np.array([0.42, sign * 0.17, 0.62 - 0.20 * trial.style.depth]) * figure.leg
        far = np.array([0.30, sign * 0.66, 0.48 - 0.30 * trial.style.depth]) * figure.leg
        to = reach[side][:, None]
        out[side] = rest + (front - rest) * down[:, None] + (far - front) * to
    return out
