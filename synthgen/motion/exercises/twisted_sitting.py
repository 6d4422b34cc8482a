"""Seated at a desk, turning and bending aside to reach down beside the chair, left and right."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import reaching
from synthgen.motion.exercises.seated import on_seat
from synthgen.motion.exercises.targets import SIDES, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """To the left (4–44 %), then to the right (54–96 %); the other hand stays on the desk."""
    u, figure = trial.phase, trial.figure
    left, right = pulse(u, (0.03, 0.22), (0.28, 0.47)), pulse(u, (0.53, 0.72), (0.78, 0.97))
    aside = left - (1 - 0.06 * trial.style.asymmetry) * right
    away = left + right
    rest = np.radians(trial.numbers["peaks"]["lumbar_flexion_rest"])
    leg, out = figure.leg, dict(zip(SIDES, (1.0, -1.0), strict=True))
    places = {}
    for side, share in (("left", left), ("right", right)):
        desk = np.array([0.0, out[side] * 0.2, trial.numbers["desk"]]) * leg
        down = np.array([-0.44, out[side] * 0.62, 0.62 - 0.18 * trial.style.depth]) * leg
        # Round the thigh, not through it.
        way = np.array([0.1, out[side] * 0.16, 0.05]) * leg * (4 * share * (1 - share))[:, None]
        places[side] = desk + (down - desk) * share[:, None] + way
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=1.8, toe_out=10),
        arms=reaching(figure, places, {s: np.array([-0.5, 0.8 * k, -0.7]) for s, k in out.items()}, pronation=1.7),
        regions={
            "lumbar_flexion": rest + (trial.bend("lumbar_flexion") - rest * trial.style.depth) * away,
            "thoracic_flexion": np.radians(4) + trial.bend("thoracic_flexion") * away,
            **{
                f"{r}_rotation": trial.bend(f"{r}_rotation") * aside
                for r in ("lumbar", "thoracic", "cervical", "upper_cervical")
            },
            **{f"{r}_lateral": -trial.bend(f"{r}_lateral") * aside for r in ("lumbar", "thoracic")},
            "cervical_flexion": np.radians(8) * away,
        },
        pelvis=on_seat(trial),
        yaw=trial.peak("pelvis_rotation") * aside,
        tilt=np.radians(trial.numbers["peaks"]["tilt"]) + trial.peak("lean") * away,
        list=-np.radians(3) * aside,
    )
