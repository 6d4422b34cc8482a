"""Side plank on the right hand and foot: the hips dip and rise, the left arm points up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.floor import root
from synthgen.motion.exercises.palms import on_palms, palm_height
from synthgen.motion.exercises.targets import Arm, ArmCourse, BodyTargets, Foot, Transforms, X, pointing
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial

_EDGE = 0.062
"""Metres from the floor to the ankle of a foot on its outer edge (an estimate)."""

_HIGHEST = np.radians(6.2)
"""By how much the hips rise over the straight line at most, seen from the feet: the hand would stand too far out."""
_UPPER = np.array([0.02, 0.034, 0.100])
"""Metres from the lower to the upper ankle: one foot lies on the other."""
_SHARES = {"lumbar": 0.55, "thoracic": 0.45}
"""How the trunk's bend to the side is shared out."""


def program(trial: Trial) -> BodyTargets:
    """Dip (6–40 %), then higher than straight (44–92 %)."""
    u, figure = trial.phase, trial.figure
    dip, rise = pulse(u, (0.04, 0.24), (0.28, 0.50)), pulse(u, (0.48, 0.68), (0.74, 0.98))
    slope = np.radians(trial.numbers["slope"]) + trial.peak("dip") * dip - min(trial.peak("rise"), _HIGHEST) * rise
    regions = {n: trial.bend(n) * rise for n in ("thoracic_rotation", "cervical_rotation", "upper_cervical_rotation")}
    high = _EDGE * figure.size
    ankle = np.array([0.0, 0.0, high])
    reach = float(figure.legs["right"].reach(np.radians(14))[0])
    way = np.stack([0 * u, -np.sin(slope), np.cos(slope)], -1)
    zero, never = 0.0 * u, np.zeros(trial.frames, bool)
    ahead = np.broadcast_to(X, (trial.frames, 3))
    turned = np.broadcast_to(np.eye(3), (trial.frames, 3, 3))
    targets = BodyTargets(
        frames=trial.frames,
        feet={
            "right": Foot(np.tile(ankle, (trial.frames, 1)), turned, zero, never, never, ahead, 0.0),
            "left": Foot(
                np.tile(ankle + figure.size * _UPPER, (trial.frames, 1)),
                turned,
                zero,
                never,
                never,
                ahead,
                0.0,
            ),
        },
        arms=lambda side, transforms: Arm(),
        regions=regions,
        pelvis=np.zeros((trial.frames, 3)),
        on_hands={"right": np.ones(trial.frames, bool)},
        lying={"right_ankle": True, "left_ankle": True},
    )

    # The pelvis stays in line with the legs; the spine makes up for its dips.
    side = np.stack([0 * u, -np.cos(slope), -np.sin(slope)], -1)
    targets = replace(targets, list=slope, pelvis=ankle + reach * way - figure.hip_half * side)
    arm = float(figure.arms["right"].reach(np.radians(6))[0])
    straight = replace(targets, list=np.radians(trial.numbers["slope"]) + 0 * u)
    hand = figure.trunk(straight)("right_upper_arm")[0, :3, 3] * (1.0, 1.0, 0.0) + (
        0.30 * figure.arm,
        0.16 * figure.arm,
        palm_height(figure),
    )

    def bent(bend: np.ndarray) -> BodyTargets:
        shares = {f"{r}_lateral": share * bend for r, share in _SHARES.items()}
        return replace(targets, regions={**regions, **shares})

    def gap(bend: np.ndarray) -> np.ndarray:
        shoulder = figure.trunk(bent(bend))("right_upper_arm")[:, :3, 3]
        return np.asarray(np.linalg.norm(shoulder - hand, axis=-1) - arm)

    targets = bent(root(gap, 0.0 * u))
    standing = on_palms(figure, targets, {"right": (hand[0], hand[1])}, [(-3.0, 0.0), (-1.0, 0.0)])
    return replace(targets, arms=_arms(trial, standing))


def _arms(trial: Trial, standing: ArmCourse) -> ArmCourse:
    """The right arm on its palm, the left one up, a little before the chest."""

    def course(side: str, transforms: Transforms) -> Arm:
        if side == "right":
            return standing(side, transforms)
        chest = trial.figure.upright("T6", transforms("T6"))
        way = chest @ np.array([0.36, 0.93, 0.05])
        return Arm(rotation=pointing(way, chest @ np.array([0.7, -0.2, 0.8])), elbow=0.1, pronation=1.0)

    return course
