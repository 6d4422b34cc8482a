"""What a fit says of itself: residuals, limits, rhythm, jumps and a verdict.

The vertebral angles are model-derived, not measured: few points stand on the spine itself, so the report says how
well the model explains the points, not how true its vertebrae are.

``fit_clip`` adds ``rhythm`` (name of the table), ``conditioning`` (gaps closed and left open, noise, filter with its
order and cut-off; ``conditioning.condition``), ``marker_sigma_mm`` and ``observability`` (per region and plane: share
of the prior variance that the measurements remove, σ, verdict ``observed`` or ``set by the prior``, and the same of the
sharing between its levels; ``uncertainty.observability``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.biomech.reduction import PELVIS
from synthgen.bodymodel import BodyModel
from synthgen.skeleton import SPINE_SEGMENTS

RMS_LIMIT, MAX_LIMIT = 0.02, 0.04
"""Metres: OpenSim's guidance for inverse kinematics, marker RMS and largest error (OpenSim user's guide)."""
_AT_LIMIT = np.radians(0.1)
_JUMP = np.radians(1000)
"""Radians a second: a turn of a vertebra or the skull against the pelvis that no trunk makes."""


def fit_report(
    body: BodyModel,
    fps: float,
    q: np.ndarray,
    transforms: np.ndarray,
    names: tuple[str, ...],
    error: np.ndarray,
    filled: np.ndarray,
    notes: list[str],
) -> dict[str, Any]:
    """The report of one fit; angles in degrees, lengths in millimetres.

    Args:
        body: the scaled body; fps: frames per second.
        q: (T, C) coordinates; transforms: (T, S, 4, 4).
        names: (M,) points; error: (T, M) metres, NaN where missing.
        filled: (T,) True where a frame was interpolated because too little was measured.
        notes: what was left out or assumed.

    Returns:
        JSON-able. ``verdict`` is ``accept`` or ``warn``, ``reasons`` says why. Points of ``BodyModel.soft`` are
        reported apart: a source's trunk joints are no anatomical points, and the gate leaves them out.
    """
    hard = np.array([n not in body.soft for n in names])
    points = _errors(names, error, hard)
    limits, rhythm, jumps = _limits(body, q), _rhythm_distance(body, q), _jumps(body, fps, transforms)
    reasons = []
    if points["rms_worst_mm"] > RMS_LIMIT * 1e3:
        reasons.append(f"marker RMS {points['rms_worst_mm']} mm in frame {points['rms_worst_frame']}, limit 20 mm")
    if points["max_mm"] > MAX_LIMIT * 1e3:
        reasons.append(f"{points['worst_marker']} off by {points['max_mm']} mm, limit 40 mm")
    if limits["violations"]:
        reasons.append(f"{limits['violations']} coordinates beyond their range")
    if filled.any():
        reasons.append(f"{int(filled.sum())} of {len(q)} frames interpolated")
    if jumps["count"]:
        reasons.append(f"{jumps['count']} jumps of a vertebra by more than {np.degrees(_JUMP):.0f}° a second")
    return {
        "verdict": "warn" if reasons else "accept",
        "reasons": reasons,
        "frames": len(q),
        "frames_interpolated": [int(i) for i in np.flatnonzero(filled)],
        "markers": points,
        "soft_markers": _errors(names, error, ~hard) if (~hard).any() else None,
        "limits": limits,
        "rhythm_distance_degrees": rhythm,
        "jumps": jumps,
        "stature_m": round(body.stature, 4),
        "spinal_degrees_of_freedom": 75,
        "independent_spinal_degrees_of_freedom": body.rhythm.shape[1],
        "notes": notes,
    }


def _errors(names: tuple[str, ...], error: np.ndarray, which: np.ndarray) -> dict[str, Any]:
    part, kept = error[:, which], [n for n, w in zip(names, which, strict=True) if w]
    seen = np.isfinite(part)
    if not seen.any():
        return {"rms_mean_mm": 0.0, "rms_worst_mm": 0.0, "rms_worst_frame": 0, "max_mm": 0.0, "worst_marker": "",
                "worst_frame": 0, "per_marker_rms_mm": {}}  # fmt: skip
    square = np.where(seen, part, 0.0) ** 2
    per_frame = np.sqrt(square.sum(1) / np.maximum(seen.sum(1), 1))
    per_marker = np.sqrt(square.sum(0) / np.maximum(seen.sum(0), 1))
    frame, marker = np.unravel_index(square.argmax(), square.shape)
    return {
        "rms_mean_mm": _mm(per_frame[seen.any(1)].mean()),
        "rms_worst_mm": _mm(per_frame.max()),
        "rms_worst_frame": int(per_frame.argmax()),
        "max_mm": _mm(np.sqrt(square.max())),
        "worst_marker": kept[int(marker)],
        "worst_frame": int(frame),
        "per_marker_rms_mm": {n: _mm(e) for n, e in zip(kept, per_marker, strict=True)},
    }


def _limits(body: BodyModel, q: np.ndarray) -> dict[str, Any]:
    coordinates = body.tree.coordinates[PELVIS:]
    low, high = (np.array([getattr(c, side) for c in coordinates]) for side in ("lower", "upper"))
    values = q[:, PELVIS:]
    beyond = (values < low - _AT_LIMIT) | (values > high + _AT_LIMIT)
    at = (values < low + _AT_LIMIT) | (values > high - _AT_LIMIT)
    spinal = np.array([c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS for c in coordinates])
    shares = sorted(zip(at.mean(0).tolist(), (c.name for c in coordinates), strict=True), reverse=True)
    return {
        "violations": int(beyond.sum()),
        "share_of_frames_with_a_level_at_its_limit": round(float(at[:, spinal].any(1).mean()), 4),
        "share_of_frames_at_limit": {n: round(s, 4) for s, n in shares[:8] if s > 0},
    }


def _rhythm_distance(body: BodyModel, q: np.ndarray) -> dict[str, float]:
    """How far single levels left the rhythm of their region's total; every column of B sums to 1."""
    totals = q @ (body.rhythm != 0)
    # By name: a table may give a level no share at all (Christophy's T12), which must then not bend.
    spinal = np.array([c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS for c in body.tree.coordinates])
    away = np.degrees(np.abs(q - totals @ body.rhythm.T)[:, spinal])
    return {"rms": round(float(np.sqrt((away**2).mean())), 3), "max": round(float(away.max()), 3)}


def _jumps(body: BodyModel, fps: float, transforms: np.ndarray) -> dict[str, Any]:
    """Turns of the vertebrae and the skull against the pelvis between neighbouring frames."""
    names = [*body.heights]
    pelvis = np.swapaxes(transforms[:, body.tree.segment_index["pelvis"], :3, :3], -1, -2)
    if len(transforms) < 2:
        return {"count": 0, "largest_degrees": 0.0, "segment": "", "frame": 0}
    turn = np.empty((len(transforms) - 1, len(names)))
    for k, name in enumerate(names):
        relative = pelvis @ transforms[:, body.tree.segment_index[name], :3, :3]
        trace = np.einsum("tij,tij->t", relative[1:], relative[:-1])
        turn[:, k] = np.arccos(np.clip((trace - 1) / 2, -1, 1))
    frame, segment = np.unravel_index(turn.argmax(), turn.shape)
    return {
        "count": int((turn * fps > _JUMP).any(1).sum()),
        "largest_degrees": round(float(np.degrees(turn.max())), 2),
        "segment": names[int(segment)],
        "frame": int(frame) + 1,
    }


def _mm(metres: float) -> float:
    return round(float(metres) * 1e3, 2)
