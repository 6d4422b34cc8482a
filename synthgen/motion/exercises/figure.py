"""The figure that exercises: a body model with the measures that programs need."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.frames import transform
from synthgen.core.kinematics import Segment, Tree
from synthgen.core.rotations import axis_angle
from synthgen.motion.exercises.limbs import Hinge
from synthgen.motion.exercises.targets import SIDES, BodyTargets, Foot, Transforms, X, Y, Z

_STATURE = reference_body().stature
"""Metres of the adult to whom thicknesses of flesh belong."""


class Figure:
    """A body with the measures that programs need. All lengths come from the body model."""

    def __init__(self, body: BodyModel) -> None:
        self.body, self.tree = body, body.tree
        self._trunk = _trunk_of(body.tree)
        self._columns = [body.tree.coordinate_index[c.name] for c in self._trunk.coordinates]
        self.neutral = self.tree.forward(body.neutral())[0]
        self.points = {n: p[0] for n, p in body.points(self.neutral[None]).items()}
        self.ranges = _region_ranges(body)
        self.size = body.stature / _STATURE
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
        return np.asarray(self.points[name] - self.points[name.split("_")[0] + "_ankle"])

    def foot(
        self,
        side: str,
        x: np.ndarray | float,
        y: np.ndarray | float,
        yaw: float,
        pitch: np.ndarray,
        turn: np.ndarray | float = 0.0,
    ) -> Foot:
        """A foot on the floor.

        Args:
            side: left or right.
            x, y: the ankle's place when the foot is flat, metres.
            yaw: where the toes point, radians from forward to the left.
            pitch: (T,) radians; > 0 lifts the heel while the toes stay flat, < 0 lifts the toes about the heel.
            turn: (T,) radians by which a foot with a lifted heel has turned left about its ball.
        """
        pitch = np.asarray(pitch, float)
        flat = axis_angle(Z, np.asarray(yaw, float))
        place = np.stack(np.broadcast_arrays(x, y, self.ankle_height + 0 * pitch), -1)
        turn = np.broadcast_to(np.asarray(turn, float), pitch.shape)
        rotation = axis_angle(Z, yaw + turn) @ axis_angle(Y, pitch)
        toe, heel = self.foot_point(f"{side}_toe_base"), self.foot_point(f"{side}_heel")
        pivot = np.where((pitch > 0)[:, None], toe, heel)
        ankle = place + pivot @ flat.T - (rotation @ pivot[..., None])[..., 0]
        still = np.broadcast_to(np.ptp(place, axis=0).max() < 1e-9, pitch.shape)
        still = still & (np.abs(turn) < 1e-9)
        return Foot(ankle, rotation, np.maximum(pitch, 0.0), still & (pitch <= 0), still & (pitch >= 0))

    def trunk(self, targets: BodyTargets) -> Transforms:
        """Transforms of pelvis, spine, clavicles and shoulder joints alone, the pelvis where ``targets`` put it."""
        q = self.trunk_coordinates(targets, np.broadcast_to(targets.pelvis, (targets.frames, 3)))
        world, index = self._trunk.forward(q[:, self._columns]), self._trunk.segment_index
        return lambda name: world[:, index[name]]

    def tilted(self, targets: BodyTargets, trunk: Transforms, tilt: np.ndarray) -> Transforms:
        """The ``trunk`` of ``targets`` turned about the hips to another pelvis tilt (T,), its bends unchanged."""
        before, after = pelvis_rotation(targets), pelvis_rotation(replace(targets, tilt=tilt))
        turn, hips = after @ np.swapaxes(before, -1, -2), np.broadcast_to(targets.pelvis, (targets.frames, 3))

        def transforms(name: str) -> np.ndarray:
            at = trunk(name)
            place = hips + (turn @ (at[:, :3, 3] - hips)[..., None])[..., 0]
            return transform(turn @ at[:, :3, :3], place)

        return transforms

    def segment(self, name: str) -> Segment:
        """A segment of the body by name."""
        return self.tree.segments[self.tree.segment_index[name]]

    def of(self, world: np.ndarray, name: str) -> np.ndarray:
        """(T, 4, 4) transforms of one segment out of (T, S, 4, 4)."""
        return world[:, self.tree.segment_index[name]]

    def upright(self, name: str, transform: np.ndarray) -> np.ndarray:
        """(T, 3, 3) turn of a segment from neutral standing, from its (T, 4, 4) transform."""
        return np.asarray(transform[:, :3, :3] @ self.neutral[self.tree.segment_index[name], :3, :3].T)

    def height(self, targets: BodyTargets, pelvis: np.ndarray) -> np.ndarray:
        """(T,) pelvis height at which the straighter knee has its wanted flexion."""
        turn = pelvis_rotation(targets)
        heights = []
        for side in SIDES:
            hip = turn @ self.segment(f"{side}_thigh").offset
            ankle = targets.feet[side].ankle
            across = ((pelvis + hip - ankle)[:, :2] ** 2).sum(-1)
            length = self.legs[side].reach(np.broadcast_to(np.asarray(targets.knee, float), targets.frames))
            heights.append(ankle[:, 2] - hip[:, 2] + np.sqrt(np.maximum(length**2 - across, 1e-6)))
        a, b = heights
        # The lower of both, rounded over a millimetre.
        return np.asarray((a + b) / 2 - np.sqrt(((a - b) / 2) ** 2 + 0.001**2))

    def trunk_coordinates(self, targets: BodyTargets, pelvis: np.ndarray) -> np.ndarray:
        """(T, C) coordinates with pelvis, spine and clavicles set, the pelvis at (T, 3) ``pelvis``, and the rest 0."""
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


def _trunk_of(tree: Tree) -> Tree:
    """Pelvis, spine, clavicles and the joints of shoulders and hips of a tree."""
    limbs = ("forearm", "hand", "shank", "foot", "toes")
    return Tree(tuple(s for s in tree.segments if not s.name.endswith(limbs)))


def _region_ranges(body: BodyModel) -> dict[str, tuple[float, float]]:
    """Region's angle → least and largest total, radians, at which no level leaves its range."""
    lower, upper = (np.array([getattr(c, end) for c in body.tree.coordinates]) for end in ("lower", "upper"))
    out = {}
    for name, share in zip(body.rhythm_names, body.rhythm.T, strict=True):
        moves = share > 0
        out[name] = (float((lower[moves] / share[moves]).max()), float((upper[moves] / share[moves]).min()))
    return out


def pelvis_rotation(targets: BodyTargets) -> np.ndarray:
    """(T, 3, 3) turn of the pelvis from neutral standing."""
    angles = (np.broadcast_to(np.asarray(a, float), targets.frames) for a in (targets.yaw, targets.tilt, targets.list))
    yaw, tilt, lean = angles
    return np.asarray(axis_angle(Z, yaw) @ axis_angle(Y, tilt) @ axis_angle(X, lean))
