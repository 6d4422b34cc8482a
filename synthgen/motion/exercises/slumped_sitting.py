"""Sitting at a desk: from upright into a slump, as people do within minutes, and up again."""

from __future__ import annotations

import numpy as np

from synthgen.motion.exercises.handling import reaching
from synthgen.motion.exercises.seated import on_seat
from synthgen.motion.exercises.targets import SIDES, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Sinking (5–45 %), slumped, upright again (66–96 %); the hands stay on the keys."""
    u, figure = trial.phase, trial.figure
    slump = pulse(u, (0.05, 0.46), (0.66, 0.96))

    def between(upright: str, slumped: str) -> np.ndarray:
        """From one peak to the other; the upright one does not depend on the depth."""
        start = np.radians(trial.numbers["peaks"][upright])
        end = np.radians(trial.numbers["peaks"][slumped])
        return np.asarray(start + (end - start) * trial.style.depth * slump)

    pelvis = on_seat(trial)
    pelvis[:, 0] += 0.04 * figure.leg * slump * trial.style.depth  # the seat is slid forward
    desk = trial.numbers["desk"] * figure.leg
    places = {s: np.array([0.02, k * 0.15, 0.0]) * figure.leg + np.array([0, 0, desk]) for s, k in _OUT}
    return BodyTargets(
        frames=trial.frames,
        feet=trial.stance(width=1.5, toe_out=8),
        arms=reaching(figure, places, {s: np.array([-0.4, k, -0.9]) for s, k in _OUT}, pronation=1.9),
        regions={
            "lumbar_flexion": between("lumbar_flexion_upright", "lumbar_flexion"),
            "thoracic_flexion": between("thoracic_flexion_upright", "thoracic_flexion"),
            # The head goes ahead, the eyes stay on the screen.
            "cervical_flexion": trial.bend("cervical_flexion") * slump,
            "upper_cervical_flexion": trial.bend("upper_cervical_flexion") * slump,
            "lumbar_lateral": trial.uneven(np.radians(6)) * slump,
            "thoracic_lateral": -trial.uneven(np.radians(4)) * slump,
            "thoracic_rotation": trial.uneven(np.radians(6), 1.0) * slump,
        },
        pelvis=pelvis,
        tilt=between("upright_tilt", "slumped_tilt"),
        list=trial.uneven(np.radians(2)) * slump,
        clavicles={f"{s}_protraction": trial.peak("protraction") * slump for s in SIDES},
    )


_OUT = (("left", 1.0), ("right", -1.0))
