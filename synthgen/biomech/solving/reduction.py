"""The unknowns of the fit: pelvis pose, spine and limbs; by twelve rhythms first, then level by level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.biomech.observations import MARKER_SIGMA
from synthgen.core.bodymodel import BodyModel
from synthgen.core.skeleton import SPINE_SEGMENTS

PELVIS = 6
"""The pelvis' six coordinates come first in q; in z its pose is kept apart as a transform."""
SPINE_PRIOR, CLAVICLE_PRIOR, LIMB_PRIOR = 2e-3, 4e-3, 1e-3
"""Metres per radian: they decide only what the measurements leave open (axial rotation of a straight limb)."""
USUAL_RANGE = 0.6
"""Radians: a region that bends so far to either side has just SPINE_PRIOR."""
USUAL_LIMB = 1.0
"""Radians: σ of a limb's angle. It decides what nothing shows, the rotation of a straight arm."""
USUAL_MOST = np.radians(15)
"""Radians: σ of a region's angle; the levels' ranges add up to more than a trunk uses [book: thoracic lateral bending
25 to 30°, rotation 30 to 35° to one side; lumbar flexion 50 to 60°]."""
LEVEL_SHARE = 0.3
"""σ of a level's departure from its region's rhythm, as a share of its part of the region's usual bend."""
LEVEL_LEAST = np.radians(0.3)
"""Radians: σ of a level that the rhythm gives next to nothing."""


@dataclass(frozen=True)
class Reduction:
    """q[6:] = B · z within the levels' ranges, with bounds on z and a prior ½ zᵀ Λ z.

    A level that has come to the end of its range stays there while the others of its region go on.

    Attributes:
        matrix: (C − 6, Z); by rhythm: first twelve columns for the spine, then the limbs' coordinates.
        lower, upper: (Z,) radians. A rhythm's bound is where its last level meets its own.
        low, high: (C − 6,) radians, ranges of the coordinates.
        names: (Z,) rhythm names, then coordinate names.
        spine: number of rhythm columns, 0 where every level is an unknown of its own.
        spinal: (C − 6,) True for coordinates of the spine.
        central: (Z,) True for the spine's unknowns and the clavicles.
        precision: (Z, Z) Λ in m²/rad²: the weak pull towards 0 and, level by level, towards the rhythm.
        plain: True where B is the identity.
    """

    matrix: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    low: np.ndarray
    high: np.ndarray
    names: tuple[str, ...]
    spine: int
    spinal: np.ndarray
    central: np.ndarray
    precision: np.ndarray
    plain: bool = False

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """(C,) lower and (C,) upper bounds of all coordinates; the pelvis has none."""
        free = np.full(PELVIS, np.inf)
        return np.concatenate([-free, self.low]), np.concatenate([free, self.high])

    def coordinates(self, z: np.ndarray) -> np.ndarray:
        """(T, Z) → (T, C − 6)."""
        return z if self.plain else np.clip(z @ self.matrix.T, self.low, self.high)

    def going(self, z: np.ndarray) -> np.ndarray:
        """(T, Z) → (T, C − 6) True where a coordinate follows z, False where it is at the end of its range."""
        q = z @ self.matrix.T
        out: np.ndarray = (q >= self.low) & (q <= self.high)
        return out

    def held_back(self, z: np.ndarray) -> np.ndarray:
        """(T, Z) → (T, C − 6) radians by which ranges keep the coordinates from B · z."""
        out: np.ndarray = self.coordinates(z) - z @ self.matrix.T
        return out


