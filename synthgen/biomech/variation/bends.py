"""How far a motion bends each region of the spine, and how far it does after a variation."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.variation.kinds import Variation, bend_names, bend_ranges
from synthgen.core.bodymodel import reference_body

_MIRRORED = ("lateral", "rotation")
"""Planes whose bends change their sign in a mirror."""


@cache
def _inverse(rhythm: str) -> np.ndarray:
    """(12, C) pseudo-inverse of the rhythm's shares: spinal coordinates → bends."""
    out: np.ndarray = np.linalg.pinv(reference_body(rhythm).rhythm)
    out.setflags(write=False)
    return out


def region_bends(motion: SpineMotion) -> np.ndarray:
    """(T, 12) degrees: the bends that come nearest to the motion's joint angles, as least squares has it."""
    return bends_of(motion.q, (motion.reference or {}).get("rhythm"))


def bends_of(q: np.ndarray, rhythm: str | None = None) -> np.ndarray:
    """(T, C) coordinates of the body model, radians → (T, 12) degrees; ``rhythm`` as ``reference_body`` names it."""
    inverse = _inverse(rhythm or "body")
    out: np.ndarray = np.degrees(q[:, : inverse.shape[1]] @ inverse.T)
    return out


@cache
def mirror_signs() -> np.ndarray:
    """(12,) 1 or −1: what a mirror does to each bend."""
    out = np.array([-1.0 if name.endswith(_MIRRORED) else 1.0 for name in bend_names()])
    out.setflags(write=False)
    return out


def varied_bends(bends: np.ndarray, variation: Variation) -> np.ndarray:
    """(T, 12) degrees of a clip → of the varied clip, within :func:`bend_ranges`.

    Where the clip itself bends farther than the ranges go, it may; a variation does not add to it there.
    """
    start = bends * mirror_signs() if variation.mirror else bends
    low, high = bend_ranges()
    wanted = variation.amplitude * start + np.asarray(variation.layer)
    out: np.ndarray = np.clip(wanted, np.minimum(start, low), np.maximum(start, high))
    return out
