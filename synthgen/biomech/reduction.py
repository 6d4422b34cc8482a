"""The unknowns of the fit: pelvis pose, twelve spine rhythms and the limbs' coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.bodymodel import BodyModel
from synthgen.skeleton import SPINE_SEGMENTS

PELVIS = 6
"""The pelvis' six coordinates come first in q; in z its pose is kept apart as a transform."""


@dataclass(frozen=True)
class Reduction:
    """q[6:] = B · z with bounds on z.

    Attributes:
        matrix: (C − 6, Z); the first twelve columns are the spine's rhythms, the others limb coordinates.
        lower, upper: (Z,) radians. A rhythm's bound is where its first level meets its own.
        names: (Z,) rhythm names, then coordinate names.
        spine: number of rhythm columns.
        central: (Z,) True for the spine's rhythms and the clavicles.
        prior: (Z,) metres per radian, the weak pull towards 0 in the least squares.
    """

    matrix: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    names: tuple[str, ...]
    spine: int
    central: np.ndarray
    prior: np.ndarray


SPINE_PRIOR, CLAVICLE_PRIOR, LIMB_PRIOR = 2e-3, 4e-3, 1e-3
"""Metres per radian: they decide only what the measurements leave open (axial rotation of a straight limb)."""
USUAL_RANGE = 0.6
"""Radians: a region that bends so far to either side has just SPINE_PRIOR."""


def reduction(body: BodyModel) -> Reduction:
    """The reduction of a body's coordinates to its spine rhythms and limbs."""
    coordinates = body.tree.coordinates[PELVIS:]
    spinal = np.array([c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS for c in coordinates])
    low, high = (np.array([getattr(c, side) for c in coordinates]) for side in ("lower", "upper"))
    rhythm = body.rhythm[PELVIS:]
    limbs = np.eye(len(coordinates))[:, ~spinal]
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(rhythm > 0, low[:, None] / rhythm, -np.inf).max(0)
        most = np.where(rhythm > 0, high[:, None] / rhythm, np.inf).min(0)
    names = (*body.rhythm_names, *(c.name for c, s in zip(coordinates, spinal, strict=True) if not s))
    spine = rhythm.shape[1]
    lower, upper = np.concatenate([least, low[~spinal]]), np.concatenate([most, high[~spinal]])
    # What a bend is shared by where nothing else says so: a region of small range gives in less.
    stiff = SPINE_PRIOR * USUAL_RANGE / (0.5 * (upper - lower))
    clavicle = np.array([n.endswith(("_elevation", "_protraction")) for n in names])
    return Reduction(
        matrix=np.concatenate([rhythm, limbs], 1),
        lower=lower,
        upper=upper,
        names=names,
        spine=spine,
        central=clavicle | (np.arange(len(names)) < spine),
        prior=np.where(clavicle, CLAVICLE_PRIOR, np.where(np.arange(len(names)) < spine, stiff, LIMB_PRIOR)),
    )
