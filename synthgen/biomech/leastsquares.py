"""Batched Levenberg–Marquardt on pelvis pose, spine rhythms and limbs: every frame of a clip at once.

The start and the coordinate references of the OpenSim solve. Residuals, all in metres: landmarks minus measured
points; for a measured orientation the ends of three axes of :data:`ARM` length; a weak pull of z towards 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.reduction import PELVIS, Reduction
from synthgen.bodymodel import BodyModel
from synthgen.frames import transform

ARM = 0.1
"""Metres: 1° of orientation error weighs as much as 1.7 mm · √2 of a point's."""
STEP = 0.4
"""Radians: the largest change of an angle in one step; longer steps leap between branches."""


@dataclass(frozen=True)
class Poses:
    """Unknowns of the fit, per frame: pelvis (T, 4, 4) in the world, z (T, Z) radians."""

    pelvis: np.ndarray
    z: np.ndarray

    def take(self, index: np.ndarray | slice) -> Poses:
        """The same for some of the frames."""
        return Poses(self.pelvis[index], self.z[index])


@dataclass(frozen=True)
class Kinematics:
    """World transforms (T, S, 4, 4) and, per segment, the change of its twist with the unknowns.

    ``spin`` (T, S, 3, N) is angular, ``slide`` (T, S, 3, N) the velocity of the point of the segment that is at the
    world's origin; N counts the pelvis' translation, its rotation (both along the world's axes) and z.
    """

    world: np.ndarray
    spin: np.ndarray
    slide: np.ndarray


def transforms(body: BodyModel, basis: Reduction, poses: Poses) -> np.ndarray:
    """(T, S, 4, 4) segment transforms in the world."""
    return poses.pelvis[:, None] @ body.tree.forward(_angles(basis, poses))


def kinematics(body: BodyModel, basis: Reduction, poses: Poses) -> Kinematics:
    """Transforms and twists for the Jacobian."""
    local, local_axes = body.tree.forward_with_axes(_angles(basis, poses))
    world = poses.pelvis[:, None] @ local
    axes = local_axes @ np.swapaxes(poses.pelvis[:, :3, :3], -1, -2)
    frames, count = len(world), PELVIS + basis.matrix.shape[1]
    spin = np.zeros((frames, world.shape[1], 3, count))
    slide = np.zeros_like(spin)
    column = PELVIS
    for i, segment in enumerate(body.tree.segments):
        if segment.parent is None:
            spin[:, i, :, 3:6] = slide[:, i, :, 0:3] = np.eye(3)
            slide[:, i, :, 3:6] = _cross_matrix(world[:, i, :3, 3])
            continue
        above = body.tree.segment_index[segment.parent]
        spin[:, i], slide[:, i] = spin[:, above], slide[:, above]
        for _ in segment.coordinates:
            axis = axes[:, column]
            moment = np.cross(world[:, i, :3, 3], axis)
            row = basis.matrix[column - PELVIS]
            for k in np.flatnonzero(row):
                spin[:, i, :, PELVIS + k] += row[k] * axis
                slide[:, i, :, PELVIS + k] += row[k] * moment
            column += 1
    return Kinematics(world, spin, slide)


def residuals(body: BodyModel, basis: Reduction, poses: Poses, seen: Observations) -> np.ndarray:
    """(T, R) residuals in metres: 3 per point, 9 per orientation, 1 per z; 0 where missing."""
    return _residuals(body, basis, poses, seen, transforms(body, basis, poses))


def _residuals(body: BodyModel, basis: Reduction, poses: Poses, seen: Observations, world: np.ndarray) -> np.ndarray:
    frames = len(world)
    points = landmark_points(body, seen, world)
    point = np.where(seen.point_seen[..., None], points - seen.points, 0.0) * seen.point_weights[:, None]
    turn = ARM * np.swapaxes(world[:, seen.rotation_segments, :3, :3] - seen.rotations, -1, -2)
    turn = np.where(seen.rotation_seen[..., None, None], turn, 0.0)
    return np.concatenate([point.reshape(frames, -1), turn.reshape(frames, -1), basis.prior * poses.z], -1)


def landmark_points(body: BodyModel, seen: Observations, world: np.ndarray) -> np.ndarray:
    """(T, S, 4, 4) → (T, M, 3): where the model has the measured points."""
    carried = world[:, seen.point_segments]
    offsets = np.stack([body.landmarks[n][1] for n in seen.point_names])
    return (carried[..., :3, :3] @ offsets[:, :, None])[..., 0] + carried[..., :3, 3]


