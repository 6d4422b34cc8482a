"""What the fit compares the model with, and where a pose puts that.

Residuals, all in metres: landmarks minus measured points, and for a measured orientation the ends of three axes of
:data:`ARM` length. How they move with the pose's unknowns is in ``jacobian.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.reduction import PELVIS, Reduction
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import transform
from synthgen.core.kinematics import Tree

ARM = 0.1
"""Metres: 1° of orientation error weighs as much as 1.7 mm · √2 of a point's."""


@dataclass(frozen=True)
class Poses:
    """Unknowns of the fit, per frame: pelvis (T, 4, 4) in the world, z (T, Z) radians."""

    pelvis: np.ndarray
    z: np.ndarray

    def take(self, index: np.ndarray | slice) -> Poses:
        """The same for some of the frames."""
        return Poses(self.pelvis[index], self.z[index])


@dataclass(frozen=True)
class Targets:
    """What the model is compared with: measured points, then three axis ends per measured orientation.

    Attributes:
        carriers: (P,) segment of each.
        offsets: (P, 3) place in the segment's frame.
        anchored: (P,) 1 for a point, 0 for an axis end, which turns with its segment and does not move with it.
        values: (T, P, 3) measured.
        factors: (T, P) weight of the residual, 0 where missing.
        moves: (P, C) 1 where a coordinate moves it.
        chain: (P,) which of the D different stretches of the spine moves it.
        shares: (C_spine, D · S) the rhythms' shares, 0 where a stretch does not hold the level; empty level by level.
        rest: (T, Z) radians, unknowns at which the prior is least.
    """

    carriers: np.ndarray
    offsets: np.ndarray
    anchored: np.ndarray
    values: np.ndarray
    factors: np.ndarray
    moves: np.ndarray
    chain: np.ndarray
    shares: np.ndarray
    rest: np.ndarray

    def take(self, index: np.ndarray) -> Targets:
        """The same for some of the frames."""
        return replace(self, values=self.values[index], factors=self.factors[index], rest=self.rest[index])


@dataclass(frozen=True)
class State:
    """Where a pose puts the model.

    ``world`` (T, S, 4, 4); ``axes`` (T, C, 3) of the coordinates in the world; ``places`` (T, P, 3) of the targets.
    """

    world: np.ndarray
    axes: np.ndarray
    places: np.ndarray

    def take(self, index: np.ndarray | slice) -> State:
        """The same for some of the frames."""
        return State(self.world[index], self.axes[index], self.places[index])

    def put(self, index: np.ndarray, other: State) -> None:
        """Replaces some frames by others."""
        self.world[index], self.axes[index], self.places[index] = other.world, other.axes, other.places


def targets(body: BodyModel, basis: Reduction, seen: Observations, rest: np.ndarray | None = None) -> Targets:
    """Arranges measurements for the solver; ``rest`` is 0 by default."""
    offsets = [body.landmarks[n][1] for n in seen.point_names]
    ends = np.tile(ARM * np.eye(3), (len(seen.segment_names), 1))
    carriers = np.concatenate([seen.point_segments, np.repeat(seen.rotation_segments, 3)]).astype(int)
    points, turns = len(offsets), len(ends)
    axis_ends = ARM * np.swapaxes(seen.rotations, -1, -2).reshape(seen.frames, turns, 3)
    moved = moves(body.tree)[carriers]
    stretches, chain = _different(moved[:, PELVIS:][:, basis.spinal])
    shares = stretches.T[..., None] * basis.matrix[basis.spinal, None, : basis.spine]
    return Targets(
        carriers=carriers,
        offsets=np.concatenate([np.reshape(offsets, (points, 3)), ends]),
        anchored=np.repeat([1.0, 0.0], [points, turns]),
        values=np.concatenate([seen.points, axis_ends], 1),
        factors=np.concatenate([seen.point_seen * seen.point_weights, np.repeat(seen.rotation_seen, 3, 1)], 1),
        moves=moved,
        chain=chain,
        shares=shares.reshape(len(shares), -1),
        rest=np.zeros((seen.frames, len(basis.lower))) if rest is None else rest,
    )


