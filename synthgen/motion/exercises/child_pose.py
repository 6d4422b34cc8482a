"""Child's pose: from all fours back onto the heels, the spine rounded over the thighs, the arms stretched ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.floor import kneeling_hips, on_insteps
from synthgen.motion.exercises.palms import on_palms, palm_height
from synthgen.motion.exercises.prone import places_of
from synthgen.motion.exercises.resting import Rest, settled
from synthgen.motion.exercises.targets import SIDES, Arm, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial

_TABLE = np.radians(84)
"""Tilt of the pelvis on all fours."""
_FOLDED = np.radians(66)
"""How far the thighs lean back at most: the knees bend by 90° more."""


def program(trial: Trial) -> BodyTargets:
    """Back in 42 %, held, and onto all fours again; the hands stay where they are."""
    u, figure = trial.phase, trial.figure
    back = pulse(u, (0.03, 0.45), (0.58, 0.97))
    rounded = pulse(u, (0.08, 0.48), (0.55, 0.92))
    knees = {s: np.array([0.0, k * figure.hip_half]) for s, k in zip(SIDES, (1.0, -1.0), strict=True)}
    targets = BodyTargets(
        frames=trial.frames,
        feet=on_insteps(figure, trial.frames, knees),
        arms=lambda side, transforms: Arm(),
        regions={
            "lumbar_flexion": trial.bend("lumbar_flexion") * rounded,
            "thoracic_flexion": trial.bend("thoracic_flexion") * rounded,
            "cervical_flexion": trial.bend("cervical_flexion") * rounded - np.radians(8) * (1 - rounded),
            "lumbar_lateral": trial.uneven(np.radians(3)) * rounded,
            "thoracic_rotation": trial.uneven(np.radians(3), 1.0),
        },
        pelvis=kneeling_hips(figure, min(trial.peak("back"), _FOLDED) * back),
        tilt=_TABLE,
        on_hands=True,
        lying=dict.fromkeys((f"{s}_knee" for s in SIDES), True),
    )
    # At the bottom the head lies on the floor.
    deep = settled(figure, targets, [Rest(("head_front", "head_top"), 0.01)], free=("tilt",)).tilt
    lowest = int(back.argmax())
    targets = replace(targets, tilt=_TABLE + (np.asarray(deep)[lowest] - _TABLE) * min(trial.style.depth, 1.0) * back)
    places = places_of(*_palms(figure, targets, lowest))
    return replace(targets, arms=on_palms(figure, targets, places, [(0.8, 0.2), (0.5, 0.1)]))


def _palms(figure: Figure, targets: BodyTargets, lowest: int) -> tuple[float, float]:
    """How far ahead and aside the palms are: before the head of who is down, and within the reach of every frame."""
    shoulders = np.stack([figure.trunk(targets)(f"{s}_upper_arm")[:, :3, 3] for s in SIDES])
    low, aside = palm_height(figure), 1.15 * float(shoulders[0, 0, 1])
    reach = float(figure.arms["left"].reach(np.radians(8))[0])
    flat = reach**2 - (shoulders[..., 2] - low) ** 2 - (np.abs(shoulders[..., 1]) - aside) ** 2
    ahead = float((shoulders[..., 0] + np.sqrt(np.maximum(flat, 0.0))).min())
    return min(ahead, float(shoulders[0, lowest, 0]) + 0.66 * figure.arm), aside
