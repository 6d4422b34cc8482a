"""Distances between the fitted model's points and the measured ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.report.markers import MarkerErrors, Spikes
from synthgen.biomech.signals.missing import measured_places
from synthgen.biomech.solving.targets import landmark_points
from synthgen.core.bodymodel import BodyModel

_STRETCH = 1000


@dataclass(frozen=True)
class Residuals:
    """Of every frame and point of a fit.

    Attributes:
        raw: (T, M) metres from the points as they were measured; NaN where nothing was measured, and where a sample
            was rejected as a spike.
        conditioned: (T, M) metres from the points that were fitted, after gaps were closed and noise was filtered;
            NaN where there was none.
        offsets: (M, 3) metres, mean of the measured point's place minus the one that the reference body or the marker
            set gives it, in the frame of the segment that carries it; NaN where it was never measured.
        moved: (M, 3) metres, the part of it by which the calibration moved the landmark.
    """

    raw: np.ndarray
    conditioned: np.ndarray
    offsets: np.ndarray
    moved: np.ndarray


def measured_points(
    points: Mapping[str, np.ndarray], spikes: Mapping[str, Spikes], names: tuple[str, ...]
) -> np.ndarray:
    """(T, M, 3) the points of a clip as they were measured.

    Args:
        points: name → (T, 3) metres, of the clip before it was conditioned.
        spikes: name → samples that were rejected (``spikes.reject_spikes``).
        names: (M,) which points.

    Returns:
        NaN where nothing was measured, and where a sample was rejected.
    """
    out = measured_places(np.stack([points[n] for n in names], 1).astype(float))
    for m, name in enumerate(names):
        if name in spikes:
            out[list(spikes[name].frames), m] = np.nan
    return out


def residuals_of(
    body: BodyModel, world: np.ndarray, seen: Observations, measured: np.ndarray, reference: BodyModel
) -> Residuals:
    """Residuals of a fit, a stretch of frames at a time.

    Args:
        body: the scaled body; world: (T, S, 4, 4) its segments.
        seen: what was fitted.
        measured: (T, M, 3) of :func:`measured_points`.
        reference: the same body with its landmarks where they were before the calibration placed them.
    """
    raw, conditioned = np.empty(seen.point_seen.shape), np.empty(seen.point_seen.shape)
    total, count = np.zeros((len(seen.point_names), 3)), np.zeros(len(seen.point_names))
    for i in range(0, len(world), _STRETCH):
        part = slice(i, i + _STRETCH)
        some = seen.take(part)
        model = landmark_points(body, some, world[part])
        conditioned[part] = np.linalg.norm(model - some.points, axis=-1)
        away = measured[part] - model
        raw[part] = np.linalg.norm(away, axis=-1)
        turns = world[part][:, seen.point_segments, :3, :3]
        total += np.nansum(np.einsum("tmji,tmj->tmi", turns, away), 0)
        count += np.isfinite(raw[part]).sum(0)
    with np.errstate(invalid="ignore"):
        offsets = total / count[:, None]
    moved = np.stack([body.landmarks[n][1] - reference.landmarks[n][1] for n in seen.point_names])
    return Residuals(raw, np.where(seen.point_seen, conditioned, np.nan), offsets + moved, moved)


def marker_errors(names: tuple[str, ...], error: np.ndarray, which: np.ndarray) -> MarkerErrors:
    """Residuals in numbers.

    Args:
        names: (M,) points; error: (T, M) metres, NaN where there is none.
        which: (M,) True for the points that count.
    """
    part, kept = error[:, which], [n for n, w in zip(names, which, strict=True) if w]
    seen = np.isfinite(part)
    if not seen.any():
        return MarkerErrors(0.0, 0.0, 0, 0.0, "", 0, {}, {})
    square = np.where(seen, part, 0.0) ** 2
    per_frame = np.sqrt(square.sum(1) / np.maximum(seen.sum(1), 1))
    per_marker = np.sqrt(square.sum(0) / np.maximum(seen.sum(0), 1))
    frame, marker = np.unravel_index(square.argmax(), square.shape)
    return MarkerErrors(
        rms_mean_mm=_mm(per_frame[seen.any(1)].mean()),
        rms_worst_mm=_mm(per_frame.max()),
        rms_worst_frame=int(per_frame.argmax()),
        max_mm=_mm(np.sqrt(square.max())),
        worst_marker=kept[int(marker)],
        worst_frame=int(frame),
        per_marker_rms_mm={n: _mm(e) for n, e in zip(kept, per_marker, strict=True)},
        per_marker_max_mm={n: _mm(e) for n, e in zip(kept, np.sqrt(square.max(0)), strict=True)},
    )


def _mm(metres: float) -> float:
    return round(float(metres) * 1e3, 2)
