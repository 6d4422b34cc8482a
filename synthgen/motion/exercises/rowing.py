"""Rowing on the floor: from the rounded catch, arms stretched to the feet, to the lean back, hands at the ribs."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import reaching
from synthgen.motion.exercises.seated import legs_ahead, on_floor
from synthgen.motion.exercises.targets import SIDES, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """The trunk swings back (5–42 %), the arms follow (20–50 %); arms away first on the way forward."""
    u, figure = trial.phase, trial.figure
    swing = pulse(u, (0.04, 0.42), (0.60, 0.98))
    pull = pulse(u, (0.18, 0.50), (0.54, 0.82))
    regions = {}
    for region in ("lumbar", "thoracic"):
        name = f"{region}_flexion"
        regions[name] = trial.bend(f"{name}_catch") * (1 - swing) + trial.bend(f"{name}_finish") * swing
    regions |= {
        "cervical_flexion": trial.bend("cervical_flexion_catch") * (1 - swing),
        "lumbar_lateral": trial.uneven(np.radians(3)),
        "thoracic_rotation": trial.uneven(np.radians(4), 1.0),
    }
    leg, out = figure.leg, dict(zip(SIDES, (1.0, -1.0), strict=True))
    places = {}
    for side, sign in out.items():
        far, near = np.array([0.70, sign * 0.13, 0.33]) * leg, np.array([0.17, sign * 0.20, 0.46]) * leg
        places[side] = far + (near - far) * pull[:, None]
    return BodyTargets(
        frames=trial.frames,
        feet=legs_ahead(trial),
        arms=reaching(figure, places, {s: np.array([-1.0, 0.7 * k, -0.5]) for s, k in out.items()}, pronation=1.6),
        regions=regions,
        pelvis=on_floor(trial),
        tilt=trial.peak("catch_tilt") * (1 - swing) + trial.peak("finish_tilt") * swing,
        clavicles={f"{s}_protraction": trial.peak("retraction") * (0.6 - 1.4 * pull) for s in SIDES},
    )
