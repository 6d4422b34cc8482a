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


def even_directions(count: int) -> np.ndarray:
    """(count, 3) unit vectors spread evenly over the sphere, the same to the left as to the right; ``count`` is even.

    A Fibonacci lattice over one half and its mirror image.
    """
    k = np.arange(count // 2) + 0.5
    across = k / len(k)
    angle = np.pi * (1 + 5**0.5) * k
    round_ = np.sqrt(1 - across**2)
    half = np.stack([round_ * np.cos(angle), across, round_ * np.sin(angle)], -1)
    return np.concatenate([half, half * (1.0, -1.0, 1.0)])
