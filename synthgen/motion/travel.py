"""How fast a body travels: what no person does is a wrong unit, a wrong rate, or a leap of the recording."""

from __future__ import annotations

import numpy as np

FASTEST = 12.5
"""Metres a second. Usain Bolt ran the fastest 20 metres on record, from 60 to 80 m, at 12.42 (Graubner & Nixdorf 2011,
biomechanical analysis of the Berlin 2009 sprints)."""
_WINDOW = 0.5
"""Seconds over which a speed is taken: a marker that leaps for a frame carries nobody away."""
_LEAST = 0.1
"""Seconds of a clip below which noise is all there is."""


def fastest(places: np.ndarray, fps: float) -> tuple[float, int]:
    """The fastest half second of a path.

    Args:
        places: (T, 3) metres, NaN where not known.
        fps: frames per second.

    Returns:
        Metres a second, and the frame in which that half second ends; 0 where the path is too short to tell.
    """
    steps = min(max(1, round(_WINDOW * fps)), len(places) - 1)
    if steps < 1 or steps / fps < _LEAST:
        return 0.0, 0
    speed = np.linalg.norm(places[steps:] - places[:-steps], axis=-1) * fps / steps
    if not np.isfinite(speed).any():
        return 0.0, 0
    frame = int(np.nanargmax(speed))
    return float(speed[frame]), frame + steps


def smooth_velocity(places: np.ndarray, fps: float) -> np.ndarray:
    """(T, …, 3) metres a second over about a tenth of a second, in which a millimetre of noise does not count."""
    half = max(1, round(_LEAST / 2 * fps))
    at = np.arange(len(places))
    before, after = np.maximum(at - half, 0), np.minimum(at + half, len(places) - 1)
    seconds = np.maximum(after - before, 1) / fps
    return np.asarray((places[after] - places[before]) / seconds.reshape(-1, *(1,) * (places.ndim - 1)))
