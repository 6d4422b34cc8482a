"""What arms do when they carry no load: hang, rise, or hold the hands together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.rotations import axis_angle
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.limbs import frame
from synthgen.motion.exercises.targets import Arm, ArmCourse, Transforms, X, Y, Z, pointing
from synthgen.motion.exercises.timing import min_jerk


def hanging(
    forward: np.ndarray | float = 0.05,
    aside: np.ndarray | float = 0.12,
    elbow: np.ndarray | float = 0.25,
    pronation: np.ndarray | float = 1.3,
    heading: np.ndarray | float = 0.0,
) -> ArmCourse:
    """Arms that hang under gravity, swung ``forward`` and ``aside`` by radians, seen from the trunk's ``heading``."""

    def course(side: str, transforms: Transforms) -> Arm:
        sign = 1.0 if side == "left" else -1.0
        frames = len(transforms("pelvis"))
        swing, spread, yaw = (np.broadcast_to(np.asarray(a, float), frames) for a in (forward, aside, heading))
        facing = axis_angle(Z, yaw)
        turn = facing @ axis_angle(X, sign * spread) @ axis_angle(-Y, swing)
        inward = turn @ axis_angle(Z, -sign * 0.25 * np.ones(frames))
        return Arm(rotation=pointing(-turn[:, :, 2], inward[:, :, 0]), elbow=elbow, pronation=pronation)

    return course


def raised(
    figure: Figure,
    height: Mapping[str, np.ndarray],
    plane: float,
    elbow: np.ndarray | float = 0.25,
    pronation: np.ndarray | float = 1.2,
) -> ArmCourse:
    """Arms raised against the chest; low arms hang under gravity whatever the chest does.

    Args:
        figure: who.
        height: side → (T,) radians from hanging (0) to straight up (π).
        plane: radians; 0 raises sideways, π/2 forward.
        elbow, pronation: radians.
    """

    def course(side: str, transforms: Transforms) -> Arm:
        sign = 1.0 if side == "left" else -1.0
        way = np.sin(plane) * X + sign * np.cos(plane) * Y
        chest = Rotation.from_matrix(figure.upright("T6", transforms("T6"))).as_rotvec()
        follows = min_jerk(height[side] / np.radians(80))[:, None]
        turn = Rotation.from_rotvec(follows * chest).as_matrix() @ axis_angle(np.cross(-Z, way), height[side])
        opens = turn @ axis_angle(Z, np.asarray(-sign * 0.25)) @ X
        return Arm(rotation=pointing(-turn[:, :, 2], opens), elbow=elbow, pronation=pronation)

    return course


def clasped(figure: Figure, ahead: float, up: np.ndarray | float, lag: np.ndarray | float = 0.0) -> ArmCourse:
    """Both hands together before the chest.

    Args:
        figure: who.
        ahead: of the chest's middle vertebra, in arm lengths.
        up: the same, upwards.
        lag: radians by which the hands trail the chest's rotation to the left.
    """

    def course(side: str, transforms: Transforms) -> Arm:
        sign = 1.0 if side == "left" else -1.0
        chest = transforms("T6")
        turn = figure.upright("T6", chest)
        local = np.stack(np.broadcast_arrays(ahead * np.cos(lag), sign * 0.06 + ahead * np.sin(lag), up), -1)
        wrist = chest[:, :3, 3] + (turn @ np.broadcast_to(figure.arm * local, (len(chest), 3))[..., None])[..., 0]
        # Palm against palm, fingers forward and up.
        hand = turn @ axis_angle(Z, np.broadcast_to(lag, len(chest))) @ frame(np.array([-0.7, 0.0, -0.72]), -sign * Y)
        return Arm(wrist=wrist, elbow_towards=turn @ np.array([-0.3, sign * 0.7, -1.0]), hand=hand)

    return course


def flat_palm(figure: Figure, side: str, fingers: float) -> tuple[np.ndarray, float]:
    """A palm on the floor: (3, 3) hand rotation with fingers along X, and the wrist's height (m).

    ``fingers``: radians by which the fingers point outwards. The hand slopes by 9° because the wrist's centre
    lies higher above the floor than the fingertips' (a thickness, not a length of the model).
    """
    sign = 1.0 if side == "left" else -1.0
    slope = np.radians(9)
    # Palm (X) down, fingers (−Z) forward; the slope lowers the fingertips.
    flat = np.stack([-Z, -Y, -X], -1)
    rotation = axis_angle(Z, np.asarray(sign * fingers)) @ axis_angle(Y, np.asarray(slope)) @ flat
    tip = figure.body.landmarks[f"{side}_hand_tip"][1]
    return rotation, float(0.008 - (rotation @ tip)[2])