def reduction(body: BodyModel, noise: float = 0.0) -> Reduction:
    """The reduction of a body's coordinates to its spine rhythms and limbs.

    Args:
        body: any body.
        noise: metres, σ per axis of the measured points: the noisier they are, the more a region that they hardly
            determine is drawn to how it usually stands (:func:`usual_bend`).
    """
    coordinates = body.tree.coordinates[PELVIS:]
    spinal = np.array([c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS for c in coordinates])
    low, high = (np.array([getattr(c, side) for c in coordinates]) for side in ("lower", "upper"))
    rhythm = body.rhythm[PELVIS:]
    limbs = np.eye(len(coordinates))[:, ~spinal]
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(rhythm > 0, low[:, None] / rhythm, np.inf).min(0)
        most = np.where(rhythm > 0, high[:, None] / rhythm, -np.inf).max(0)
    names = (*body.rhythm_names, *(c.name for c, s in zip(coordinates, spinal, strict=True) if not s))
    spine = rhythm.shape[1]
    lower, upper = np.concatenate([least, low[~spinal]]), np.concatenate([most, high[~spinal]])
    span = np.concatenate([(high - low) @ (rhythm > 0), (high - low)[~spinal]])
    # What a bend is shared by where nothing else says so: a region of small range gives in less.
    stiff = SPINE_PRIOR * USUAL_RANGE / (0.5 * span)
    clavicle = np.array([n.endswith(("_elevation", "_protraction")) for n in names])
    stiff = np.maximum(stiff, noise / _usual(span))
    limb = max(LIMB_PRIOR, noise / USUAL_LIMB)
    prior = np.where(clavicle, CLAVICLE_PRIOR, np.where(np.arange(len(names)) < spine, stiff, limb))
    return Reduction(
        matrix=np.concatenate([rhythm, limbs], 1),
        lower=lower,
        upper=upper,
        low=low,
        high=high,
        names=names,
        spine=spine,
        spinal=spinal,
        central=clavicle | (np.arange(len(names)) < spine),
        precision=np.diag(prior**2),
    )


def levels(body: BodyModel, basis: Reduction) -> Reduction:
    """Every level an unknown of its own, tied to the rhythm that explains it best.

    With d = q − B z and independent σ of the levels, z is eliminated: Λ = D − D B (Bᵀ D B + Λ_z)⁻¹ Bᵀ D.
    """
    coordinates = body.tree.coordinates[PELVIS:]
    low, high = (np.array([getattr(c, side) for c in coordinates]) for side in ("lower", "upper"))
    spinal, s = basis.spinal, basis.spine
    precision = np.zeros((len(coordinates), len(coordinates)))
    limbs = np.flatnonzero(~spinal)
    precision[limbs, limbs] = np.diag(basis.precision)[s:]
    precision[np.ix_(spinal, spinal)] = _tied(level_precision(body, basis), basis, basis.precision[:s, :s])
    return Reduction(
        matrix=np.eye(len(coordinates)),
        lower=low,
        upper=high,
        low=low,
        high=high,
        names=tuple(c.name for c in coordinates),
        spine=0,
        spinal=spinal,
        central=spinal | np.array([c.name.endswith(("_elevation", "_protraction")) for c in coordinates]),
        precision=precision,
        plain=True,
    )


def level_precision(body: BodyModel, basis: Reduction, bend: np.ndarray | None = None) -> np.ndarray:
    """(75,) m²/rad² of each spinal coordinate's departure from its rhythm; ``bend`` as in :func:`spread_precision`."""
    share, usual = basis.matrix[basis.spinal, : basis.spine], usual_bend(basis)
    bend = usual if bend is None else bend
    # The least belongs to a usual bend; a coordinate of no rhythm has it all.
    mine = share != 0
    least = LEVEL_LEAST * np.where(mine.any(1), mine @ np.minimum(bend / usual, 1.0), 1.0)
    out: np.ndarray = (MARKER_SIGMA / np.maximum(LEVEL_SHARE * share @ bend, least)) ** 2
    return out


def usual_bend(basis: Reduction) -> np.ndarray:
    """(12,) radians, σ of each region's angle before anything is measured."""
    return _usual((basis.high - basis.low) @ (basis.matrix[:, : basis.spine] > 0))


def _usual(span: np.ndarray) -> np.ndarray:
    """Half of a region's range to one side, and no more than :data:`USUAL_MOST`; ``span`` is from end to end."""
    return np.minimum(0.25 * span, USUAL_MOST)


def spread_precision(body: BodyModel, basis: Reduction, bend: np.ndarray | None = None) -> np.ndarray:
    """(75, 75) m²/rad² of the spine as it bends: what the uncertainty falls back to where nothing is measured.

    The fit itself pulls its regions less (:data:`SPINE_PRIOR`), so that a measured bend is not made smaller.

    Args:
        body, basis: the body and its reduction.
        bend: (12,) radians, σ of each region's angle; :func:`usual_bend` by default.
    """
    bend = usual_bend(basis) if bend is None else bend
    return _tied(level_precision(body, basis, bend), basis, np.diag((MARKER_SIGMA / bend) ** 2))


def _tied(level: np.ndarray, basis: Reduction, region: np.ndarray) -> np.ndarray:
    b = basis.matrix[basis.spinal, : basis.spine]
    db = level[:, None] * b
    out: np.ndarray = np.diag(level) - db @ np.linalg.solve(b.T @ db + region, db.T)
    return out
