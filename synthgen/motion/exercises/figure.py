"""The figure that exercises: a body model that is posed by what its feet, hands, trunk and balance do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from synthgen.core.bodymodel import BodyModel
from synthgen.core.errors import InputError
from synthgen.core.kinematics import axis_angle
from synthgen.motion.exercises.balance import centre_of_mass
from synthgen.motion.exercises.limbs import Hinge, coordinates_of, frame

SIDES = ("left", "right")
X, Y, Z = np.eye(3)


@dataclass(frozen=True)
class Foot:
    """Where a foot is: ankle (T, 3) metres, rotation (T, 3, 3), toe extension (T,) radians.

    ``heel_down`` and ``toes_down`` (T,) say when these stand still on the floor.
    """

    ankle: np.ndarray
    rotation: np.ndarray
    toes: np.ndarray
    heel_down: np.ndarray
    toes_down: np.ndarray


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
        on_hands: True where the palms stand on the floor throughout.
    """

    frames: int
    feet: Mapping[str, Foot]
    arms: ArmCourse
    regions: dict[str, np.ndarray | float]
    pelvis: np.ndarray
    yaw: np.ndarray | float = 0.0
    tilt: np.ndarray | float = 0.0
    list: np.ndarray | float = 0.0
    knee: np.ndarray | float | None = None
    balance: np.ndarray | None = None
    clavicles: Mapping[str, np.ndarray | float] = field(default_factory=dict)
    on_hands: bool = False


@dataclass(frozen=True)
class Truth:
    """The exact motion behind a clip.

    Attributes:
        body: the body that moved.
        q: (T, C) coordinates of ``body.tree``.
        transforms: (T, S, 4, 4) segments in the world.
        planted: landmark → (T,) True while that point must stay where it is on the floor.
    """

    body: BodyModel
    q: np.ndarray
    transforms: np.ndarray
    planted: dict[str, np.ndarray] = field(default_factory=dict)

    def segment(self, name: str) -> np.ndarray:
        """(T, 4, 4) transforms of one segment."""
        return self.transforms[:, self.body.tree.segment_index[name]]


