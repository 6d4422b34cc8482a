"""What the fit compares the model with, where a pose puts that, and how it moves with the pose's unknowns.

Residuals, all in metres: landmarks minus measured points, and for a measured orientation the ends of three axes of
:data:`ARM` length. Their Jacobian is analytic.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.reduction import PELVIS, Reduction
from synthgen.core.bodymodel import BodyModel
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
        rest: (T, Z) radians, unknowns at which the prior is least.
    """

    carriers: np.ndarray
    offsets: np.ndarray
    anchored: np.ndarray
    values: np.ndarray
    factors: np.ndarray
    moves: np.ndarray
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


def targets(body: BodyModel, basis: Reduction, seen: Observations, rest: np.ndarray | None = None) -> Targets:
    """Arranges measurements for the solver; ``rest`` is 0 by default."""
    offsets = [body.landmarks[n][1] for n in seen.point_names]
    ends = np.tile(ARM * np.eye(3), (len(seen.segment_names), 1))
    carriers = np.concatenate([seen.point_segments, np.repeat(seen.rotation_segments, 3)]).astype(int)
    points, turns = len(offsets), len(ends)
    axis_ends = ARM * np.swapaxes(seen.rotations, -1, -2).reshape(seen.frames, turns, 3)
    return Targets(
        carriers=carriers,
        offsets=np.concatenate([np.reshape(offsets, (points, 3)), ends]),
        anchored=np.repeat([1.0, 0.0], [points, turns]),
        values=np.concatenate([seen.points, axis_ends], 1),
        factors=np.concatenate([seen.point_seen * seen.point_weights, np.repeat(seen.rotation_seen, 3, 1)], 1),
        moves=moves(body.tree)[carriers],
        rest=np.zeros((seen.frames, len(basis.lower))) if rest is None else rest,
    )


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


def jacobian(body: BodyModel, basis: Reduction, now: State, aim: Targets, z: np.ndarray) -> np.ndarray:
    """(T, 3·P, 6 + Z) derivative of :func:`residuals` with the pelvis' translation and rotation and with z.

    A target at x moves by a × (x − o) when the axis a through o turns; written as −[x]× a − a × o it is one product
    of what belongs to the targets with what belongs to the axes.
    """
    full = point_jacobian(body, now, aim.carriers, now.places, aim.anchored, aim.factors)
    if basis.plain:
        full *= aim.moves[:, None, :]
    else:
        followed = np.concatenate([np.ones((len(z), PELVIS)), basis.going(z)], -1)
        full *= (aim.moves * followed[:, None])[:, :, None]
    full = full.reshape(len(full), -1, full.shape[-1])
    if basis.plain:
        return full
    s = basis.spine
    columns = PELVIS + np.flatnonzero(basis.spinal)
    spine = full[..., columns] @ basis.matrix[basis.spinal, :s]
    return np.concatenate([full[..., :PELVIS], spine, full[..., PELVIS + np.flatnonzero(~basis.spinal)]], -1)


def point_jacobian(
    body: BodyModel,
    now: State,
    carriers: np.ndarray,
    places: np.ndarray,
    anchored: np.ndarray,
    factors: np.ndarray | float = 1.0,
) -> np.ndarray:
    """(T, P, 3, C) derivative of points with the pelvis' pose and with q, as if every coordinate moved them all.

    ``factors`` (T, P) multiply the points' rows.
    """
    count = len(places)
    owner = np.array([i for i, s in enumerate(body.tree.segments) for _ in s.coordinates])[PELVIS:]
    axes = np.concatenate([np.broadcast_to(np.eye(3), (count, 3, 3)), now.axes[:, PELVIS:]], 1)
    origins = np.concatenate([np.repeat(now.world[:, :1, :3, 3], 3, 1), now.world[..., :3, 3][:, owner]], 1)
    right = np.concatenate([axes, _cross(axes, origins)], -1).swapaxes(-1, -2)
    shifts = np.broadcast_to(factors * anchored, (count, len(carriers)))[..., None, None] * np.eye(3)
    left = np.concatenate(
        [-np.broadcast_to(factors, shifts.shape[:2])[..., None, None] * cross_matrix(places), -shifts], -1
    )
    out = np.empty((count, len(carriers), 3, 3 + right.shape[-1]))
    out[..., :3] = shifts
    out[..., 3:] = (left.reshape(count, -1, 6) @ right).reshape(count, len(carriers), 3, -1)
    return out


def _angles(basis: Reduction, poses: Poses) -> np.ndarray:
    """(T, C) coordinates with the pelvis at the origin."""
    return np.concatenate([np.zeros((len(poses.z), PELVIS)), basis.coordinates(poses.z)], -1)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(…, 3) cross product; numpy's own takes several times as long on small arrays."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], -1)


def cross_matrix(v: np.ndarray) -> np.ndarray:
    """(…, 3) → (…, 3, 3) with [v] w = v × w."""
    out = np.zeros((*v.shape, 3))
    out[..., 0, 1], out[..., 0, 2], out[..., 1, 2] = -v[..., 2], v[..., 1], -v[..., 0]
    return out - np.swapaxes(out, -1, -2)
