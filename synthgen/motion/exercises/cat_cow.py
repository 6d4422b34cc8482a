"""Cat and cow on all fours: the whole spine rounds and hollows between planted hands and knees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.arms import flat_palm
from synthgen.motion.exercises.floor import kneeling_hips, on_insteps, shoulder_gap, supporting, tilt_until
from synthgen.motion.exercises.targets import SIDES, Arm, BodyTargets
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """From cow (hollow, looking up) to cat (round, head hanging) and back; the pelvis follows from the hands' place."""
    figure = trial.figure
    wave = -np.cos(trial.turn)  # −1 cow, +1 cat
    late = -np.cos(trial.turn - 0.25)  # the wave runs from the pelvis to the head
    regions = {}
    for region, course in (
        ("lumbar", wave),
        ("thoracic", 0.5 * (wave + late)),
        ("cervical", late),
        ("upper_cervical", late),
    ):
        cat, cow = trial.peak(f"{region}_cat"), trial.peak(f"{region}_cow")
        regions[f"{region}_flexion"] = (cat + cow) / 2 + (cat - cow) / 2 * course
    regions["lumbar_lateral"] = trial.uneven(np.radians(2))
    regions["thoracic_rotation"] = trial.uneven(np.radians(2), 1.0)

    knees = {s: np.array([0.0, k * figure.hip_half]) for s, k in (("left", 1.0), ("right", -1.0))}
    feet = on_insteps(figure, trial.frames, knees)
    hips = kneeling_hips(figure, np.radians(3) * (1 - wave) / 2 - np.radians(2))
    push = trial.peak("protraction") * late
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=lambda side, transforms: Arm(),
        regions=regions,
        pelvis=hips,
        clavicles={f"{s}_protraction": push for s in SIDES},
        on_hands=True,
        lying=dict.fromkeys((f"{s}_knee" for s in SIDES), True),
    )
    flat = replace(targets, regions={}, clavicles={})
    palms = {s: flat_palm(figure, s, np.radians(8)) for s in SIDES}
    reach = float(figure.arms["left"].reach(np.radians(7))[0])
    # The hands stand under the shoulders of the flat back.
    table = tilt_until(figure, flat, lambda t: t("left_upper_arm")[:, 2, 3] - palms["left"][1] - reach)
    under = figure.trunk(replace(flat, tilt=table))
    wrists = {s: np.append(under(f"{s}_upper_arm")[0, :2, 3] + (0.02, 0.0), palms[s][1]) for s in SIDES}
    tilt = tilt_until(figure, targets, shoulder_gap(figure, wrists, np.radians(7)))
    return replace(targets, tilt=tilt, arms=supporting(wrists, {s: p[0] for s, p in palms.items()}))
