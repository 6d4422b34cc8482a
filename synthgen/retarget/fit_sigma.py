"""What the fit says of its own uncertainty, at a character's size."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.skeleton import VERTEBRAE

NOTHING_KNOWN = 0.013
"""Metres per axis: of a vertebra in a motion that says nothing of itself. What the fit says of recordings without a
point on the spine (docs/evidence/biomechanics.md)."""


def vertebra_sigma(motion: SpineMotion, stature: float) -> np.ndarray:
    """(T, 24) metres, σ per axis of the fitted vertebrae's places (L5 … C1) on a character of that stature.

    A frame of which the fit knows nothing, because it was interpolated, takes the most that is said of any other.
    """
    sigma = np.asarray(motion.vertebra_sigma, float)
    if not np.isfinite(sigma).any():
        return np.full((motion.frames, len(VERTEBRAE)), NOTHING_KNOWN * stature / motion.stature)
    out: np.ndarray = np.where(np.isfinite(sigma), sigma, np.nanmax(sigma, axis=0)) * stature / motion.stature
    return out


def joint_sigma(motion: SpineMotion, stature: float) -> dict[str, float]:
    """Landmark → metres, σ per axis over the clip, on a character of that stature (``SpineMotion.joint_sigma``)."""
    return {name: sigma * stature / motion.stature for name, sigma in motion.joint_sigma.items()}
