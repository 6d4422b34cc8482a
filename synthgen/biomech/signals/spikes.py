"""Samples that leave a trajectory and come back within milliseconds: mislabelled or ghost markers, found and removed.

A Hampel filter (Hampel 1974; Pearson 2002, IEEE Trans. Control Syst. Technol. 10:55): a sample is an outlier when it
lies further from the median of its neighbourhood than :data:`SCATTERS` times that neighbourhood's scatter, 1.4826
times the median distance from the median; the neighbourhood's steady motion is taken off before. Two conditions keep
what is motion: the distance must exceed a floor, and there the trajectory must turn more sharply than a body does
(:data:`FASTEST`). So nothing is rejected from clips of few frames a second, where a kick looks like a spike; a spike
that stays shows in the residuals.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from synthgen.biomech.report.markers import Spikes
from synthgen.core.runs import runs

SCATTERS = 3.0
"""The usual threshold, in standard deviations of a normal neighbourhood [book]."""
HALF_WINDOW = 0.03
"""Seconds to either side, and at least three frames: spikes of up to this length are outnumbered."""
FLOOR = 0.04
"""Metres: smaller departures pass OpenSim's guidance for a marker's error anyway."""
FASTEST = 500.0
"""m/s²: no point of a body is accelerated more; the fastest of the clips shipped as samples reach 370 (a wrist of
``humanoid3d_roll``, an ankle of ``humanoid3d_spinkick`` 270)."""
TURN_FLOOR = np.radians(20)
"""Radians, of orientations; the trunk's bend by less is within the fit's own weight for one frame."""
TURN_FASTEST = 2000.0
"""rad/s²: of pelvis, chest, head and limbs; the same clips reach 1470."""
_NORMAL = 1.4826
"""Ratio of a normal distribution's σ to its median absolute deviation."""


def reject_spikes(
    points: dict[str, np.ndarray], turns: dict[str, np.ndarray], fps: float
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, Spikes]]:
    """Takes spikes out of trajectories.

    Args:
        points: name → (T, 3) metres, NaN where missing.
        turns: name → (T, 3, 3) rotations, NaN where missing.
        fps: frames per second.

    Returns:
        points, turns, with NaN in place of spikes; and name (``T6 orientation`` for a segment's) → what was rejected.
    """
    half = max(3, round(HALF_WINDOW * fps))
    kept_points, kept_turns = dict(points), dict(turns)
    rejected: dict[str, Spikes] = {}
    for name, values in points.items():
        away = spikes(values, half, FLOOR, FASTEST / fps**2)
        if away.any():
            kept_points[name] = np.where(away[:, None] > 0, np.nan, values)
            rejected[name] = Spikes(_frames(away), mm=_distances(away, 1e3))
    for name, values in turns.items():
        # A turn by θ moves the nine numbers of a rotation matrix by 2 √2 sin(θ / 2), √2 θ when it is small.
        root = np.sqrt(2.0)
        away = spikes(values.reshape(len(values), 9), half, root * TURN_FLOOR, root * TURN_FASTEST / fps**2)
        if away.any():
            kept_turns[name] = np.where(away[:, None, None] > 0, np.nan, values)
            angles = 2 * np.arcsin(np.clip(away / (2 * root), 0, 1))
            rejected[f"{name} orientation"] = Spikes(_frames(angles), degrees=_distances(angles, 180 / np.pi))
    return kept_points, kept_turns, rejected


def spikes(values: np.ndarray, half: int, floor: float, sharpest: float) -> np.ndarray:
    """Distances of a trajectory's outliers from their neighbourhoods' medians, 0 for all other samples.

    Args:
        values: (T, D) with NaN in rows that are missing; neighbours are the nearest samples that are not. A gap of
            more than ``half`` frames ends a neighbourhood.
        half: samples to either side; at the ends the neighbourhood is the first or last 2 · half + 1 samples.
            Shorter runs keep all they have.
        floor: smallest distance of an outlier.
        sharpest: largest second difference of neighbouring samples that is motion.

    Returns:
        (T,) in the units of ``values``.
    """
    out = np.zeros(len(values))
    at = np.flatnonzero(np.isfinite(values).all(-1))
    for part in np.split(at, np.flatnonzero(np.diff(at) > half + 1) + 1):
        if len(part) > 2 * half:
            out[part] = _outliers(values[part], part, half, floor, sharpest)
    return out


def _outliers(known: np.ndarray, at: np.ndarray, half: int, floor: float, sharpest: float) -> np.ndarray:
    """(N,) of :func:`spikes` for samples (N, D) at the frames ``at``."""
    out = np.zeros(len(known))
    bend, steep = _bends(known, at), max(floor, sharpest)
    if not (bend > steep).any():
        return out
    # Only runs that are left and entered sharply count: what is further than a run from any turn need not be looked at.
    near = np.flatnonzero(np.convolve(bend > steep, np.ones(2 * half + 4), "full")[half + 1 :][: len(known)] > 0)
    count = 2 * half + 1
    window = np.clip(near - half, 0, len(known) - count)
    rows, row = np.unique(window, return_inverse=True)
    levelled = _levelled(known, at, count, rows)
    middle = np.median(levelled, 1)
    scatter = _NORMAL * np.median(np.linalg.norm(levelled - middle[:, None], axis=-1), -1)
    away, odd = np.zeros(len(known)), np.zeros(len(known), bool)
    away[near] = np.linalg.norm(levelled[row, near - window] - middle[row], axis=-1)
    odd[near] = away[near] > np.maximum(SCATTERS * scatter[row], floor)
    for start, stop in runs(odd):
        if stop - start <= half and _edges(bend, start, stop).min() > steep:
            out[start:stop] = away[start:stop]
    return out


def _levelled(known: np.ndarray, at: np.ndarray, count: int, rows: np.ndarray) -> np.ndarray:
    """(R, count, D) neighbourhoods that begin at ``rows``, without their steady motion: the median of their velocities.

    Otherwise the scatter of a fast motion would hide its spikes.
    """
    speed = np.diff(known, axis=0) / np.diff(at)[:, None]
    slope = np.median(sliding_window_view(speed, count - 1, axis=0)[rows], -1)
    values = np.moveaxis(sliding_window_view(known, count, axis=0)[rows], -1, 1)
    frames = sliding_window_view(at, count)[rows]
    out: np.ndarray = values - (frames - frames[:, :1])[..., None] * slope[:, None]
    return out


def _bends(known: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(N − 1,) how sharply the trajectory turns between sample i and i + 1: the larger second difference beside it.

    Across gaps the differences are those of a step of one frame.
    """
    speed = np.diff(known, axis=0) / np.diff(at)[:, None]
    second = np.linalg.norm(np.diff(speed, axis=0), axis=-1)
    out: np.ndarray = np.maximum(np.append(second, 0.0), np.append(0.0, second))
    return out


def _edges(bend: np.ndarray, start: int, stop: int) -> np.ndarray:
    """How sharply a run of samples is left and entered; one value at an end of the trajectory."""
    inside = [i for i in (start - 1, stop - 1) if 0 <= i < len(bend)]
    return bend[inside]


def _frames(away: np.ndarray) -> tuple[int, ...]:
    return tuple(np.flatnonzero(away).tolist())


def _distances(away: np.ndarray, factor: float) -> tuple[float, ...]:
    """What is not zero, in another unit."""
    return tuple(np.round(factor * away[np.flatnonzero(away)], 1).tolist())
