"""How what the fit compares moves with the pose's unknowns: analytic Jacobians.

A target at x moves by a × (x − o) when the axis a through o turns; written as −[x]× a − a × o it is one product of what
belongs to the targets with what belongs to the axes.
"""

from __future__ import annotations

import numpy as np

from synthgen.biomech.solving.reduction import PELVIS, Reduction
from synthgen.biomech.solving.targets import State, Targets, cross, cross_matrix
from synthgen.core.bodymodel import BodyModel


def jacobian(body: BodyModel, basis: Reduction, now: State, aim: Targets, z: np.ndarray) -> np.ndarray:
    """(T, 3·P, 6 + Z) derivative of ``targets.residuals`` with the pelvis' translation and rotation and with z."""
    if basis.plain:
        full = point_jacobian(body, now, aim.carriers, now.places, aim.anchored, aim.factors)
        full *= aim.moves[:, None, :]
        return full.reshape(len(full), -1, full.shape[-1])
    count, points, s = len(z), len(aim.carriers), basis.spine
    places, axes = _targets_part(now.places, aim.anchored, aim.factors), _axes_part(body, now)
    spinal, limbs = 3 + np.flatnonzero(basis.spinal), 3 + np.flatnonzero(~basis.spinal)
    out = np.empty((count, points, 3, PELVIS + s + len(limbs)))
    out[..., :3] = -places[..., 3:]
    out[..., 3:PELVIS] = _product(places, axes[..., :3])
    # The levels of a stretch of the spine go by their rhythms: their axes add up before they meet the targets.
    going = axes[..., spinal] * basis.going(z)[:, None, basis.spinal]
    regions = (going @ aim.shares).reshape(count, 6, -1, s).transpose(0, 2, 1, 3)
    out[..., PELVIS : PELVIS + s] = places @ regions[:, aim.chain]
    out[..., PELVIS + s :] = _product(places, axes[..., limbs]) * aim.moves[:, None, 3 + limbs]
    return out.reshape(count, 3 * points, -1)


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
    left, right = _targets_part(places, anchored, factors), _axes_part(body, now)
    out = np.empty((*places.shape, 3 + right.shape[-1]))
    out[..., :3] = -left[..., 3:]
    out[..., 3:] = _product(left, right)
    return out


def _axes_part(body: BodyModel, now: State) -> np.ndarray:
    """(T, 6, C − 3) of every rotation, the pelvis' three about the world's axes: a, and a × o."""
    owner = np.array([i for i, s in enumerate(body.tree.segments) for _ in s.coordinates])[PELVIS:]
    axes = np.concatenate([np.broadcast_to(np.eye(3), (len(now.axes), 3, 3)), now.axes[:, PELVIS:]], 1)
    origins = np.concatenate([np.repeat(now.world[:, :1, :3, 3], 3, 1), now.world[..., :3, 3][:, owner]], 1)
    return np.concatenate([axes, cross(axes, origins)], -1).swapaxes(-1, -2)


def _targets_part(places: np.ndarray, anchored: np.ndarray, factors: np.ndarray | float) -> np.ndarray:
    """(T, P, 3, 6) of every target, weighted: −[x]×, and −1 where it moves with its segment."""
    weights = np.broadcast_to(factors, places.shape[:2])[..., None, None]
    return np.concatenate([-weights * cross_matrix(places), -weights * anchored[:, None, None] * np.eye(3)], -1)


def _product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(T, P, 3, 6) and (T, 6, N) → (T, P, 3, N)."""
    out: np.ndarray = (left.reshape(len(left), -1, 6) @ right).reshape(*left.shape[:3], -1)
    return out
