"""Smooth noise whose lattice comes from a named stream: the same seed paints the same texture everywhere."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from synthgen.core.seeding import stream


class Noise:
    """Periodic value noise in one to three dimensions.

    Args:
        seed: texture seed.
        name: what is painted; it separates streams.
        period: lattice cells after which the noise repeats.
        dims: dimensions.
    """

    def __init__(self, seed: int, name: str, period: int = 32, dims: int = 3) -> None:
        self._lattice = stream(seed, 0, name).random((period,) * dims)

    def __call__(self, points: np.ndarray, cell: float | np.ndarray) -> np.ndarray:
        """(…, dims) points and the size of a lattice cell (in the points' unit) → (…) values, 0…1."""
        coordinates = np.moveaxis(np.asarray(points, float) / cell, -1, 0)
        out: np.ndarray = ndimage.map_coordinates(self._lattice, coordinates, order=1, mode="grid-wrap")
        return out

    def layered(self, points: np.ndarray, cell: float | np.ndarray, layers: int = 3) -> np.ndarray:
        """Sum of ``layers`` scales, each half as large and half as strong, 0…1."""
        total, strength = np.zeros(np.shape(points)[:-1]), 0.0
        for k in range(layers):
            total = total + self(np.asarray(points) + 7.3 * k, np.asarray(cell) / 2**k) / 2**k
            strength += 0.5**k
        return total / strength