class Figure:
    """A body with the measures that programs need. All lengths come from the body model."""

    def __init__(self, body: BodyModel) -> None:
        self.body, self.tree = body, body.tree
        self.neutral = self.tree.forward(body.neutral())[0]
        self.points = {n: p[0] for n, p in body.points(self.neutral[None]).items()}
        self.legs = {s: Hinge.of(self.tree, f"{s}_thigh", f"{s}_shank", f"{s}_foot") for s in SIDES}
        self.arms = {s: Hinge.of(self.tree, f"{s}_upper_arm", f"{s}_forearm", f"{s}_hand") for s in SIDES}
        soles = [p[2] for n, p in self.points.items() if body.landmarks[n][0].endswith(("_foot", "_toes"))]
        self.ankle_height = float(self.points["left_ankle"][2] - min(soles))
        self.hip_half = float(self.points["left_hip"][1])
        self.leg = float(self.legs["left"].reach(0.0)[0])
        self.arm = float(self.arms["left"].reach(0.0)[0])
        self.foot_length = float(self.points["left_toe_tip"][0] - self.points["left_heel"][0])
        self.mid_foot = float(self.points["left_heel"][0] - self.points["left_ankle"][0] + 0.45 * self.foot_length)

    def foot_point(self, name: str) -> np.ndarray:
        """(3,) a foot's or toe's landmark from the ankle, in the flat foot's frame."""
        return self.points[name] - self.points[name.split("_")[0] + "_ankle"]

    def foot(self, side: str, x: np.ndarray | float, y: np.ndarray | float, yaw: float, pitch: np.ndarray) -> Foot:
        """A foot on the floor.

        Args:
            side: left or right.
            x, y: the ankle's place when the foot is flat, metres.
            yaw: where the toes point, radians from forward to the left.
            pitch: (T,) radians; > 0 lifts the heel while the toes stay flat, < 0 lifts the toes about the heel.
        """
        pitch = np.asarray(pitch, float)
        flat = axis_angle(Z, np.asarray(yaw, float))
        place = np.stack(np.broadcast_arrays(x, y, self.ankle_height + 0 * pitch), -1)
        rotation = flat @ axis_angle(Y, pitch)
        toe, heel = self.foot_point(f"{side}_toe_base"), self.foot_point(f"{side}_heel")
        pivot = np.where((pitch > 0)[:, None], toe, heel)
        ankle = place + pivot @ flat.T - (rotation @ pivot[..., None])[..., 0]
        still = np.broadcast_to(np.ptp(place, axis=0).max() < 1e-9, pitch.shape)
        return Foot(ankle, rotation, np.maximum(pitch, 0.0), still & (pitch <= 0), still & (pitch >= 0))

    def solve(self, targets: BodyTargets) -> Truth:
        """The motion that does what ``targets`` ask.

        Raises:
            InputError: a foot cannot reach its place with this body.
        """
        pelvis = np.array(np.broadcast_to(targets.pelvis, (targets.frames, 3)))
        rounds = 1 if targets.balance is None else 8
        for _ in range(rounds):
            if targets.knee is not None:
                pelvis[:, 2] = self.height(targets, pelvis)
            q = self._trunk(targets, pelvis)
            world = self.tree.forward(q)
            self._legs(targets, q, world)
            self._arms(targets, q, world)
            world = self.tree.forward(q)
            if targets.balance is not None:
                error = np.nan_to_num(targets.balance - centre_of_mass(self.body, world)[:, :2])
                if np.abs(error).max() < 1e-3:
                    break
                pelvis[:, :2] += error
        self._check(targets, world)
        return Truth(self.body, q, world, _planted(targets))

    def trunk(self, targets: BodyTargets) -> Transforms:
        """Transforms of pelvis, spine, clavicles and shoulder joints alone, the pelvis where ``targets`` put it."""
        world = self.tree.forward(self._trunk(targets, np.broadcast_to(targets.pelvis, (targets.frames, 3))))
        return lambda name: world[:, self.tree.segment_index[name]]

    def upright(self, name: str, transform: np.ndarray) -> np.ndarray:
        """(T, 3, 3) turn of a segment from neutral standing, from its (T, 4, 4) transform."""
        return transform[:, :3, :3] @ self.neutral[self.tree.segment_index[name], :3, :3].T

    def height(self, targets: BodyTargets, pelvis: np.ndarray) -> np.ndarray:
        """(T,) pelvis height at which the straighter knee has its wanted flexion."""
        turn = self._pelvis_rotation(targets)
        heights = []
        for side in SIDES:
            hip = turn @ self.tree.segments[self.tree.segment_index[f"{side}_thigh"]].offset
            ankle = targets.feet[side].ankle
            across = ((pelvis + hip - ankle)[:, :2] ** 2).sum(-1)
            length = self.legs[side].reach(np.broadcast_to(np.asarray(targets.knee, float), targets.frames))
            heights.append(ankle[:, 2] - hip[:, 2] + np.sqrt(np.maximum(length**2 - across, 1e-6)))
        a, b = heights
        return (a + b) / 2 - np.sqrt(((a - b) / 2) ** 2 + 0.001**2)  # the lower of both, rounded over a millimetre

    def _pelvis_rotation(self, targets: BodyTargets) -> np.ndarray:
        angles = (
            np.broadcast_to(np.asarray(a, float), targets.frames) for a in (targets.yaw, targets.tilt, targets.list)
        )
        yaw, tilt, lean = angles
        return axis_angle(Z, yaw) @ axis_angle(Y, tilt) @ axis_angle(X, lean)

    def _trunk(self, targets: BodyTargets, pelvis: np.ndarray) -> np.ndarray:
        zero = np.zeros(targets.frames)
        q = self.body.spine_coordinates({n: zero + v for n, v in targets.regions.items()} or {"lumbar_flexion": zero})
        index = self.tree.coordinate_index
        for i, axis in enumerate("xyz"):
            q[:, index[f"pelvis_t{axis}"]] = pelvis[:, i]
        for name, angle in (("rotation", targets.yaw), ("tilt", targets.tilt), ("list", targets.list)):
            q[:, index[f"pelvis_{name}"]] = angle
        for name, angle in targets.clavicles.items():
            q[:, index[name]] = angle
        return q

    def _set(self, q: np.ndarray, segment: str, relative: np.ndarray) -> np.ndarray:
        part = self.tree.segments[self.tree.segment_index[segment]]
        values, rest = coordinates_of(part, relative)
        for k, coordinate in enumerate(part.coordinates):
            q[:, self.tree.coordinate_index[coordinate.name]] = values[:, k]
        return rest

    def _legs(self, targets: BodyTargets, q: np.ndarray, world: np.ndarray) -> None:
        for side in SIDES:
            foot, hinge = targets.feet[side], self.legs[side]
            hip = world[:, self.tree.segment_index[f"{side}_thigh"], :3, 3]
            pelvis = world[:, self.tree.segment_index["pelvis"], :3, :3]
            # The ankle cannot turn about the shank, so the knee bends in the plane that holds the foot's axis.
            axis = np.cross(foot.rotation[:, :, 0], foot.ankle - hip)
            axis *= np.where((axis * foot.rotation[:, :, 1]).sum(-1, keepdims=True) < 0, -1.0, 1.0)
            thigh, knee = hinge.solve(hip, foot.ankle, axis)
            shank = thigh @ hinge.lower.neutral @ axis_angle((0.0, hinge.sign, 0.0), knee)
            self._set(q, f"{side}_thigh", np.swapaxes(pelvis, -1, -2) @ thigh)
            q[:, self.tree.coordinate_index[hinge.lower.coordinates[0].name]] = knee
            self._set(q, f"{side}_foot", np.swapaxes(shank, -1, -2) @ foot.rotation)
            q[:, self.tree.coordinate_index[f"{side}_toe_extension"]] = foot.toes

    def _arms(self, targets: BodyTargets, q: np.ndarray, world: np.ndarray) -> None:
        index = self.tree.coordinate_index
        for side in SIDES:
            arm = targets.arms(side, lambda name: world[:, self.tree.segment_index[name]])
            hinge = self.arms[side]
            shoulder = world[:, self.tree.segment_index[f"{side}_upper_arm"], :3, 3]
            clavicle = world[:, self.tree.segment_index[f"{side}_clavicle"], :3, :3]
            elbow = np.broadcast_to(np.asarray(arm.elbow, float), targets.frames)
            if arm.wrist is not None and arm.elbow_towards is not None:
                axis = np.cross(arm.wrist - shoulder, arm.elbow_towards)
                upper, elbow = hinge.solve(shoulder, arm.wrist, axis)
            else:
                assert arm.rotation is not None
                upper = np.broadcast_to(arm.rotation, (targets.frames, 3, 3))
            self._set(q, f"{side}_upper_arm", np.swapaxes(clavicle, -1, -2) @ upper)
            q[:, index[hinge.lower.coordinates[0].name]] = elbow
            if arm.hand is None:
                q[:, index[f"{side}_pronation"]] = arm.pronation
                q[:, index[f"{side}_wrist_flexion"]] = arm.wrist_flexion
                continue
            lower = upper @ hinge.lower.neutral @ axis_angle((0.0, hinge.sign, 0.0), elbow)
            self._hand(q, side, np.swapaxes(lower, -1, -2) @ arm.hand)

    def _hand(self, q: np.ndarray, side: str, relative: np.ndarray) -> None:
        """Sets pronation and wrist from the hand's (T, 3, 3) rotation to the unpronated forearm."""
        forearm, hand = (self.tree.segments[self.tree.segment_index[f"{side}_{n}"]] for n in ("forearm", "hand"))
        joined = replace(hand, coordinates=(*forearm.coordinates[1:], *hand.coordinates))
        values, _ = coordinates_of(joined, relative)
        for k, coordinate in enumerate(joined.coordinates):
            q[:, self.tree.coordinate_index[coordinate.name]] = values[:, k]

    def _check(self, targets: BodyTargets, world: np.ndarray) -> None:
        for side in SIDES:
            miss = np.linalg.norm(
                world[:, self.tree.segment_index[f"{side}_foot"], :3, 3] - targets.feet[side].ankle, axis=-1
            )
            if miss.max() > 1e-3:
                raise InputError(
                    "the figure cannot take this posture",
                    where=f"exercise, frame {int(miss.argmax())}",
                    got=f"the {side} foot is {1000 * miss.max():.0f} mm from its place",
                    remedy="lower depth",
                )


def _planted(targets: BodyTargets) -> dict[str, np.ndarray]:
    out = {}
    for side, foot in targets.feet.items():
        out[f"{side}_heel"] = foot.heel_down
        out[f"{side}_toe_base"] = out[f"{side}_toe_tip"] = foot.toes_down
        if targets.on_hands:
            out[f"{side}_wrist"] = out[f"{side}_hand_tip"] = np.ones(targets.frames, bool)
    return out


def pointing(direction: np.ndarray, elbow_opens: np.ndarray) -> np.ndarray:
    """(T, 3, 3) rotation of an upper arm along ``direction`` whose forearm flexes towards ``elbow_opens``."""
    return frame(-np.asarray(direction, float), elbow_opens)
