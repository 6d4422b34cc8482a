"""Supine twist: the knees sink to the right, the pelvis rolls after them, the shoulders stay on the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.free_legs import directed
from synthgen.motion.exercises.resting import Rest, settled
from synthgen.motion.exercises.supine import LAID_FLAT
from synthgen.motion.exercises.targets import Arm, ArmCourse, BodyTargets, Transforms, Z, pointing
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial

_LEAST = np.radians(8)
"""Roll of the pelvis from which the twist starts: the weight of the bent legs has begun to turn it."""


def program(trial: Trial) -> BodyTargets:
    """Down to the right in 40 %, held, and up again."""
    u, figure = trial.phase, trial.figure
    down = pulse(u, (0.03, 0.44), (0.58, 0.97))
    roll = _LEAST + (min(trial.peak("roll"), np.radians(60)) - _LEAST) * np.maximum(down, 0)
    share = (roll - _LEAST) / np.radians(56)
    fall = _LEAST + (min(trial.peak("legs"), np.radians(95)) - _LEAST) * down
    names = ("lumbar_rotation", "thoracic_rotation", "lumbar_lateral", "cervical_rotation", "upper_cervical_rotation")
    scale = {n: np.radians(trial.numbers["peaks"][n]) for n in names}
    targets = BodyTargets(
        frames=trial.frames,
        feet={},
        arms=_arms(trial),
        regions={
            # The chest does not follow the pelvis.
            "lumbar_rotation": scale["lumbar_rotation"] * share,
            "thoracic_rotation": scale["thoracic_rotation"] * share,
            "lumbar_lateral": scale["lumbar_lateral"] * share,
            "lumbar_flexion": trial.bend("lumbar_flexion") + 0 * u,
            "thoracic_flexion": LAID_FLAT + 0 * u,
            # The eyes look over the left hand.
            "cervical_rotation": scale["cervical_rotation"] * down * trial.style.depth,
            "upper_cervical_rotation": scale["upper_cervical_rotation"] * down * trial.style.depth,
            "cervical_flexion": -np.radians(12) + 0 * u,
        },
        pelvis=np.zeros((trial.frames, 3)),
        # On the back and rolled to the right: the same as lying on the right side and turned up from there.
        yaw=-np.pi / 2,
        tilt=roll - np.pi / 2,
        list=np.pi / 2,
    )
    hips = Rest(("sacrum", "left_hip", "right_hip", "right_pelvis_side", *(f"T{k}.skin" for k in range(5, 11))))
    targets = settled(figure, targets, [hips], free=("height",))
    return replace(targets, feet=directed(figure, targets, *_legs(fall)))


def _legs(fall: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Directions of thighs and shanks of bent legs that have fallen to the right by ``fall`` (T,) radians."""
    thigh: dict[str, np.ndarray] = {}
    shank: dict[str, np.ndarray] = {}
    for side, apart in (("left", -0.02), ("right", 0.05)):
        angle = fall + apart * np.sin(fall)
        for out, along, up in ((thigh, 0.45, 0.89), (shank, 0.52, -0.85)):
            out[side] = np.stack([along + 0 * angle, -up * np.sin(angle), up * np.cos(angle)], -1)
    return thigh, shank


def _arms(trial: Trial) -> ArmCourse:
    """Arms aside on the floor, a little towards the feet."""

    def course(side: str, transforms: Transforms) -> Arm:
        sign = 1.0 if side == "left" else -1.0
        frames = len(transforms("pelvis"))
        shoulder = transforms(f"{side}_upper_arm")[:, 2, 3]
        way = np.stack(
            [
                np.full(frames, 0.45),
                np.full(frames, sign * 0.85),
                (0.045 * trial.figure.size - shoulder) / trial.figure.arm,
            ],
            -1,
        )
        return Arm(rotation=pointing(way, np.broadcast_to(Z, way.shape)), elbow=0.08, pronation=1.5)

    return course
