"""Corrections that fade around the runs of frames in which something touches the floor."""

from __future__ import annotations

import numpy as np

EASE = 0.12
"""Seconds over which a correction fades in and out around a stretch."""


def faded(values: np.ndarray, mask: np.ndarray, fps: float) -> np.ndarray:
    """Keeps (T, K) values where the mask holds and fades them to zero around it, interpolating between runs."""
    ease = max(1, round(EASE * fps))
    frames, known = np.arange(len(mask)), np.flatnonzero(mask)
    gap = np.abs(frames[:, None] - known[None]).min(1)
    weight = 0.5 * (1 + np.cos(np.pi * np.clip(gap / (ease + 1), 0.0, 1.0)))
    filled = np.stack([np.interp(frames, known, column[known]) for column in values.T], -1)
    out: np.ndarray = filled * weight[:, None]
    return out
