"""Batched Levenberg–Marquardt on pelvis pose and joint angles: every frame of a block at once.

The cost is half the sum of the squared residuals (``targets.py``) and of a quadratic prior on the angles
(``Reduction.precision``).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dposv

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.jacobian import jacobian
from synthgen.biomech.solving.reduction import PELVIS, Reduction
from synthgen.biomech.solving.targets import Poses, State, Targets, moved, residuals, state, targets
from synthgen.core.bodymodel import BodyModel

BLOCK = 48
"""Frames that are solved at once; more of them do not fit the processor's cache."""
STEP = 0.4
"""Radians: the largest change of an angle in one step; longer steps leap between branches."""
STILL = 0.02
"""Radians: a frame is not done while an angle of the trunk moves by more in one step."""
NEAR, KEPT = 0.1, 0.3
"""Radians, and share of the tolerance: a frame is done after a step of less than NEAR that leaves no more cost than the
quadratic model said, but for this; what Gauss–Newton could still gain is smaller than what it missed."""
_HOLD = 1e6
"""m²/rad²: stiffness that keeps an unknown where it is."""
_WALLS = 4
"""Times that a step is solved again with more unknowns at their bounds."""


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
    now = _states(body, basis, poses, aim)
    for _ in range(iterations):
        # Few frames need many steps: blocks are filled anew with those that are not done.
        on = np.zeros(len(cost), bool)
        for block in _blocks(active):
            on[block] = _improve(body, basis, poses, now, aim.take(block), block, cost, damping, tolerance)
        active = np.flatnonzero(on)
        if not active.size:
            break
    return poses, cost


def _blocks(index: np.ndarray) -> list[np.ndarray]:
    return [index[i : i + BLOCK] for i in range(0, len(index), BLOCK)]


def _states(body: BodyModel, basis: Reduction, poses: Poses, aim: Targets) -> State:
    """Where the first poses put the model."""
    parts = [state(body, basis, poses.take(block), aim) for block in _blocks(np.arange(len(poses.z)))]
    return State(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("world", "axes", "places")))


def _improve(
    body: BodyModel,
    basis: Reduction,
    poses: Poses,
    states: State,
    aim: Targets,
    block: np.ndarray,
    cost: np.ndarray,
    damping: np.ndarray,
    tolerance: float,
) -> np.ndarray:
    """One step of some frames, in place; True where another may be worth it."""
    part = poses.take(block)
    now = states.take(block)
    r, j = residuals(now, aim), jacobian(body, basis, now, aim, part.z)
    before = _cost(r, part.z - aim.rest, basis)
    step = _step(j, r, damping[block], part.z, aim.rest, basis)
    trial = moved(part, step, basis)
    then = state(body, basis, trial, aim)
    new = _cost(residuals(then, aim), trial.z - aim.rest, basis)
    gain = before - new
    better = gain > 0
    hit = block[better]
    poses.pelvis[hit], poses.z[hit] = trial.pelvis[better], trial.z[better]
    states.put(hit, then.take(better))
    cost[block] = np.where(better, new, before)
    damping[block] = np.where(better, damping[block] / 5, np.maximum(damping[block] * 10, 1e-3)).clip(1e-5)
    # What cannot be explained may make up most of the cost: a flat valley is not its floor while angles still move.
    far = (np.abs(step[:, PELVIS:]) * basis.central).max(1)
    # A step that brings what the quadratic model promised ends at its floor.
    promised = _cost(r + (j @ step[..., None])[..., 0], part.z + step[:, PELVIS:] - aim.rest, basis)
    kept = (np.abs(new - promised) < KEPT * tolerance * new + 1e-12) & (far < NEAR)
    done = better & (kept | (far < STILL) & (gain < tolerance * new + 1e-12))
    out: np.ndarray = ~done & (damping[block] < 1e3)
    return out


def _cost(r: np.ndarray, away: np.ndarray, basis: Reduction) -> np.ndarray:
    """(T,) half the sum of squares and the prior, from residuals (T, R) and ``away`` (T, Z) from its least."""
    out: np.ndarray = 0.5 * (np.einsum("tr,tr->t", r, r) + np.einsum("tz,tz->t", away @ basis.precision, away))
    return out


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
        step[todo] = fixed - _solved(left, right)
        out = free[todo] & ((step[todo] < low[todo]) | (step[todo] > high[todo]))
        step[todo] = np.clip(step[todo], low[todo], high[todo])
        free[todo] &= ~out
        diagonal[todo] += _HOLD * out
        todo = todo[out.any(1)]
        if not todo.size:
            break
    return step


def _solved(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(T, N, N) symmetric and nearly always positive definite, (T, N) → (T, N); Cholesky takes half of LU's time."""
    out = np.empty_like(right)
    for t, (matrix, column) in enumerate(zip(matrices, right, strict=True)):
        _, out[t], failed = dposv(matrix.T, column)
        if failed:
            out[t] = np.linalg.solve(matrix, column)
    return out


def free_unknowns(gradient: np.ndarray, z: np.ndarray, basis: Reduction) -> np.ndarray:
    """(T, N) False for an unknown that stands at its bound and would leave it."""
    free = np.ones(gradient.shape, bool)
    free[:, PELVIS:] = ~((z <= basis.lower) & (gradient[:, PELVIS:] > 0)) & ~(
        (z >= basis.upper) & (gradient[:, PELVIS:] < 0)
    )
    return free
