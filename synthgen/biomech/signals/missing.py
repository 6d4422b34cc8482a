"""What counts as not measured: values that are not finite, places beyond the earth, matrices that turn nothing."""

from __future__ import annotations

import numpy as np

FARTHEST = 1e7
"""Metres; geocentric coordinates still fit in. Programs write such numbers for what they do not know."""
ORTHOGONAL = 1e-2
"""Largest departure of R Rᵀ from the identity of a rotation that was rounded on its way."""


def measured_places(values: np.ndarray) -> np.ndarray:
    """(T, …, 3) metres with NaN in place of every point that is not finite or farther than :data:`FARTHEST`."""
    with np.errstate(invalid="ignore"):
        known = (np.abs(values) < FARTHEST).all(-1, keepdims=True)
    return np.where(known, values, np.nan)


def measured_turns(values: np.ndarray) -> np.ndarray:
    """(T, 3, 3) with NaN in place of every matrix that is no rotation: not finite, sheared, mirrored or zero."""
    known = np.isfinite(values).all((-1, -2))
    sane = np.where(known[:, None, None] & (np.abs(values) < 2).all((-1, -2), keepdims=True), values, 0.0)
    off = np.abs(sane @ np.swapaxes(sane, -1, -2) - np.eye(3)).max((-1, -2))
    rotation = (off < ORTHOGONAL) & (np.linalg.det(sane) > 0)
    return np.where(rotation[:, None, None], values, np.nan)
