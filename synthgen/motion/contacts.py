"""What a person touches: how high the parts of a body are over the floor, and frames in which nothing holds them.

A part holds a person where it is near the floor, or at rest somewhere else: on a step, a box, a bar. Who is neither
held nor falling floats, which nobody does outside of water: an up axis or a unit is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthgen.core.runs import runs
from synthgen.motion.travel import smooth_velocity

FLESH = {
    "heel": 0.0,
    "toe_base": 0.016,
    "toe_tip": 0.009,
    "knee": 0.05,
    "hip": 0.09,
    "wrist": 0.03,
    "hand_tip": 0.01,
    "elbow": 0.035,
    "shoulder": 0.06,
    "head_top": 0.0,
    "head_front": 0.0,
    "head_side": 0.0,
    "C7": 0.0,
    "T8": 0.0,
    "sacrum": 0.0,
    "chest_front": 0.0,
    "chest_side": 0.0,
    "pelvis_front": 0.0,
    "pelvis_side": 0.0,
}
"""Landmark without its side → metres of body between it and what it lies on, at the reference stature (estimates; the
toe base as in ``body.yaml``)."""
_STANDING_SHARE = 10
"""Percentile of the frames' lowest part that is taken for the floor: jumps and stray frames do not count."""
NEAR = 0.1
"""Metres over the floor up to which a part may touch it: fits reach 0.05, and soles bend."""
_HIGH = 0.25
"""Metres over the floor from which on nothing touches it: of the sample clips only leaps, all falling, come there."""
_REST = 0.5
"""Metres a second below which a part may be at rest on something; a hand that swings beside a walker is faster."""
_FALL = -5.0
"""Metres per second squared of the body's middle, half of a fall's, by which flights differ from floating."""
_SHORTEST = 0.12
"""Seconds of a flight below which its curve is not measured."""
_SETTLED = 0.4
"""Seconds of rest on something, below which it is the turning point of a limb in a leap."""
_MIDDLE = ("hip", "shoulder", "knee", "elbow", "head_centre")
"""Parts whose mean goes roughly as the centre of mass."""


@dataclass(frozen=True)
class Contact:
    """A motion and what it touches.

    Attributes:
        floor: metres from z = 0 up to where the lowest part is when the person stands, lies or crawls.
        low: (T,) metres from that floor to the lowest part, hands included.
        afloat: (T,) True where the person is high over the floor, nothing is at rest, and the body does not fall.
        perched: (T,) True where the person stays high over the floor and something is at rest: on a step, a box, a bar.
        slide: (T,) metres a second along the floor of the slowest part near it; NaN where none is near.
    """

    floor: float
    low: np.ndarray
    afloat: np.ndarray
    perched: np.ndarray
    slide: np.ndarray


def contact(points: Mapping[str, np.ndarray], fps: float, size: float = 1.0) -> Contact | None:
    """What a body touches.

    Args:
        points: landmark → (T, 3) metres, Z up, all known.
        fps: frames per second.
        size: of the person against the reference adult.

    Returns:
        None where no landmark is given that touches things.
    """
    names = [n for n in points if _part(n) in FLESH]
    if not names:
        return None
    at = np.stack([points[n] for n in names], 1)
    heights = at[..., 2] - size * np.array([FLESH[_part(n)] for n in names])
    # Clips without finger points let hands reach through the floor.
    sure = [_part(n) != "hand_tip" for n in names]
    floor = float(np.percentile(heights[:, sure].min(1), _STANDING_SHARE)) if any(sure) else 0.0
    low = heights.min(1) - floor
    velocity = smooth_velocity(at, fps)
    resting = np.linalg.norm(velocity, axis=-1).min(1) < _REST
    along = np.where(heights - floor < NEAR * size, np.linalg.norm(velocity[..., :2], axis=-1), np.inf).min(1)
    slide = np.where(np.isfinite(along), along, np.nan)
    middle = np.mean([p[:, 2] for n, p in points.items() if _part(n) in _MIDDLE] or [at[..., 2].mean(1)], axis=0)
    high = low > _HIGH * size
    # In a leap some part may be still for a moment; on the way to a box nothing is.
    flies = _falling(middle, high, fps) | _falling(middle, high & ~resting, fps)
    return Contact(floor, low, high & ~flies & ~resting, _lasting(high & ~flies & resting, fps), slide)


def _part(name: str) -> str:
    """A landmark's name without its side."""
    return name.removeprefix("left_").removeprefix("right_")


def _falling(height: np.ndarray, high: np.ndarray, fps: float) -> np.ndarray:
    """(T,) True in runs of ``high`` whose height (T,) curves down as in a flight, or that are too short to tell."""
    out = np.zeros(len(high), bool)
    for start, stop in runs(high):
        times = np.arange(stop - start) / fps
        if len(times) < 3 or times[-1] < _SHORTEST:
            out[start:stop] = True
        else:
            out[start:stop] = 2 * np.polyfit(times, height[start:stop], 2)[0] < _FALL
    return out


def _lasting(mask: np.ndarray, fps: float) -> np.ndarray:
    """(T,) the mask without its short runs."""
    out = mask.copy()
    for start, stop in runs(mask):
        out[start:stop] = (stop - start) / fps >= _SETTLED
    return out
