"""Downward-facing dog: out of a plank the hips rise until arms with trunk and legs are two sides of a wedge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.floor import shoulder_gap, tilt_until
from synthgen.motion.exercises.palms import on_palms, palm_height
from synthgen.motion.exercises.prone import places_of
from synthgen.motion.exercises.targets import SIDES, Arm, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial

_PLANK = np.radians(68)
"""Slope of the legs from the vertical in the plank."""
_MOST = np.radians(28)
"""By how much it falls at most: the hands stay as far away as in the plank."""


def program(trial: Trial) -> BodyTargets:
    """Up in 40 %, held, and back; hands and the balls of the feet stay where they are."""
    u, figure = trial.phase, trial.figure
    up = pulse(u, (0.03, 0.45), (0.57, 0.97))
    line = _PLANK - min(trial.peak("heels_down"), _MOST) * up
    pitch = np.clip(line - np.radians(10), np.radians(4), np.radians(62))
    width = 0.95 * figure.hip_half
    feet = {
        s: figure.foot(s, 0.0, k * width, k * np.radians(2), pitch) for s, k in zip(SIDES, (1.0, -1.0), strict=True)
    }
    leg = figure.legs["left"].reach(np.radians(5))[0]
    ankles = (feet["left"].ankle + feet["right"].ankle) / 2
    course = {
        n: trial.bend(f"{n}_plank") * (1 - up) + trial.bend(n) * up for n in ("lumbar_flexion", "thoracic_flexion")
    }
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=lambda side, transforms: Arm(),
        regions={
            **course,
            "cervical_flexion": trial.bend("cervical_flexion") * up - np.radians(8) * (1 - up),
            "lumbar_lateral": trial.uneven(np.radians(2)),
            "thoracic_rotation": trial.uneven(np.radians(2), 1.0),
        },
        pelvis=ankles + leg * np.stack([np.sin(line), 0 * line, np.cos(line)], -1),
        clavicles={f"{s}_elevation": trial.peak("clavicle") * up for s in SIDES},
        on_hands=True,
    )
    shoulders = figure.trunk(replace(targets, tilt=_PLANK - np.radians(2)))("left_upper_arm")[0, :3, 3]
    places = places_of(float(shoulders[0]) - 0.02 * figure.arm, 1.05 * float(shoulders[1]))
    tilt = tilt_until(
        figure,
        targets,
        shoulder_gap(figure, {s: np.array([*p, palm_height(figure)]) for s, p in places.items()}, np.radians(8)),
        _PLANK + trial.peak("heels_down") * 1.5 * up,
    )
    targets = replace(targets, tilt=tilt)
    return replace(targets, arms=on_palms(figure, targets, places, [(0.5, 0.0), (0.3, 0.0)]))
