"""The low-pass filter: the usual one of biomechanics (Winter, Biomechanics and Motor Control of Human Movement).

A second-order Butterworth low-pass run forwards and backwards, which is of fourth order and without lag; the cut-off is
corrected for the two passes. SciPy's filters are loaded where one is used: clips without noise need not wait for them.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.runs import runs

PASSES = (np.sqrt(2) - 1) ** 0.25
"""Ratio of the cut-off after two passes of a second-order Butterworth filter to that after one."""
_SHORTEST = 12
"""Frames: shorter runs between gaps are left as they are."""


def low_pass(cutoff: float, fps: float) -> np.ndarray:
    """Second-order sections that reach the cut-off after two passes."""
    from scipy.signal import butter

    out: np.ndarray = butter(2, min(cutoff / PASSES, 0.49 * fps), fs=fps, output="sos")
    return out


def filtered(sos: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(T, D) filtered stretch by stretch between gaps."""
    from scipy.signal import sosfiltfilt

    out = values.copy()
    for start, stop in runs(np.isfinite(values).all(1)):
        if stop - start >= _SHORTEST:
            # Odd padding keeps value and slope at the ends; as much of it as three periods of the corner, or all.
            out[start:stop] = sosfiltfilt(sos, values[start:stop], axis=0, padlen=min(stop - start - 1, 60))
    return out


def filtered_turns(sos: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(T, 3, 3) filtered as unit quaternions of one sign, which are brought back to unit length."""
    known = np.isfinite(values).all((-1, -2))
    out = values.copy()
    for start, stop in runs(known):
        if stop - start >= _SHORTEST:
            quaternions = Rotation.from_matrix(values[start:stop]).as_quat()
            flips = np.sign(np.einsum("ti,ti->t", quaternions[1:], quaternions[:-1]))
            quaternions[1:] *= np.cumprod(np.where(flips == 0, 1, flips))[:, None]
            out[start:stop] = Rotation.from_quat(filtered(sos, quaternions)).as_matrix()
    return out
