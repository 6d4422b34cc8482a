"""Thread the needle: from all fours the right arm slides under the chest to the left, its shoulder to the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.floor import kneeling_hips, on_insteps, tilt_until
from synthgen.motion.exercises.handling import within_reach
from synthgen.motion.exercises.palms import on_palms, palm_height
from synthgen.motion.exercises.prone import places_of
from synthgen.motion.exercises.targets import SIDES, Arm, ArmCourse, BodyTargets, Transforms
from synthgen.motion.exercises.timing import pulse, ramp
from synthgen.motion.exercises.trial import Trial

_SHOULDER_DOWN = 0.22
"""Shoulder joint above the floor when the shoulder lies on it, of the arm's length."""


def program(trial: Trial) -> BodyTargets:
    """Under and down in 40 %, held, and back; the left hand and the knees stay where they are."""
    u, figure = trial.phase, trial.figure
    under = pulse(u, (0.04, 0.44), (0.60, 0.96))
    turn = pulse(u, (0.08, 0.46), (0.58, 0.92))
    knees = {s: np.array([0.0, k * figure.hip_half]) for s, k in zip(SIDES, (1.0, -1.0), strict=True)}
    names = (
        "lumbar_rotation",
        "lumbar_lateral",
        "thoracic_rotation",
        "thoracic_lateral",
        "cervical_rotation",
        "upper_cervical_rotation",
        "cervical_lateral",
    )
    targets = BodyTargets(
        frames=trial.frames,
        feet=on_insteps(figure, trial.frames, knees),
        arms=lambda side, transforms: Arm(),
        regions={
            **{n: trial.bend(n) * turn for n in names},
            **{f"{r}_flexion": trial.bend(f"{r}_flexion") * under for r in ("lumbar", "thoracic")},
            "cervical_flexion": -np.radians(8) - trial.bend("cervical_flexion") * under,
        },
        pelvis=kneeling_hips(figure, trial.peak("back") * under),
        clavicles={"right_protraction": trial.peak("protraction") * turn},
        on_hands={"left": np.ones(trial.frames, bool)},
        lying=dict.fromkeys((f"{s}_knee" for s in SIDES), True),
    )
    palm = palm_height(figure)
    reach = float(figure.arms["left"].reach(np.radians(8))[0])
    flat = replace(targets, regions={})
    table = tilt_until(figure, flat, lambda t: t("left_upper_arm")[:, 2, 3] - palm - 0.93 * reach)
    shoulder = figure.trunk(replace(flat, tilt=table))("left_upper_arm")[0, :3, 3]
    places = places_of(float(shoulder[0]) + 0.26 * figure.arm, 1.3 * float(shoulder[1]))
    level = 0.93 * reach + palm
    height = level + (_SHOULDER_DOWN * figure.arm - level) * min(trial.style.depth, 1.0) * under
    tilt = tilt_until(figure, targets, lambda t: t("right_upper_arm")[:, 2, 3] - height, np.radians(86))
    targets = replace(targets, tilt=tilt)
    left = on_palms(figure, targets, {"left": places["left"]}, [(0.8, 0.0)])
    return replace(targets, arms=_arms(trial, left, np.array([*places["right"], palm])))


def _arms(trial: Trial, standing: ArmCourse, start: np.ndarray) -> ArmCourse:
    """The left arm on its palm; the right one from its palm along the floor to the left."""
    figure, u = trial.figure, trial.phase
    # Off the floor early, through low, and back likewise.
    away = ramp(u, 0.0, 0.12) - ramp(u, 0.88, 1.0)
    across = pulse(u, (0.07, 0.44), (0.58, 0.95))
    lifted = start + np.array([-0.06, 0.06, 0.19]) * figure.size
    far = np.array(
        [start[0] - 0.20 * figure.size, 0.46 * figure.size, (0.10 + 0.08 * max(1 - trial.style.depth, 0)) * figure.size]
    )
    path = start + (lifted - start) * away[:, None] + (far - lifted) * across[:, None]

    def course(side: str, transforms: Transforms) -> Arm:
        frames = len(transforms("pelvis"))
        if side == "left":
            return standing(side, transforms)
        wrist = within_reach(figure, side, transforms, path)
        return Arm(
            wrist=wrist,
            elbow_towards=np.broadcast_to(np.array([-1.0, -0.8, 0.3]), (frames, 3)),
            pronation=2.6 - 1.2 * across,
            # A palm that still lies on the floor.
            wrist_flexion=-np.radians(78) * (1 - across),
        )

    return course
