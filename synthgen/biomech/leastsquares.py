"""Batched Levenberg–Marquardt on pelvis pose and joint angles: every frame of a block at once.

Residuals, all in metres: landmarks minus measured points; for a measured orientation the ends of three axes of
:data:`ARM` length; and a quadratic prior on the angles (``Reduction.precision``). The Jacobian is analytic.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.reduction import PELVIS, Reduction
from synthgen.bodymodel import BodyModel
from synthgen.frames import transform
from synthgen.kinematics import Tree

ARM = 0.1
"""Metres: 1° of orientation error weighs as much as 1.7 mm · √2 of a point's."""
BLOCK = 48
"""Frames that are solved at once; more of them do not fit the processor's cache."""
STEP = 0.4
"""Radians: the largest change of an angle in one step; longer steps leap between branches."""
STILL = 0.02
"""Radians: a frame is not done while an angle of the trunk moves by more in one step."""
_HOLD = 1e6
"""m²/rad²: stiffness that keeps an unknown where it is."""
_WALLS = 4
"""Times that a step is solved again with more unknowns at their bounds."""


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
    return poses.pelvis[:, None] @ body.tree.forward(_angles(basis, poses))


def state(body: BodyModel, basis: Reduction, poses: Poses, aim: Targets) -> State:
    """Transforms, axes and the targets' places of some poses."""
    local, axes = body.tree.forward_with_axes(_angles(basis, poses))
    world = poses.pelvis[:, None] @ local
    carried = world[:, aim.carriers]
    places = (carried[..., :3, :3] @ aim.offsets[..., None])[..., 0] + aim.anchored[:, None] * carried[..., :3, 3]
    return State(world, axes @ np.swapaxes(poses.pelvis[:, :3, :3], -1, -2), places)


def residuals(now: State, aim: Targets) -> np.ndarray:
    """(T, 3·P) residuals in metres, 0 where missing."""
    return (aim.factors[..., None] * (now.places - aim.values)).reshape(len(aim.values), -1)


def landmark_points(body: BodyModel, seen: Observations, world: np.ndarray) -> np.ndarray:
    """(T, S, 4, 4) → (T, M, 3): where the model has the measured points."""
    carried = world[:, seen.point_segments]
    offsets = np.stack([body.landmarks[n][1] for n in seen.point_names])
    return (carried[..., :3, :3] @ offsets[:, :, None])[..., 0] + carried[..., :3, 3]


def jacobian(body: BodyModel, basis: Reduction, now: State, aim: Targets, z: np.ndarray) -> np.ndarray:
    """(T, 3·P, 6 + Z) derivative of :func:`residuals` with the pelvis' translation and rotation and with z.

    A target at x moves by a × (x − o) when the axis a through o turns; written as −[x]× a − a × o it is one product
    of what belongs to the targets with what belongs to the axes.
    """
    full = point_jacobian(body, now, aim.carriers, now.places, aim.anchored)
    full *= aim.moves[:, None, :]
    full *= aim.factors[..., None, None]
    if not basis.plain:
        full[..., PELVIS:] *= basis.going(z)[:, None, None]
    full = full.reshape(len(full), -1, full.shape[-1])
    if basis.plain:
        return full
    s = basis.spine
    columns = PELVIS + np.flatnonzero(basis.spinal)
    spine = full[..., columns] @ basis.matrix[basis.spinal, :s]
    return np.concatenate([full[..., :PELVIS], spine, full[..., PELVIS + np.flatnonzero(~basis.spinal)]], -1)


def point_jacobian(
    body: BodyModel, now: State, carriers: np.ndarray, places: np.ndarray, anchored: np.ndarray
) -> np.ndarray:
    """(T, P, 3, C) derivative of points with the pelvis' pose and with q, as if every coordinate moved them all."""
    count = len(places)
    owner = np.array([i for i, s in enumerate(body.tree.segments) for _ in s.coordinates])[PELVIS:]
    axes = np.concatenate([np.broadcast_to(np.eye(3), (count, 3, 3)), now.axes[:, PELVIS:]], 1)
    origins = np.concatenate([np.repeat(now.world[:, :1, :3, 3], 3, 1), now.world[..., :3, 3][:, owner]], 1)
    right = np.concatenate([axes, _cross(axes, origins)], -1).swapaxes(-1, -2)
    left = np.zeros((count, len(carriers), 3, 6))
    left[..., :3] = -_cross_matrix(places)
    left[..., 3:] = -anchored[:, None, None] * np.eye(3)
    out = np.empty((count, len(carriers), 3, 3 + right.shape[-1]))
    out[..., :3] = anchored[:, None, None] * np.eye(3)
    out[..., 3:] = (left.reshape(count, -1, 6) @ right).reshape(count, len(carriers), 3, -1)
    return out


