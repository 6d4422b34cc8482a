"""What a program asks of a figure: where feet, arms, trunk and balance shall be, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from synthgen.motion.exercises.limbs import frame

SIDES = ("left", "right")
X, Y, Z = np.eye(3)


@dataclass(frozen=True)
class Foot:
    """Where a foot is: ankle (T, 3) metres, rotation (T, 3, 3), toe extension (T,) radians.

    ``heel_down`` and ``toes_down`` (T,) say when these stand still on the floor. The knee bends in the plane that holds
    the foot's axis. With ``knee_towards`` (T, 3), the direction in which the knee points from the line hip–ankle, the
    foot follows the shank instead: by ``dorsiflexion`` and ``inversion`` (radians), and ``rotation`` is not read.
    """

    ankle: np.ndarray
    rotation: np.ndarray
    toes: np.ndarray
    heel_down: np.ndarray
    toes_down: np.ndarray
    knee_towards: np.ndarray | None = None
    dorsiflexion: np.ndarray | float = 0.0
    inversion: np.ndarray | float = 0.0


@dataclass(frozen=True)
class Arm:
    """What an arm does, in one of two ways.

    By direction: ``rotation`` of the upper arm (world) and ``elbow`` (radians). By place: ``wrist`` (world, metres)
    and ``elbow_towards``, the direction in which the elbow points from the line shoulder–wrist.
    The hand follows ``hand`` (world rotation; palm along +X, fingers along −Z) or else ``pronation`` and
    ``wrist_flexion``.
    """

    rotation: np.ndarray | None = None
    elbow: np.ndarray | float = 0.1
    wrist: np.ndarray | None = None
    elbow_towards: np.ndarray | None = None
    hand: np.ndarray | None = None
    pronation: np.ndarray | float = 1.2
    wrist_flexion: np.ndarray | float = 0.0


Transforms = Callable[[str], np.ndarray]
"""Segment name → (T, 4, 4) world transforms of the pelvis, the spine and the clavicles."""

ArmCourse = Callable[[str, Transforms], Arm]
"""Side and trunk → what that side's arm does."""


@dataclass(frozen=True)
class BodyTargets:
    """What a program asks of the figure; angles in radians, (T,) arrays or numbers.

    Attributes:
        frames: T.
        feet: side → :class:`Foot`.
        arms: what the arms do once the trunk is known.
        regions: rhythm name → the region's total angle (``lumbar_flexion`` …).
        pelvis: (T, 3) place of the hips' middle; x and y are starting values where ``balance`` rules them.
        yaw, tilt, list: pelvis turned left, tilted forward, leant to the right.
        knee: flexion of the straighter knee; sets the pelvis' height. None: ``pelvis`` sets it.
        balance: (T, 2) where the centre of mass stands over the floor, NaN for an axis that ``pelvis`` rules.
        clavicles: ``left_elevation`` … → angles of the shoulder girdle.
        on_hands: where the palms stand on the floor: throughout, or side → (T,).
        lying: other landmarks that stay where they are on the floor → when (T,).
    """

    frames: int
    feet: Mapping[str, Foot]
    arms: ArmCourse
    regions: Mapping[str, np.ndarray | float]
    pelvis: np.ndarray
    yaw: np.ndarray | float = 0.0
    tilt: np.ndarray | float = 0.0
    list: np.ndarray | float = 0.0
    knee: np.ndarray | float | None = None
    balance: np.ndarray | None = None
    clavicles: Mapping[str, np.ndarray | float] = field(default_factory=dict)
    on_hands: bool | Mapping[str, np.ndarray] = False
    lying: Mapping[str, np.ndarray | bool] = field(default_factory=dict)


def pointing(direction: np.ndarray, elbow_opens: np.ndarray) -> np.ndarray:
    """(T, 3, 3) rotation of an upper arm along ``direction`` whose forearm flexes towards ``elbow_opens``."""
    return frame(-np.asarray(direction, float), elbow_opens)