def jacobian(body: BodyModel, basis: Reduction, motion: Kinematics, seen: Observations) -> np.ndarray:
    """(T, R, N) derivative of :func:`residuals`."""
    frames, count = len(motion.world), motion.spin.shape[-1]
    points = landmark_points(body, seen, motion.world)
    point = motion.slide[:, seen.point_segments] - _cross_matrix(points) @ motion.spin[:, seen.point_segments]
    point *= (seen.point_seen * seen.point_weights)[..., None, None]
    ends = ARM * np.swapaxes(motion.world[:, seen.rotation_segments, :3, :3], -1, -2)
    turn = -_cross_matrix(ends) @ motion.spin[:, seen.rotation_segments, None]
    turn *= seen.rotation_seen[..., None, None, None]
    prior = np.zeros((frames, len(basis.lower), count))
    prior[:, :, PELVIS:] = np.diag(basis.prior)
    return np.concatenate([point.reshape(frames, -1, count), turn.reshape(frames, -1, count), prior], 1)


def solve(
    body: BodyModel, basis: Reduction, start: Poses, seen: Observations, iterations: int = 25
) -> tuple[Poses, np.ndarray]:
    """Minimises every frame's residuals within the bounds.

    Returns:
        poses and (T,) costs, half the sum of squares in m².
    """
    pelvis, z = start.pelvis.copy(), np.clip(start.z, basis.lower, basis.upper)
    cost = 0.5 * (residuals(body, basis, Poses(pelvis, z), seen) ** 2).sum(-1)
    damping = np.full(len(z), 1e-4)
    active = np.arange(len(z))
    for _ in range(iterations):
        poses, part = Poses(pelvis[active], z[active]), seen.take(active)
        motion = kinematics(body, basis, poses)
        r = _residuals(body, basis, poses, part, motion.world)
        j = jacobian(body, basis, motion, part)
        step = _step(j, r, damping[active], z[active], basis)
        trial = moved(poses, step, basis)
        new = 0.5 * (residuals(body, basis, trial, part) ** 2).sum(-1)
        better = new < cost[active]
        gain = cost[active] - new
        hit = active[better]
        pelvis[hit], z[hit] = trial.pelvis[better], trial.z[better]
        done = better & (gain < 1e-6 * new + 1e-12)
        cost[hit] = new[better]
        damping[active] = np.where(better, np.maximum(damping[active] / 5, 1e-9), damping[active] * 8)
        active = active[~done & (damping[active] < 1e3)]
        if not active.size:
            break
    return Poses(pelvis, z), cost


def _step(j: np.ndarray, r: np.ndarray, damping: np.ndarray, z: np.ndarray, basis: Reduction) -> np.ndarray:
    """(T, N) damped Gauss–Newton step; an unknown that would leave its bound is held."""
    gradient = (np.swapaxes(j, -1, -2) @ r[..., None])[..., 0]
    hessian = np.swapaxes(j, -1, -2) @ j
    free = free_unknowns(gradient, z, basis)
    hessian *= free[:, :, None] & free[:, None, :]
    diagonal = np.einsum("tii->ti", hessian)
    diagonal += damping[:, None] * (diagonal + 1e-3) + ~free
    step = -np.linalg.solve(hessian, (gradient * free)[..., None])[..., 0]
    longest = np.abs(step[:, 3:]).max(-1, keepdims=True)
    return step * np.minimum(1.0, STEP / np.maximum(longest, 1e-12))


def free_unknowns(gradient: np.ndarray, z: np.ndarray, basis: Reduction) -> np.ndarray:
    """(T, N) False for an unknown that stands at its bound and would leave it."""
    free = np.ones(gradient.shape, bool)
    free[:, PELVIS:] = ~((z <= basis.lower) & (gradient[:, PELVIS:] > 0)) & ~(
        (z >= basis.upper) & (gradient[:, PELVIS:] < 0)
    )
    return free


def moved(poses: Poses, step: np.ndarray, basis: Reduction) -> Poses:
    """Poses after a step (T, N); z stays within its bounds."""
    turn = _rotation(step[:, 3:6])
    pelvis = transform(turn @ poses.pelvis[:, :3, :3], poses.pelvis[:, :3, 3] + step[:, :3])
    return Poses(pelvis, np.clip(poses.z + step[:, PELVIS:], basis.lower, basis.upper))


def _angles(basis: Reduction, poses: Poses) -> np.ndarray:
    """(T, C) coordinates with the pelvis at the origin."""
    return np.concatenate([np.zeros((len(poses.z), PELVIS)), poses.z @ basis.matrix.T], -1)


def _cross_matrix(v: np.ndarray) -> np.ndarray:
    """(…, 3) → (…, 3, 3) with [v] w = v × w."""
    out = np.zeros((*v.shape, 3))
    out[..., 0, 1], out[..., 0, 2], out[..., 1, 2] = -v[..., 2], v[..., 1], -v[..., 0]
    return out - np.swapaxes(out, -1, -2)


def _rotation(vector: np.ndarray) -> np.ndarray:
    """(T, 3) rotation vectors → (T, 3, 3), Rodrigues."""
    angle = np.linalg.norm(vector, axis=-1)[:, None, None]
    k = _cross_matrix(vector)
    small = angle < 1e-8
    safe = np.where(small, 1.0, angle)
    a = np.where(small, 1.0, np.sin(safe) / safe)
    b = np.where(small, 0.5, (1 - np.cos(safe)) / safe**2)
    return np.eye(3) + a * k + b * (k @ k)
