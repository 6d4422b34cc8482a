"""Tying the right shoe: seated, bent down over the thighs, a little turned to that foot."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import reaching
from synthgen.motion.exercises.seated import on_seat
from synthgen.motion.exercises.targets import SIDES, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Down in 35 %, the hands at the laces, up again."""
    u, figure = trial.phase, trial.figure
    down = pulse(u, (0.03, 0.36), (0.66, 0.97))
    work = np.sin(6 * trial.turn) * pulse(u, (0.34, 0.42), (0.60, 0.68))
    courses = {}
    for region in ("lumbar", "thoracic"):
        rest = np.radians(trial.numbers["peaks"].get(f"{region}_flexion_rest", 4))
        courses[f"{region}_flexion"] = rest + (trial.bend(f"{region}_flexion") - rest) * down
        courses[f"{region}_lateral"] = trial.bend(f"{region}_lateral") * down
        courses[f"{region}_rotation"] = trial.bend(f"{region}_rotation") * down
    feet = trial.stance(width=1.9, toe_out=6)
    shoe = feet["right"].ankle[0] + np.array([0.07, 0.0, 0.15 + 0.5 * (1 - min(trial.style.depth, 1.0))]) * figure.size
    places = {}
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        lap = np.array([-0.14, sign * 0.23, 0.74]) * figure.leg
        # Down before the shins, outside of the thighs' room.
        before = np.array([0.26, -0.02 + sign * 0.13, 0.34]) * figure.leg
        lace = shoe + np.array([0.02, sign * 0.075, 0.01]) * figure.size
        wiggle = np.array([0.0, sign * 0.012, 0.01]) * figure.size * work[:, None]
        bow = (before - (lap + lace) / 2) * (4 * down * (1 - down))[:, None]
        places[side] = lap + (lace - lap) * down[:, None] + bow + wiggle
    return BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=reaching(
            figure, places, {s: np.array([0.1, k, 0.1]) for s, k in zip(SIDES, (1.0, -1.0), strict=True)}, pronation=1.3
        ),
        regions={**courses, "cervical_flexion": trial.bend("cervical_flexion") * down},
        pelvis=on_seat(trial),
        tilt=np.radians(trial.numbers["peaks"]["seated_tilt"]) * (1 - down) + trial.peak("tilt") * down,
        list=np.radians(2) * down,
    )
