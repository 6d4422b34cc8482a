"""Directions."""

from __future__ import annotations

import numpy as np

LEAST = 1e-12
"""A vector that is shorter has no direction."""


def unit(vectors: np.ndarray, least: float = LEAST) -> np.ndarray:
    """(…, n) vectors of length one.

    Args:
        vectors: of any unit.
        least: shorter ones are divided by this instead of their length, so that zero stays zero; with 0 it becomes NaN.
    """
    with np.errstate(invalid="ignore"):
        out: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), least)
    return out
