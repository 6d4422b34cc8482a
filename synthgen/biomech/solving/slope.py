"""The gradient of the least squares' cost with the model's own coordinates, without a Jacobian.

A residual pulls at its place like a force, and a coordinate feels the sum of the forces on what it moves (virtual
work): along its axis where it slides, their moment about it where it turns.
"""

from __future__ import annotations

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.reduction import PELVIS, Reduction
from synthgen.biomech.solving.targets import cross, moves, targets
from synthgen.core.bodymodel import BodyModel


def gradient(body: BodyModel, basis: Reduction, q: np.ndarray, seen: Observations, rest: np.ndarray) -> np.ndarray:
    """Derivative of ``leastsquares.solve``'s cost, half the sum of squares in m².

    Args:
        body: the scaled body.
        basis: the unknowns level by level (``reduction.levels``).
        q: (T, C) coordinates; seen: what was measured.
        rest: (T, C − 6) radians, where the prior is least.

    Returns:
        (T, C) m of the pelvis' place, m²/rad of the angles.
    """
    aim = targets(body, basis, seen, rest)
    world, axes = body.tree.forward_with_axes(q)
    carried = world[:, aim.carriers]
    arms = (carried[..., :3, :3] @ aim.offsets[..., None])[..., 0] + aim.anchored[:, None] * carried[..., :3, 3]
    pulls = aim.factors[..., None] ** 2 * (arms - aim.values)
    forces = aim.anchored[:, None] * pulls
    both = np.concatenate([forces, cross(arms, pulls)], -1)
    felt = moves(body.tree).T[:, aim.carriers] @ both
    owner = [i for i, s in enumerate(body.tree.segments) for _ in s.coordinates]
    moments = felt[..., 3:] - cross(world[..., :3, 3][:, owner], felt[..., :3])
    slides = np.array([c.kind == "translation" for c in body.tree.coordinates])
    out: np.ndarray = np.einsum("tci,tci->tc", axes, np.where(slides[:, None], felt[..., :3], moments))
    out[:, PELVIS:] += (q[:, PELVIS:] - rest) @ basis.precision
    return out