def solve(
    body: BodyModel,
    basis: Reduction,
    start: Poses,
    seen: Observations,
    rest: np.ndarray | None = None,
    iterations: int = 25,
    tolerance: float = 1e-6,
) -> tuple[Poses, np.ndarray]:
    """Minimises every frame's residuals within the bounds.

    Args:
        body, basis: the model and its unknowns.
        start: first poses.
        seen: what was measured.
        rest: (T, Z) radians, unknowns at which the prior is least; 0 by default.
        iterations: at most so many steps.
        tolerance: a frame is done when a step gains less than this share of its cost.

    Returns:
        poses and (T,) costs, half the sum of squares in m².
    """
    poses = Poses(start.pelvis.copy(), np.clip(start.z, basis.lower, basis.upper))
    aim = targets(body, basis, seen, rest)
    cost, damping, active = np.empty(len(poses.z)), np.full(len(poses.z), 1e-4), np.arange(len(poses.z))
    for block in _blocks(active):
        cost[block] = _cost(body, basis, poses.take(block), aim.take(block))
    for _ in range(iterations):
        # Few frames need many steps: blocks are filled anew with those that are not done.
        on = np.zeros(len(cost), bool)
        for block in _blocks(active):
            on[block] = _improve(body, basis, poses, aim.take(block), block, cost, damping, tolerance)
        active = np.flatnonzero(on)
        if not active.size:
            break
    return poses, cost


def _blocks(index: np.ndarray) -> list[np.ndarray]:
    return [index[i : i + BLOCK] for i in range(0, len(index), BLOCK)]


def _improve(
    body: BodyModel,
    basis: Reduction,
    poses: Poses,
    aim: Targets,
    block: np.ndarray,
    cost: np.ndarray,
    damping: np.ndarray,
    tolerance: float,
) -> np.ndarray:
    """One step of some frames, in place; True where another may be worth it."""
    part = poses.take(block)
    now = state(body, basis, part, aim)
    r = residuals(now, aim)
    step = _step(jacobian(body, basis, now, aim, part.z), r, damping[block], part.z, aim.rest, basis)
    trial = moved(part, step, basis)
    new = _cost(body, basis, trial, aim)
    gain = cost[block] - new
    better = gain > 0
    hit = block[better]
    poses.pelvis[hit], poses.z[hit], cost[hit] = trial.pelvis[better], trial.z[better], new[better]
    damping[block] = np.where(better, damping[block] / 5, np.maximum(damping[block] * 10, 1e-3)).clip(1e-5)
    # What cannot be explained may make up most of the cost: a flat valley is not its floor while angles still move.
    still = (np.abs(step[:, PELVIS:]) * basis.central).max(1) < STILL
    done = better & still & (gain < tolerance * new + 1e-12)
    return ~done & (damping[block] < 1e3)


def _cost(body: BodyModel, basis: Reduction, poses: Poses, aim: Targets) -> np.ndarray:
    """(T,) half the sum of squares and the prior."""
    r, away = residuals(state(body, basis, poses, aim), aim), poses.z - aim.rest
    return 0.5 * (np.einsum("tr,tr->t", r, r) + np.einsum("tz,tz->t", away @ basis.precision, away))


def normal_equations(j: np.ndarray, r: np.ndarray, away: np.ndarray, basis: Reduction) -> tuple[np.ndarray, np.ndarray]:
    """(T, N) gradient and (T, N, N) Gauss–Newton Hessian of the cost; ``away`` (T, Z) from where the prior is least."""
    turned = np.swapaxes(j, -1, -2)
    gradient = (turned @ r[..., None])[..., 0]
    hessian = turned @ j
    gradient[:, PELVIS:] += away @ basis.precision
    hessian[:, PELVIS:, PELVIS:] += basis.precision
    return gradient, hessian


def _step(
    j: np.ndarray, r: np.ndarray, damping: np.ndarray, z: np.ndarray, rest: np.ndarray, basis: Reduction
) -> np.ndarray:
    """(T, N) damped Gauss–Newton step within the bounds and no longer than :data:`STEP` in any angle.

    The quadratic model's minimum in that box, nearly: unknowns that would leave it are set to its wall, and the
    others are solved for again.
    """
    gradient, hessian = normal_equations(j, r, z - rest, basis)
    free = free_unknowns(gradient, z, basis)
    np.einsum("tii->ti", hessian)[...] *= 1 + damping[:, None]
    np.einsum("tii->ti", hessian)[...] += 1e-3 * damping[:, None]
    low, high = np.full(gradient.shape, -STEP), np.full(gradient.shape, STEP)
    low[:, :3], high[:, :3] = -np.inf, np.inf
    low[:, PELVIS:], high[:, PELVIS:] = np.maximum(basis.lower - z, -STEP), np.minimum(basis.upper - z, STEP)
    step = np.zeros_like(gradient)
    diagonal = np.einsum("tii->ti", hessian)
    diagonal += _HOLD * ~free
    todo = np.arange(len(z))
    for turn in range(_WALLS):
        left = hessian[todo] if turn else hessian
        fixed = np.where(free[todo], 0.0, step[todo])
        right = gradient[todo]
        if turn:
            right = right + (left @ fixed[..., None])[..., 0]
        right *= free[todo]
        step[todo] = fixed - np.linalg.solve(left, right[..., None])[..., 0]
        out = free[todo] & ((step[todo] < low[todo]) | (step[todo] > high[todo]))
        step[todo] = np.clip(step[todo], low[todo], high[todo])
        free[todo] &= ~out
        diagonal[todo] += _HOLD * out
        todo = todo[out.any(1)]
        if not todo.size:
            break
    return step


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
    return np.concatenate([np.zeros((len(poses.z), PELVIS)), basis.coordinates(poses.z)], -1)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(…, 3) cross product; numpy's own takes several times as long on small arrays."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], -1)


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
