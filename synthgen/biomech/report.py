"""What a fit says of itself: residuals, ranges, rhythm, jumps and a verdict.

The vertebral angles are model-derived, not measured: few points stand on the spine itself, so the report says how
well the model explains the points, not how true its vertebrae are.

``fit_clip`` adds ``options`` (``options.FitOptions``), ``rhythm`` (name of the table), ``conditioning`` (rejected
spikes, gaps closed and left open, noise, filter with its order and cut-off; ``conditioning.condition``),
``marker_sigma_mm``, ``vertebra_sigma_mm`` (:func:`sigma_report`) and ``observability`` (per region and plane: share of
the prior variance that the measurements remove, σ, verdict ``observed`` or ``set by the prior``, and the same of the
sharing between its levels; ``uncertainty.observability``), ``further_markers``
(``solving.further_markers.further_markers``) and ``travel`` (speed, floor, what holds the person, how the
trunk stands; ``travel.travel_report``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthgen.biomech.observations import MARKER_SIGMA
from synthgen.biomech.residuals import error_report
from synthgen.biomech.solving.ranges import beyond_report, range_report
from synthgen.core.bodymodel import BodyModel
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE

RMS_LIMIT, MAX_LIMIT = 0.02, 0.04
"""Metres: OpenSim's guidance for inverse kinematics, marker RMS and largest error (OpenSim user's guide)."""
OFFSET = 0.02
"""Metres: a marker whose mean distance from its place is larger is named; the guidance for the RMS of all."""
UNCERTAIN = 3.0
"""Times its σ per axis: a point that its set places less surely is named from there on. Of 36 made clips whose points
are off by just that σ, one has a point that is named."""
PRESSED = 0.5
"""Share of frames: a region that stands at its limit for longer is named."""
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
    *,
    conditioned: np.ndarray | None = None,
    offsets: np.ndarray | None = None,
    wanted: np.ndarray | None = None,
    place_sigma: np.ndarray | None = None,
) -> dict[str, Any]:
    """The report of one fit; angles in degrees, lengths in millimetres.

    Args:
        body: the scaled body; fps: frames per second.
        q: (T, C) coordinates; transforms: (T, S, 4, 4).
        names: (M,) points; error: (T, M) metres from the points as they were measured, NaN where there is none.
        filled: (T,) True where a frame was interpolated because too little was measured.
        notes: what was left out or assumed.
        conditioned: (T, M) metres from the points that were fitted (``residuals.Residuals``); ``error`` by default.
        offsets: (M, 3) metres of ``Residuals``.
        wanted: (T, 12) of ``ranges.wanted_beyond``.
        place_sigma: (M,) metres per axis, how surely each point is placed; a marker's by default.

    Returns:
        JSON-able. ``verdict`` is ``accept`` or ``warn``, ``reasons`` says why. ``markers`` and ``soft_markers`` are
        those of ``residuals.error_report``: points of ``BodyModel.soft`` are reported apart, because a source's trunk
        joints are no anatomical points, and the gate leaves them out. ``conditioned_markers`` says the same of the
        points after conditioning. ``limits`` is ``ranges.range_report``, ``beyond_range`` ``ranges.beyond_report``.
        ``offsets_mm`` names markers that stand :data:`OFFSET` or more from their place throughout, ``placement`` those
        of the trunk and of the limbs that are farthest from it, for how surely they are placed (``sigma_mm``).
    """
    sure = np.full(len(names), MARKER_SIGMA) if place_sigma is None else place_sigma
    hard = np.array([n not in body.soft for n in names])
    points = error_report(names, error, hard)
    limits, rhythm, jumps = range_report(body, q), _rhythm_distance(body, q), _jumps(body, fps, transforms)
    beyond = beyond_report(body, np.zeros((len(q), body.rhythm.shape[1])) if wanted is None else wanted)
    misplaced = {} if offsets is None else _misplaced(names, offsets, hard, sure)
    reasons = [
        f"{name} stands {mm:.0f} mm from its place throughout: mislabelled or misplaced?"
        for name, mm in misplaced.items()
    ]
    if points["rms_worst_mm"] > RMS_LIMIT * 1e3:
        reasons.append(f"marker RMS {points['rms_worst_mm']} mm in frame {points['rms_worst_frame']}, limit 20 mm")
    if points["max_mm"] > MAX_LIMIT * 1e3:
        reasons.append(f"{points['worst_marker']} off by {points['max_mm']} mm, limit 40 mm")
    if limits["violations"]:
        reasons.append(f"{limits['violations']} coordinates beyond their range")
    if beyond["frames"]:
        reasons.append(f"{beyond['region']} is asked for {beyond['degrees']}° beyond its range")
    for name, row in limits["regions"].items():
        if row["pressed"] > PRESSED:
            reasons.append(f"{name} stands at its limit in {row['pressed']:.0%} of frames: a misplaced marker?")
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
        "soft_markers": error_report(names, error, ~hard) if (~hard).any() else None,
        "conditioned_markers": error_report(names, error if conditioned is None else conditioned, hard),
        "offsets_mm": misplaced,
        "placement": _placement(body, names, offsets, hard, sure),
        "limits": limits,
        "beyond_range": beyond,
        "rhythm_distance_degrees": rhythm,
        "jumps": jumps,
        "stature_m": round(body.stature, 4),
        "spinal_degrees_of_freedom": 75,
        "independent_spinal_degrees_of_freedom": body.rhythm.shape[1],
        "notes": notes,
    }


def with_reasons(report: dict[str, Any], more: Sequence[str]) -> dict[str, Any]:
    """The report with further warnings."""
    if not more:
        return report
    return {**report, "verdict": "warn", "reasons": [*report["reasons"], *more]}


def sigma_report(sigma: np.ndarray) -> dict[str, Any]:
    """How well the vertebrae's places are known.

    Args:
        sigma: (T, 24) metres of ``SpineMotion.vertebra_sigma``, NaN where it is not known.

    Returns:
        JSON-able: ``rms`` over frames and vertebrae, ``worst`` vertebra's RMS and its name ``vertebra``, millimetres
        per axis; None where nothing is known.
    """
    known = np.isfinite(sigma).all(1)
    if not known.any():
        return {"rms": None, "worst": None, "vertebra": ""}
    square = (sigma[known] ** 2).mean(0)
    worst = int(square.argmax())
    millimetres = [round(1e3 * float(np.sqrt(x)), 1) for x in (square.mean(), square[worst])]
    return {"rms": millimetres[0], "worst": millimetres[1], "vertebra": VERTEBRAE[worst]}


def _misplaced(names: tuple[str, ...], offsets: np.ndarray, hard: np.ndarray, sure: np.ndarray) -> dict[str, float]:
    """Name → millimetres of the markers that are off all the time, by more than their set lets expect."""
    size = np.where(np.isfinite(offsets).all(1) & hard, np.linalg.norm(offsets, axis=1), 0.0)
    off = np.flatnonzero(size >= np.maximum(OFFSET, UNCERTAIN * sure))
    return {names[m]: round(1e3 * float(size[m]), 1) for m in off}


def _placement(
    body: BodyModel, names: tuple[str, ...], offsets: np.ndarray | None, hard: np.ndarray, sure: np.ndarray
) -> dict[str, dict[str, Any]]:
    """The ``marker`` farthest from its place, its ``mm`` and the ``sigma_mm`` of that place, of limbs and trunk.

    Farthest in proportion to what its set lets expect, where that is more than of a marker. Pelvis, head and shoulder
    girdle belong to the trunk.
    """
    size = np.zeros(len(names)) if offsets is None else np.nan_to_num(np.linalg.norm(offsets, axis=1)) * hard
    limbs = np.array([body.landmarks[n][0].startswith(("left_", "right_")) for n in names])
    limbs &= np.array([not body.landmarks[n][0].endswith("_clavicle") for n in names])
    out = {}
    for part, which in (("trunk", ~limbs), ("limbs", limbs)):
        worst = int(np.argmax(np.where(which, size / np.maximum(OFFSET, UNCERTAIN * sure), -1.0)))
        row = ("", 0.0, MARKER_SIGMA) if not which.any() else (names[worst], float(size[worst]), float(sure[worst]))
        out[part] = {"marker": row[0], "mm": round(1e3 * row[1], 1), "sigma_mm": round(1e3 * row[2], 1)}
    return out


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
