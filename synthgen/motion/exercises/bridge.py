"""Bridge: lying on the back, the hips rise over planted feet until only shoulders, arms and head lie on the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.resting import Rest, settled
from synthgen.motion.exercises.supine import HIPS_ABOVE_FLOOR, LAID_FLAT, arms_beside, feet_flat, head_down
from synthgen.motion.exercises.targets import Arm, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial

_BACK = tuple(f"{v}.skin" for v in ("C7", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10"))


def program(trial: Trial) -> BodyTargets:
    """Up in 40 %, held, and down, the back rolling off the floor and onto it again."""
    u, figure = trial.phase, trial.figure
    up = pulse(u, (0.04, 0.44), (0.58, 0.96))
    early = pulse(u, (0.02, 0.36), (0.66, 0.98))
    rest = trial.bend("lumbar_flexion_rest")
    regions = {
        "lumbar_flexion": rest + (trial.bend("lumbar_flexion") - rest) * up,
        "thoracic_flexion": LAID_FLAT + (trial.bend("thoracic_flexion") - LAID_FLAT) * early,
        "lumbar_lateral": trial.uneven(np.radians(2)) * up,
    }
    low = HIPS_ABOVE_FLOOR * figure.size
    height = low + (trial.numbers["hips"] * figure.leg - low) * min(trial.style.depth, 1.1) * up
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet_flat(trial, trial.numbers["heels"] * figure.leg),
        arms=lambda side, transforms: Arm(),
        regions=regions,
        pelvis=np.stack([0 * u, 0 * u, height], -1),
        tilt=-np.pi / 2 - 0.4 * up,
    )
    targets = settled(figure, targets, [Rest(_BACK)], free=("tilt",))
    # The upper back stays where it is.
    back = figure.trunk(targets)("T3")[:, 0, 3]
    pelvis = np.array(targets.pelvis)
    pelvis[:, 0] -= back - back[0]
    targets = head_down(figure, replace(targets, pelvis=pelvis))
    return replace(targets, arms=arms_beside(figure, targets), on_hands=True)
