"""Upward-facing dog: out of lying face down onto straight arms and insteps, hips and knees off the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.palms import on_palms
from synthgen.motion.exercises.prone import HIPS_ABOVE_FLOOR, legs_behind, places_of
from synthgen.motion.exercises.targets import SIDES, Arm, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """The chest rises (3–40 %), then the hips (14–50 %); held; down in reverse."""
    u, figure = trial.phase, trial.figure
    chest, hips = pulse(u, (0.03, 0.42), (0.58, 0.96)), pulse(u, (0.12, 0.48), (0.54, 0.90))
    regions = {
        "lumbar_flexion": trial.bend("lumbar_flexion") * hips,
        "thoracic_flexion": trial.bend("thoracic_flexion") * chest,
        "cervical_flexion": trial.bend("cervical_flexion") * chest - np.radians(14) * (1 - chest),
        "upper_cervical_flexion": trial.bend("upper_cervical_flexion") * chest - np.radians(8) * (1 - chest),
        "lumbar_lateral": trial.uneven(np.radians(2)) * hips,
        "thoracic_rotation": trial.uneven(np.radians(3), 1.0) * chest,
    }
    ground = HIPS_ABOVE_FLOOR * figure.size
    top = max(trial.numbers["hips"] * figure.leg * trial.style.depth, ground)
    height = ground + (top - ground) * hips
    feet = legs_behind(trial)
    # The hips stay as far from the planted ankles as they are when lying.
    ankle = feet["left"].ankle[0]
    away = np.hypot(ankle[0], ankle[2] - ground)
    pelvis = np.stack([ankle[0] + np.sqrt(away**2 - (height - ankle[2]) ** 2), 0 * u, height], -1)
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=lambda side, transforms: Arm(),
        regions=regions,
        pelvis=pelvis,
        tilt=np.radians(89) - trial.peak("pelvis_back") * hips,
        clavicles={f"{s}_elevation": -np.radians(8) * hips for s in SIDES},
        on_hands=True,
    )
    shoulder = figure.trunk(targets)("left_upper_arm")[:, :3, 3]
    highest = int(shoulder[:, 2].argmax())
    ahead = min(float(shoulder[highest, 0]) + 0.09 * figure.arm, 0.64 * figure.arm)
    elbows = [(0.15, 0.8), (0.35, 0.8)]
    return replace(targets, arms=on_palms(figure, targets, places_of(ahead, 1.3 * float(shoulder[highest, 1])), elbows))
