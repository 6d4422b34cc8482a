"""Posterior covariance of pose and size from the normal equations.

At the solution the precision of all unknowns is Jᵀ W J / σ² + prior / σ², with σ the markers' own scatter, orientations
weighted by theirs, and the prior of a spine that bends as it usually does (``reduction.spread_precision``). The
subject's size counts among the unknowns, with what a single frame says of it: errors that stay in every frame do not
average out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.observations import MARKER_SIGMA, Observations
from synthgen.biomech.solving.jacobian import jacobian, point_jacobian
from synthgen.biomech.solving.reduction import PELVIS, Reduction, reduction, spread_precision
from synthgen.biomech.solving.scaling import PARTS
from synthgen.biomech.solving.size_jacobian import point_size_jacobian, residual_size_jacobian, segment_size_jacobian
from synthgen.biomech.solving.targets import ARM, Poses, State, moves, residuals, state, targets
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import transform
from synthgen.core.skeleton import VERTEBRAE

JOINTS: tuple[str, ...] = (
    "sacrum",
    "head_centre",
    *(
        f"{side}_{part}"
        for side in ("left", "right")
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe_tip")
    ),
)
"""Landmarks of the body besides the vertebrae whose uncertainty is told."""
LOOSE_LIMB = 0.5
"""Radians: σ of a limb's angle before anything is measured."""
SIZE_SIGMA = 0.035
"""σ of the logarithm of a part's size before it is measured, given the others: sitting height is 52 ± 1.4 % of stature
in adults [book], which is 2.7 % for the trunk and as much, the other way, for the legs."""
GIRDLE_SIGMA, SOFT_SIGMA = 0.02, (0.04, 0.005, 0.04)
"""Metres: σ of the shoulders' place on the trunk, and of the soft landmarks', which stay in its median plane."""


@dataclass(frozen=True)
class Scatter:
    """How far what is measured is off: ``points`` metres per axis, ``turns`` radians per axis."""

    points: float
    turns: float

    @property
    def turn_weight(self) -> float:
        """Factor on the residuals of orientations beside those of points, which a point's scatter would belong to.

        The ends of the axes (``targets.ARM``) tell each turn twice.
        """
        return float(self.points / (np.sqrt(2) * ARM * self.turns))


def spread_prior(body: BodyModel, full: Reduction, scatter: Scatter, bend: np.ndarray | None = None) -> np.ndarray:
    """(Z, Z) m²/rad²: the spine as it bends (``spread_precision``), limbs loose; for markers of that scatter."""
    prior = np.zeros_like(full.precision)
    prior[np.ix_(full.spinal, full.spinal)] = spread_precision(body, reduction(body), bend)
    limbs = np.flatnonzero(~full.spinal)
    prior[limbs, limbs] = (MARKER_SIGMA / LOOSE_LIMB) ** 2
    return prior * (scatter.points / MARKER_SIGMA) ** 2


@dataclass(frozen=True)
class Normal:
    """What some frames' measurements say of pose and size: normal equations in square metres.

    Attributes:
        rows: (K, R, N) derivative of the residuals, orientations weighted by their scatter. N counts the pelvis' pose,
            of which nothing is known beforehand, the coordinates and the common unknowns of ``size_jacobian.py``.
        known: (N, N) what is known of sizes beforehand; 0 for the coordinates.
        now: where the model stands.
        scatter: the measurements'.
        left: (K, R) metres, the residuals, weighted as the rows.
    """

    rows: np.ndarray
    known: np.ndarray
    now: State
    scatter: Scatter
    left: np.ndarray

    @cached_property
    def information(self) -> np.ndarray:
        """(K, N, N) of the measurements alone."""
        out: np.ndarray = np.swapaxes(self.rows, -1, -2) @ self.rows
        return out

    def hessian(self, prior: np.ndarray) -> np.ndarray:
        """(K, N, N) with what is known beforehand; ``prior`` (Z, Z) of the coordinates (:func:`spread_prior`)."""
        out: np.ndarray = self.information + self.known
        out[:, PELVIS : PELVIS + len(prior), PELVIS : PELVIS + len(prior)] += prior
        return out


def normal(body: BodyModel, full: Reduction, q: np.ndarray, seen: Observations, scatter: Scatter) -> Normal:
    """The normal equations of pose and size of K frames."""
    poses = Poses(transform(pelvis_turns(q), q[:, :3]), q[:, PELVIS:])
    aim = targets(body, full, seen)
    now = state(body, full, poses, aim)
    softs = [n for n in seen.point_names if n in body.soft]
    sized = residual_size_jacobian(body, now.world, seen, softs)
    rows = np.concatenate([jacobian(body, full, now, aim, poses.z), sized], -1)
    left = residuals(now, aim)
    for of_turns in (rows, left):
        of_turns[:, 3 * len(seen.point_names) :] *= scatter.turn_weight
    sigma = np.concatenate([np.repeat([SIZE_SIGMA, GIRDLE_SIGMA], [len(PARTS), 2]), np.tile(SOFT_SIGMA, len(softs))])
    known = np.zeros((rows.shape[-1], rows.shape[-1]))
    np.einsum("ii->i", known)[PELVIS + len(full.precision) :] = (scatter.points / sigma) ** 2
    np.einsum("ii->i", known)[:PELVIS] = 1e-12
    return Normal(rows, known, now, scatter, left)


def covariances(
    body: BodyModel, full: Reduction, prior: np.ndarray, q: np.ndarray, seen: Observations, scatter: Scatter
) -> tuple[np.ndarray, np.ndarray]:
    """(K, N, N) covariance of the unknowns and (K, 24 + J, 3, 3) m² of places in the world.

    The places are those of the vertebral bodies, then of the :data:`JOINTS`.
    """
    equations = normal(body, full, q, seen, scatter)
    covariance, now = scatter.points**2 * np.linalg.inv(equations.hessian(prior)), equations.now
    joints = [body.landmarks[n] for n in JOINTS]
    index = np.array([body.tree.segment_index[n] for n in (*VERTEBRAE, *(segment for segment, _ in joints))])
    centres = np.stack([*(body.vertebra_points[n]["body"] for n in VERTEBRAE), *(at for _, at in joints)])
    carried = now.world[:, index]
    at = (carried[..., :3, :3] @ centres[..., None])[..., 0] + carried[..., :3, 3]
    turned = point_jacobian(body, now, index, at, np.ones(len(index))) * moves(body.tree)[index][:, None, :]
    softs = [n for n in seen.point_names if n in body.soft]
    sized = point_size_jacobian(body, now.world, segment_size_jacobian(body, now.world, softs), index, centres)
    derivative = np.concatenate([turned, sized], -1)
    return covariance, derivative @ covariance[:, None] @ np.swapaxes(derivative, -1, -2)


def pelvis_turns(q: np.ndarray) -> np.ndarray:
    """(T, 3, 3) orientation of the pelvis in the world."""
    out: np.ndarray = Rotation.from_euler("ZYX", q[:, 3:PELVIS]).as_matrix()
    return out
