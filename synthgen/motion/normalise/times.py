"""Times of frames: brought to one rate."""

from __future__ import annotations

import numpy as np

from synthgen.core.errors import InputError

_ROUNDED = 0.1
"""Share of a frame's duration by which rounded times may lie off even ones."""


def even_times(times: np.ndarray, values: np.ndarray, where: str) -> tuple[np.ndarray, float, tuple[str, ...]]:
    """Values (T, …) at one frame rate: as they are where the times (T,) are even, else interpolated.

    Times that programs rounded (0.017, 0.033, 0.05 at 60 fps) are even ones.

    Raises:
        InputError: times that are not finite or do not grow.
    """
    if len(times) < 2:
        return values, 30.0, ("one frame: its rate does not matter and is set to 30 fps",)
    steps = np.diff(times)
    if not np.isfinite(times).all() or (steps <= 0).any():
        bad = int(np.argmax(~(steps > 0))) + 1
        raise InputError(
            "the times must grow from frame to frame",
            where=f"{where} frame {bad}",
            expected="seconds, each later than the one before",
            got=f"{times[bad - 1]} s, then {times[bad]} s",
            remedy="correct the times, or export the file again",
        )
    step = float(times[-1] - times[0]) / len(steps)
    even = np.abs(times - times[0] - step * np.arange(len(times))).max() < _ROUNDED * step
    step = step if even else float(np.median(steps))
    fps = 1 / step
    fps = float(round(fps)) if abs(fps - round(fps)) < 0.002 * fps else fps
    if even:
        return values, fps, ()
    wanted = np.arange(times[0], times[-1] + 1e-9, step)
    flat = values.reshape(len(values), -1)
    resampled = np.stack([np.interp(wanted, times, v) for v in flat.T], -1).reshape(-1, *values.shape[1:])
    return resampled, fps, (f"frames of uneven duration were interpolated at {fps:g} fps",)
