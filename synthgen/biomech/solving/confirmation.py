"""OpenSim's word on a least-squares solution: every frame is placed in OpenSim's own model, some are solved there.

OpenSim's optimizer leaves a frame as it is where its goal is flat enough. The least squares end there in nearly every
frame, which shows without solving it again: their gradient is that of OpenSim's goal. Solved by OpenSim are

- frames where the goal is steeper than :data:`FLAT`: the least squares have not brought them to convergence,
- frames with a point that OpenSim's model has elsewhere, by more than :data:`SAME`,
- the worst frames, :data:`WORST` of them,
- every k-th frame as a sample, which shows what the others are worth.

A frame that was taken for converged *disagrees* when OpenSim moves a vertebra of it by more than :data:`AGREE`. Then
its neighbours are solved too, as far as to the next of the sample and on from those that disagree; where more than
:data:`MANY` of the sample disagree, every frame is. What OpenSim has solved is what is delivered.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.assembly import Assembly
from synthgen.biomech.solving.reduction import PELVIS, Reduction
from synthgen.biomech.solving.slope import gradient
from synthgen.biomech.solving.targets import landmark_points
from synthgen.core.bodymodel import BodyModel
from synthgen.core.skeleton import VERTEBRAE

FLAT = 3e-4
"""Largest part of the gradient of OpenSim's goal, in ``assembly.UNIT``. Of 6438 frames of 42 clips OpenSim moved 30,
none of them below 4.2e-4; 135 are above 3e-4. In 1942 frames below it of 41 clips of fewer points it moved no vertebra
by more than 0.03 mm (docs/evidence/biomechanics.md)."""
SAME = 1e-6
"""Metres; both models place points alike to some 1e-15."""
WORST = 0.02
"""Share of the frames, those with the largest residuals."""
AGREE = 5e-5
"""Metres."""
MANY = 0.1
"""Share of the sample."""


class Why(IntEnum):
    """Why OpenSim solved a frame; the first of these that holds."""

    NOT = 0
    UNSETTLED = 1
    APART = 2
    WORST = 3
    SAMPLED = 4
    NEAR = 5


@dataclass(frozen=True)
class Confirmation:
    """What OpenSim said of T frames.

    Attributes:
        why: (T,) of :class:`Why`.
        moved: (T,) metres, the most that OpenSim moved a vertebral body, NaN where it did not solve.
        vertebra: (T,) index of that vertebra.
        apart: (T,) metres, the largest distance between a point in OpenSim's model and in ours.
        rms: (T,) metres, of the points as OpenSim's model has them from the measured ones, over those that stand for
            anatomy; 0 where none was measured.
    """

    why: np.ndarray
    moved: np.ndarray
    vertebra: np.ndarray
    apart: np.ndarray
    rms: np.ndarray


def joined(parts: list[Confirmation]) -> Confirmation:
    """Of all frames of some stretches."""
    return Confirmation(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Confirmation)})


def confirmed(
    body: BodyModel, basis: Reduction, q: np.ndarray, seen: Observations, rest: np.ndarray, every: int
) -> tuple[np.ndarray, Confirmation]:
    """Lets OpenSim judge a least-squares solution, and finish it where that is called for.

    Args:
        body: the scaled body.
        basis: the unknowns level by level (``reduction.levels``) with their prior.
        q: (T, C) the least-squares solution.
        seen: measured points and orientations.
        rest: (T, C − 6) radians, where the prior is least.
        every: of the sample.

    Returns:
        (T, C) coordinates within their bounds, and what was found.
    """
    opensim = Assembly(body, seen)
    bounds = basis.bounds
    flat = opensim.slope(gradient(body, basis, q, seen, rest), q, bounds) <= FLAT
    apart, rms = _placed(opensim, body, q, seen)
    why = _reasons(flat, apart, rms, every)
    weights = np.diag(basis.precision)
    angles = q[:, PELVIS:]
    references = angles - (angles - rest) @ basis.precision / weights
    out, moved, vertebra = q.copy(), np.full(len(q), np.nan), np.zeros(len(q), int)
    while (todo := np.flatnonzero((why != Why.NOT) & np.isnan(moved))).size:
        out[todo] = np.clip(opensim.solved(q[todo], todo, references[todo], weights), *bounds)
        away = np.linalg.norm(_vertebrae(body, out[todo]) - _vertebrae(body, q[todo]), axis=-1)
        moved[todo], vertebra[todo] = away.max(1), away.argmax(1)
        apart[todo], rms[todo] = _placed(opensim, body, out[todo], seen.take(todo))
        why[_drawn_in(why, moved, every)] = Why.NEAR
    return out, Confirmation(why, moved, vertebra, apart, rms)


def _placed(opensim: Assembly, body: BodyModel, q: np.ndarray, seen: Observations) -> tuple[np.ndarray, np.ndarray]:
    """(T,) metres between points in OpenSim's model and in ours, and (T,) RMS from the measured ones."""
    there = opensim.points(q)
    apart = np.linalg.norm(there - landmark_points(body, seen, body.tree.forward(q)), axis=-1).max(1)
    counted = seen.point_seen & np.array([n not in body.soft for n in seen.point_names])
    squares = np.where(counted, ((there - seen.points) ** 2).sum(-1), 0.0)
    return apart, np.sqrt(squares.sum(1) / np.maximum(counted.sum(1), 1))


def _reasons(flat: np.ndarray, apart: np.ndarray, rms: np.ndarray, every: int) -> np.ndarray:
    """(T,) why OpenSim solves a frame at first."""
    why = np.full(len(flat), Why.NOT)
    why[::every] = Why.SAMPLED
    why[np.argsort(-rms, kind="stable")[: int(np.ceil(WORST * len(rms)))]] = Why.WORST
    why[apart > SAME] = Why.APART
    why[~flat] = Why.UNSETTLED
    return why


def _drawn_in(why: np.ndarray, moved: np.ndarray, every: int) -> np.ndarray:
    """(T,) True for frames that must be solved because others disagree."""
    left, sample = np.asarray(why == Why.NOT), np.asarray(why == Why.SAMPLED)
    disagree = (why >= Why.WORST) & (moved > AGREE)
    if (disagree & sample).sum() > MANY * sample.sum():
        return left
    near = np.zeros(len(why), bool)
    for t in np.flatnonzero(disagree):
        near[max(0, t - every) : t + every + 1] = True
    return np.asarray(near & left)


def _vertebrae(body: BodyModel, q: np.ndarray) -> np.ndarray:
    """(K, C) → (K, 24, 3) metres, world: centres of the vertebral bodies."""
    index = [body.tree.segment_index[n] for n in VERTEBRAE]
    centres = np.stack([body.vertebra_points[n]["body"] for n in VERTEBRAE])
    carried = body.tree.forward(q)[:, index]
    out: np.ndarray = (carried[..., :3, :3] @ centres[..., None])[..., 0] + carried[..., :3, 3]
    return out