def _different(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different ones of some rows, and which of them each row is; ``np.unique`` takes forty times as long."""
    index: dict[bytes, int] = {}
    which = np.array([index.setdefault(row.tobytes(), len(index)) for row in rows], int)
    first = [int(np.argmax(which == i)) for i in range(len(index))]
    return rows[first], which


def moves(tree: Tree) -> np.ndarray:
    """(S, C) 1 where a coordinate moves a segment; the pelvis' coordinates stand for its pose in the world."""
    out = np.zeros((len(tree.segments), len(tree.coordinates)))
    for i, segment in enumerate(tree.segments):
        if segment.parent is not None:
            out[i] = out[tree.segment_index[segment.parent]]
        for coordinate in segment.coordinates:
            out[i, tree.coordinate_index[coordinate.name]] = 1.0
    return out


def transforms(body: BodyModel, basis: Reduction, poses: Poses) -> np.ndarray:
    """(T, S, 4, 4) segment transforms in the world."""
    return body.tree.forward_with_axes(_angles(basis, poses), poses.pelvis)[0]


def state(body: BodyModel, basis: Reduction, poses: Poses, aim: Targets) -> State:
    """Transforms, axes and the targets' places of some poses."""
    world, axes = body.tree.forward_with_axes(_angles(basis, poses), poses.pelvis)
    carried = world[:, aim.carriers]
    places = (carried[..., :3, :3] @ aim.offsets[..., None])[..., 0] + aim.anchored[:, None] * carried[..., :3, 3]
    return State(world, axes, places)


def residuals(now: State, aim: Targets) -> np.ndarray:
    """(T, 3·P) residuals in metres, 0 where missing."""
    out: np.ndarray = (aim.factors[..., None] * (now.places - aim.values)).reshape(len(aim.values), -1)
    return out


def landmark_points(body: BodyModel, seen: Observations, world: np.ndarray) -> np.ndarray:
    """(T, S, 4, 4) → (T, M, 3): where the model has the measured points."""
    carried = world[:, seen.point_segments]
    offsets = np.stack([body.landmarks[n][1] for n in seen.point_names])
    out: np.ndarray = (carried[..., :3, :3] @ offsets[:, :, None])[..., 0] + carried[..., :3, 3]
    return out


def _angles(basis: Reduction, poses: Poses) -> np.ndarray:
    """(T, C) coordinates with the pelvis at the origin."""
    return np.concatenate([np.zeros((len(poses.z), PELVIS)), basis.coordinates(poses.z)], -1)


def moved(poses: Poses, step: np.ndarray, basis: Reduction) -> Poses:
    """Poses after a step (T, N); z stays within its bounds."""
    turn = _rotation(step[:, 3:6])
    pelvis = transform(turn @ poses.pelvis[:, :3, :3], poses.pelvis[:, :3, 3] + step[:, :3])
    return Poses(pelvis, np.clip(poses.z + step[:, PELVIS:], basis.lower, basis.upper))


def _rotation(vector: np.ndarray) -> np.ndarray:
    """(T, 3) rotation vectors → (T, 3, 3), Rodrigues."""
    angle = np.linalg.norm(vector, axis=-1)[:, None, None]
    k = cross_matrix(vector)
    small = angle < 1e-8
    safe = np.where(small, 1.0, angle)
    a = np.where(small, 1.0, np.sin(safe) / safe)
    b = np.where(small, 0.5, (1 - np.cos(safe)) / safe**2)
    out: np.ndarray = np.eye(3) + a * k + b * (k @ k)
    return out


def cross_matrix(v: np.ndarray) -> np.ndarray:
    """(…, 3) → (…, 3, 3) with [v] w = v × w."""
    out = np.zeros((*v.shape, 3))
    out[..., 0, 1], out[..., 0, 2], out[..., 1, 2] = -v[..., 2], v[..., 1], -v[..., 0]
    return out - np.swapaxes(out, -1, -2)


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(…, 3) cross product; numpy's own takes several times as long on small arrays."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], -1)
