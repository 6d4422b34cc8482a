"""Lying on the right side: from stretched out to curled up and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.free_legs import directed
from synthgen.motion.exercises.handling import within_reach
from synthgen.motion.exercises.resting import Rest, settled
from synthgen.motion.exercises.targets import Arm, ArmCourse, BodyTargets, Transforms, pointing
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Curling up (4–46 %), curled, and out again."""
    u, figure = trial.phase, trial.figure
    curl = pulse(u, (0.04, 0.46), (0.60, 0.97))
    peaks = trial.numbers["peaks"]
    stretched = np.radians(peaks["lumbar_flexion_stretched"])
    targets = BodyTargets(
        frames=trial.frames,
        feet={},
        arms=_arms(trial, curl),
        regions={
            "lumbar_flexion": stretched + (trial.bend("lumbar_flexion") - stretched) * curl,
            "thoracic_flexion": trial.bend("thoracic_flexion") * curl,
            "cervical_flexion": trial.bend("cervical_flexion") * curl,
            "cervical_lateral": np.radians(peaks["lateral_neck"]) + 0 * u,
            "thoracic_rotation": trial.bend("thoracic_rotation") * curl,
        },
        pelvis=np.zeros((trial.frames, 3)),
        yaw=-np.pi / 2,
        tilt=-np.radians(2) + trial.uneven(np.radians(3)),
        list=np.radians(85),
        clavicles={"right_protraction": np.radians(24), "right_elevation": np.radians(10)},
    )
    rests = [Rest(("right_hip", "right_pelvis_side")), Rest(("right_shoulder", "right_chest_side"))]
    targets = settled(figure, targets, rests, free=("height", "list"))
    hip, knee = (_folding(trial, joint, curl) for joint in ("hip", "knee"))
    thigh, shank = {}, {}
    for side, drop in (("left", -0.28), ("right", -0.09)):
        thigh[side] = np.stack([np.cos(hip[side]), -np.sin(hip[side]), drop + 0 * curl], -1)
        bent = hip[side] - knee[side]
        shank[side] = np.stack([np.cos(bent), -np.sin(bent), -0.10 * (side == "left") + 0 * curl], -1)
    return replace(targets, feet=directed(figure, targets, thigh, shank))


_UNEVEN = (("left", 1.0), ("right", 0.9))
"""The upper leg is drawn up further."""


def _folding(trial: Trial, joint: str, curl: np.ndarray) -> dict[str, np.ndarray]:
    """Side → (T,) flexion of a joint, radians; stretched it does not depend on the depth."""
    stretched = np.radians(trial.numbers["peaks"][f"{joint}_stretched"])
    return {s: stretched + (trial.peak(joint) * share - stretched) * curl for s, share in _UNEVEN}


def _arms(trial: Trial, curl: np.ndarray) -> ArmCourse:
    """The right arm bent before the face; the left hand on the floor before the chest."""
    figure = trial.figure

    def course(side: str, transforms: Transforms) -> Arm:
        shoulder = transforms(f"{side}_upper_arm")[:, :3, 3]
        zero = 0 * curl
        if side == "right":
            way = np.stack([-0.3 + zero, -0.9 + zero, (0.045 * figure.size - shoulder[:, 2]) / figure.arm], -1)
            opens = np.broadcast_to(np.array([-1.0, 0.1, 0.25]), way.shape)
            return Arm(rotation=pointing(way, opens), elbow=1.75, pronation=1.2)
        chest = transforms("T6")[:, :3, 3]
        before = np.stack(
            [chest[:, 0] + 0.42 * figure.arm, chest[:, 1] - 0.80 * figure.arm, 0.20 * figure.size + zero], -1
        )
        towards = np.broadcast_to(np.array([0.1, -0.47, 1.0]), before.shape)
        return Arm(wrist=within_reach(figure, side, transforms, before), elbow_towards=towards, pronation=1.5)

    return course
