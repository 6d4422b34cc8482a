"""Measured trajectories made ready for a fit: spikes rejected, short gaps closed, noise filtered, and said so.

Spikes are found by ``spikes.py`` and become gaps. Gaps are closed by Akima's piecewise cubics (a cubic spline follows
noise at a gap's edges into swings twice as wide), orientations by spherical interpolation. The filter is in
``low_pass.py``; its cut-off is found by residual analysis (``cutoff.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from synthgen.biomech.options import MAX_GAP
from synthgen.biomech.report.markers import Conditioning, Gaps, LowPass
from synthgen.biomech.signals.cutoff import residual_cutoff
from synthgen.biomech.signals.low_pass import PASSES, filtered, filtered_turns, low_pass
from synthgen.biomech.signals.missing import measured_places, measured_turns
from synthgen.biomech.signals.spikes import reject_spikes
from synthgen.core.errors import InputError
from synthgen.core.runs import runs
from synthgen.motion.clip import Clip

NOISY = 0.001
"""Metres: median noise of the points from which ``"auto"`` filters; programs' clips have less, recordings more."""
SLOWEST = 24.0
SLOW = 50.0
"""Frames a second: below, a fast motion (a kick, a flip) changes from frame to frame like noise, though not alike at
all points: noise counts there where it is :data:`EVEN`, and below :data:`SLOWEST` it never does."""
EVEN = 0.85
"""Noise of the quietest tenth of the points as a share of the median: 0.89 and more for white noise on slow motion,
0.72 and less for clean kicks, runs and spins."""


def condition(
    clip: Clip, *, cutoff_hz: float | str | None = "auto", max_gap: float = MAX_GAP
) -> tuple[Clip, Conditioning]:
    """Rejects spikes, closes gaps of at most ``max_gap`` seconds and filters.

    Args:
        clip: infinite values and matrices that are no rotations count as missing (``missing.py``).
        cutoff_hz: of the filter; None filters nothing; ``"auto"`` finds it by residual analysis where the points'
            median noise is :data:`NOISY` or more and not taken for motion (:data:`SLOW`), and is None elsewhere.
        max_gap: seconds.

    Returns:
        the new clip and what was done.

    Raises:
        InputError: a cut-off or a gap that makes no sense.
    """
    if not (np.isfinite(max_gap) and max_gap >= 0):
        raise InputError("the longest gap must be a number of seconds, 0 or more", got=f"{max_gap}")
    if isinstance(cutoff_hz, str) and cutoff_hz != "auto":
        raise InputError("unknown cut-off", expected='a frequency in Hz, None or "auto"', got=repr(cutoff_hz))
    longest = int(np.floor(max_gap * clip.fps + 1e-9))
    points = {n: measured_places(p) for n, p in clip.points.items()}
    turns = {n: measured_turns(o) for n, o in clip.orientations.items()}
    points, turns, spikes = reject_spikes(points, turns, clip.fps)
    gaps = {}
    for kind, close, label in ((points, _close_points, ""), (turns, _close_turns, " orientation")):
        for name, values in kind.items():
            missing = np.asarray(~np.isfinite(values).reshape(len(values), -1).all(1))
            if missing.any():
                short = _short_gaps(missing, longest)
                kind[name] = close(values, np.asarray(~missing), short) if short.any() else values
                gaps[name + label] = Gaps(closed=int(short.sum()), left_open=int((missing & ~short).sum()))
    noises = _noise(points)
    noise = float(np.median(list(noises.values()))) if noises and _told_from_motion(noises, clip.fps) else None

    def found() -> float:
        return residual_cutoff(points, noises, clip.fps, lambda p, hz: filtered(low_pass(hz, clip.fps), p))

    cutoff, why = _cutoff(cutoff_hz, noise, bool(noises), clip.fps, found)
    if cutoff is not None:
        sos = low_pass(cutoff, clip.fps)
        points = {n: filtered(sos, p) for n, p in points.items()}
        turns = {n: filtered_turns(sos, o) for n, o in turns.items()}
    done = Conditioning(
        spikes=spikes,
        gaps=gaps,
        max_gap_s=max_gap,
        noise_mm=None if noise is None else round(1e3 * noise, 3),
        # White noise keeps the share of its power that lies below the cut-off.
        noise_left_mm=float(round(1e3 * (noise or 0.0) * (np.sqrt(2 * cutoff / clip.fps) if cutoff else 1.0), 3)),
        filter=LowPass(
            kind="Butterworth, zero lag" if cutoff is not None else "none",
            order=4 if cutoff is not None else 0,
            cutoff_hz=cutoff,
            why=why,
        ),
    )
    return replace(clip, points=points, orientations=turns), done


def _cutoff(
    asked: float | str | None, noise: float | None, measured: bool, fps: float, found: Callable[[], float]
) -> tuple[float | None, str]:
    if asked is None:
        return None, "as asked"
    if asked != "auto":
        cutoff = float(asked)
        if not 0 < cutoff < 0.5 * fps * PASSES:
            raise InputError(
                "the filter's cut-off does not fit the frame rate",
                expected=f"more than 0 and less than {0.5 * fps * PASSES:.3g} Hz at {fps:g} frames a second",
                got=f"{cutoff:g} Hz",
                remedy="choose a cut-off in that range, auto, or none for no filter",
            )
        return cutoff, "as asked"
    if noise is None and measured:
        return None, f"{fps:g} frames a second are too few to tell noise from motion"
    if noise is None:
        return None, "too few frames to measure the noise"
    if noise < NOISY:
        return None, f"the points' noise, {1e3 * noise:.2f} mm, is below {1e3 * NOISY:g} mm"
    return found(), f"by residual analysis; the points' noise is {1e3 * noise:.2f} mm, {1e3 * NOISY:g} mm or more"


def _told_from_motion(noises: dict[str, float], fps: float) -> bool:
    """Whether what looks like noise is noise."""
    values = list(noises.values())
    return fps >= SLOW or (fps >= SLOWEST and float(np.quantile(values, 0.1)) >= EVEN * float(np.median(values)))


def _noise(points: dict[str, np.ndarray]) -> dict[str, float]:
    """Metres per axis of every point that has enough frames; from how neighbouring third differences go together.

    White noise of σ gives them a covariance of −15 σ² (a third difference weighs 1, −3, 3, −1), a motion, however
    fast, a positive one.
    """
    found = {}
    for name, p in points.items():
        third = np.diff(p, 3, axis=0)
        products = third[1:] * third[:-1]
        products = products[np.isfinite(products).all(1)]
        if len(products) >= 8:
            found[name] = float(np.sqrt(max(0.0, -products.mean() / 15)))
    return found


def _short_gaps(missing: np.ndarray, longest: int) -> np.ndarray:
    """(T,) True in gaps of at most ``longest`` frames that have measured frames on both sides."""
    out = np.zeros(len(missing), bool)
    for start, stop in runs(missing):
        if stop - start <= longest and start > 0 and stop < len(missing):
            out[start:stop] = True
    return out


def _close_points(values: np.ndarray, known: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    from scipy.interpolate import Akima1DInterpolator  # clips without gaps need not wait for it

    at = np.flatnonzero(known)
    out = values.copy()
    out[gaps] = Akima1DInterpolator(at, values[at])(np.flatnonzero(gaps))
    return out


def _close_turns(values: np.ndarray, known: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    at = np.flatnonzero(known)
    out = values.copy()
    out[gaps] = Slerp(at, Rotation.from_matrix(values[at]))(np.flatnonzero(gaps)).as_matrix()
    return out
