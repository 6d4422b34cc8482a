"""Exact inverse kinematics of one limb: two bones and a hinge, any number of frames at once.

All arrays have a leading time axis T; vectors and rotations are in the world unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.kinematics import Segment, Tree
from synthgen.core.rotations import axis_angle
from synthgen.core.vectors import unit


def frame(z: np.ndarray, x_hint: np.ndarray) -> np.ndarray:
    """(T, 3, 3) rotations whose Z is ``z`` and whose X lies in the plane of ``z`` and ``x_hint``."""
    z, x_hint = np.broadcast_arrays(np.asarray(z, float), np.asarray(x_hint, float))
    z = unit(z)
    y = unit(np.cross(z, x_hint))
    return np.stack([np.cross(y, z), y, z], -1)


def coordinates_of(segment: Segment, relative: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A segment's rotational coordinates from its rotation to its parent.

    Args:
        segment: its coordinates turn about one to three different main axes.
        relative: (T, 3, 3) rotation parent → segment.

    Returns:
        (T, K) coordinates in the segment's order, and (T, 3 − K) what these cannot express, radians.
    """
    axes = np.array([c.axis for c in segment.coordinates])
    which = np.abs(axes).argmax(1).tolist()
    if len(set(which)) != len(which) or not np.allclose(np.abs(axes).max(1), 1.0):
        raise ValueError(f"{segment.name}: limb coordinates must turn about different main axes, got {axes}")
    order = which + [i for i in range(3) if i not in which]
    euler = Rotation.from_matrix(segment.neutral.T @ relative).as_euler("".join("XYZ"[i] for i in order))
    signs = axes[range(len(which)), which]
    return euler[:, : len(which)] * signs, euler[:, len(which) :]


@dataclass(frozen=True)
class Hinge:
    """A two-bone chain of the tree: ``upper`` (ball joint), ``lower`` (hinge about Y) and ``end`` hanging from it."""

    upper: Segment
    lower: Segment
    end: Segment

    @classmethod
    def of(cls, tree: Tree, upper: str, lower: str, end: str) -> Hinge:
        """The chain of three segments by name."""
        u, l, e = (tree.segments[tree.segment_index[n]] for n in (upper, lower, end))
        if abs(l.coordinates[0].axis[1]) != 1.0:
            raise ValueError(f"{lower}: the hinge must turn about Y")
        return cls(u, l, e)

    @property
    def sign(self) -> float:
        """+1 where a positive hinge angle turns about +Y (knee), −1 about −Y (elbow)."""
        return float(self.lower.coordinates[0].axis[1])

    def _local(self, bend: np.ndarray) -> np.ndarray:
        """(T, 3) the end's joint seen from the upper bone's frame at a hinge angle."""
        turn = self.lower.neutral @ axis_angle((0.0, self.sign, 0.0), np.asarray(bend, float))
        return np.asarray(self.lower.offset + turn @ self.end.offset)

    def reach(self, bend: np.ndarray | float) -> np.ndarray:
        """Distance (m) between the upper and the end's joint at a hinge angle (rad)."""
        return np.asarray(np.linalg.norm(self._local(np.atleast_1d(bend)), axis=-1))

    def bend_for(self, distance: np.ndarray) -> np.ndarray:
        """Hinge angle ≥ 0 at which the ends are ``distance`` apart; clipped where it cannot be reached."""
        a, b = self.lower.offset, self.lower.neutral @ self.end.offset
        in_plane = np.hypot(a[0], a[2]) * np.hypot(b[0], b[2])
        cosine = (np.asarray(distance) ** 2 - a @ a - b @ b - 2 * a[1] * b[1]) / (2 * in_plane)
        between = np.arctan2(b[0] * a[2] - b[2] * a[0], a[0] * b[0] + a[2] * b[2])
        # a · R_y(θ) b = in_plane · cos(θ + between); the positive bend is one of two branches.
        return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)) - self.sign * between)

    def solve(self, root: np.ndarray, target: np.ndarray, hinge_axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rotations that bring the end's joint to ``target``.

        Args:
            root: (T, 3) the upper joint.
            target: (T, 3) where the end's joint should be.
            hinge_axis: (T, 3) wanted direction of the upper bone's Y axis.

        Returns:
            (T, 3, 3) rotation of the upper bone and (T,) hinge angle.
        """
        bend = self.bend_for(np.linalg.norm(target - root, axis=-1))
        local = frame(self._local(bend), np.array([0.0, 1.0, 0.0]))
        world = frame(target - root, hinge_axis)
        return world @ np.swapaxes(local, -1, -2), bend
