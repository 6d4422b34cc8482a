"""Lying on the back, feet ahead (+X), face up: what the exercises out of it share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.palms import on_palms
from synthgen.motion.exercises.prone import places_of
from synthgen.motion.exercises.resting import BACK_OF_HEAD
from synthgen.motion.exercises.targets import SIDES, ArmCourse, BodyTargets, Foot
from synthgen.motion.exercises.trial import Trial

HIPS_ABOVE_FLOOR = 0.096
"""Metres of flesh between the hip joints and the floor under a reference adult who lies on the back (an estimate)."""


LAID_FLAT = np.radians(-8)
"""By which the floor straightens the thoracic spine of who lies on it (an estimate)."""
_LEAST_NECK = np.radians(-22)
"""Beyond this the neck is not bent back to lay the head down; there a cushion would lie."""


def feet_flat(trial: Trial, ahead: float) -> dict[str, Foot]:
    """Flat feet ``ahead`` of the hip joints (metres), so that the knees stand straight above the line to them."""
    figure, still = trial.figure, np.zeros(trial.frames)
    return {
        side: figure.foot(side, ahead, sign * figure.hip_half, 0.0, still)
        for side, sign in zip(SIDES, (1.0, -1.0), strict=True)
    }


def head_down(figure: Figure, targets: BodyTargets) -> BodyTargets:
    """The same with a neck that lays the back of the head on the floor."""
    goal = BACK_OF_HEAD * figure.size
    offset = figure.body.landmarks["head_centre"][1]

    def gap(neck: np.ndarray) -> np.ndarray:
        bent = {"cervical_flexion": 0.7 * neck, "upper_cervical_flexion": 0.3 * neck}
        skull = figure.trunk(replace(targets, regions={**targets.regions, **bent}))("skull")
        return np.asarray(skull[:, 2, 3] + skull[:, 2, :3] @ offset - goal)

    before, neck = np.zeros(targets.frames), np.full(targets.frames, 0.1)
    was = gap(before)
    for _ in range(8):
        now = gap(neck)
        if np.abs(now).max() < 1e-5:
            break
        slope = (now - was) / np.where(np.abs(neck - before) > 1e-9, neck - before, 1.0)
        before, was = neck, now
        neck = neck - np.clip(now / np.where(np.abs(slope) > 1e-3, slope, 0.2), -0.3, 0.3)
    high = min(figure.ranges["cervical_flexion"][1] / 0.7, figure.ranges["upper_cervical_flexion"][1] / 0.3)
    neck = np.clip(neck, _LEAST_NECK, 0.97 * high)
    return replace(
        targets, regions={**targets.regions, "cervical_flexion": 0.7 * neck, "upper_cervical_flexion": 0.3 * neck}
    )


def arms_beside(figure: Figure, targets: BodyTargets) -> ArmCourse:
    """Arms along the body, palms on the floor beside the hips, where the first frame has room for them."""
    shoulder = figure.trunk(targets)("left_upper_arm")[:, :3, 3]
    places = places_of(float(shoulder[:, 0].max()) + 0.80 * figure.arm, 0.56 * figure.arm)
    return on_palms(figure, targets, places, [(3.0, 0.4), (3.0, 1.0)])
