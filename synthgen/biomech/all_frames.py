"""What was found of the frames that could be fitted, for all frames of a clip."""

from __future__ import annotations

import numpy as np

from synthgen.core.skeleton import VERTEBRAE


def filled(q: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Coordinates of all frames: unusable ones between their neighbours, at the ends like the nearest."""
    if usable.all():
        return q
    at, known = np.arange(len(usable)), np.flatnonzero(usable)
    return np.stack([np.interp(at, known, column) for column in q.T], -1)


def zero_elsewhere(values: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """(K, N) of the usable frames → (T, N), 0 in the others."""
    out = np.zeros((len(usable), values.shape[1]))
    out[usable] = values
    return out


def unknown_elsewhere(covariances: list[np.ndarray], usable: np.ndarray) -> np.ndarray:
    """Of the usable frames, stretch by stretch → (T, 24, 3, 3) m², NaN in frames that were interpolated."""
    out = np.full((len(usable), len(VERTEBRAE), 3, 3), np.nan, np.float32)
    out[usable] = np.concatenate(covariances)
    return out
