"""Cobra: from lying face down the chest rises, vertebra by vertebra, over hips that stay on the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.palms import on_palms
from synthgen.motion.exercises.prone import HIPS_ABOVE_FLOOR, legs_behind, places_of
from synthgen.motion.exercises.targets import Arm, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """The neck first, then the chest, then the lumbar spine (4–46 %); held; down in reverse."""
    u, figure = trial.phase, trial.figure
    neck, chest, low = (pulse(u, (a, a + 0.34), (b, b + 0.34)) for a, b in ((0.02, 0.62), (0.07, 0.59), (0.12, 0.56)))
    regions = {
        "lumbar_flexion": trial.bend("lumbar_flexion") * low,
        "thoracic_flexion": trial.bend("thoracic_flexion") * chest,
        # Who lies face down holds the nose off the floor.
        "cervical_flexion": np.minimum(trial.bend("cervical_flexion") * neck, 0) - np.radians(14) * (1 - neck),
        "upper_cervical_flexion": trial.bend("upper_cervical_flexion") * neck - np.radians(8) * (1 - neck),
        "lumbar_lateral": trial.uneven(np.radians(2)) * low,
        "thoracic_rotation": trial.uneven(np.radians(3), 1.0) * chest,
    }
    hips = np.tile([0.0, 0.0, HIPS_ABOVE_FLOOR * figure.size], (trial.frames, 1))
    targets = BodyTargets(
        frames=trial.frames,
        feet=legs_behind(trial),
        arms=lambda side, transforms: Arm(),
        regions=regions,
        pelvis=hips,
        tilt=np.radians(89) - trial.peak("pelvis_back") * low,
        clavicles={f"{s}_elevation": -np.radians(6) * low for s in ("left", "right")},
        on_hands=True,
    )
    places = places_of(0.62 * figure.arm, 0.46 * figure.arm)
    return replace(targets, arms=on_palms(figure, targets, places, [(0.35, 0.8)]))
