"""How a fit's report is made: residuals, ranges, rhythm, jumps, and what is unusual in them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.biomech.observations import MARKER_SIGMA
from synthgen.biomech.options import FitOptions
from synthgen.biomech.report.fit_report import FitReport
from synthgen.biomech.report.markers import Conditioning, Misplacement, Placement
from synthgen.biomech.report.opensim import OpenSimCheck
from synthgen.biomech.report.spine import FurtherMarkers, Jumps, Observability, RhythmDistance, VertebraSigma
from synthgen.biomech.report.travel import Travel
from synthgen.biomech.reporting.warnings import JUMP, OFFSET, UNCERTAIN, fit_warnings
from synthgen.biomech.residuals import Residuals, marker_errors
from synthgen.biomech.solving.ranges import beyond_range, range_use
from synthgen.core.bodymodel import BodyModel
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE


@dataclass(frozen=True)
class FittedFrames:
    """What a fit made of the T frames of a clip.

    Attributes:
        fps: frames per second.
        q: (T, C) coordinates; transforms: (T, S, 4, 4) world, metres.
        names: (M,) the points that were fitted; residuals: theirs.
        place_sigma: (M,) metres per axis, how surely each point is placed.
        interpolated: (T,) True where a frame was filled in because too little was measured.
        wanted: (T, 12) of ``ranges.wanted_beyond``.
    """

    fps: float
    q: np.ndarray
    transforms: np.ndarray
    names: tuple[str, ...]
    residuals: Residuals
    place_sigma: np.ndarray
    interpolated: np.ndarray
    wanted: np.ndarray


@dataclass(frozen=True)
class Knowledge:
    """How well a fit is known, as :class:`FitReport` has it."""

    marker_sigma_mm: float
    observability: dict[str, Observability]
    vertebra_sigma_mm: VertebraSigma
    further_markers: FurtherMarkers | None


def fit_report(
    body: BodyModel,
    fitted: FittedFrames,
    opensim: OpenSimCheck,
    known: Knowledge,
    *,
    notes: tuple[str, ...],
    options: FitOptions,
    rhythm: str,
    conditioning: Conditioning,
    travel: Travel,
) -> FitReport:
    """The report of one fit.

    Args:
        body: the scaled body.
        fitted: its frames.
        opensim: what OpenSim made of them.
        known: what the measurements say of them.
        notes, options, rhythm, conditioning, travel: as :class:`FitReport` has them.
    """
    names, away = fitted.names, fitted.residuals
    hard = np.array([n not in body.soft for n in names])
    report = FitReport(
        verdict="accept",
        reasons=(),
        frames=len(fitted.q),
        frames_interpolated=tuple(int(i) for i in np.flatnonzero(fitted.interpolated)),
        markers=marker_errors(names, away.raw, hard),
        soft_markers=marker_errors(names, away.raw, ~hard) if (~hard).any() else None,
        conditioned_markers=marker_errors(names, away.conditioned, hard),
        opensim=opensim,
        offsets_mm=_misplaced(names, away.offsets, hard, fitted.place_sigma),
        placement=_placement(body, names, away.offsets, hard, fitted.place_sigma),
        limits=range_use(body, fitted.q),
        beyond_range=beyond_range(body, fitted.wanted),
        rhythm_distance_degrees=rhythm_distance(body, fitted.q),
        jumps=_jumps(body, fitted.fps, fitted.transforms),
        stature_m=round(body.stature, 4),
        spinal_degrees_of_freedom=75,
        independent_spinal_degrees_of_freedom=body.rhythm.shape[1],
        notes=notes,
        options=options,
        rhythm=rhythm,
        conditioning=conditioning,
        marker_sigma_mm=known.marker_sigma_mm,
        observability=known.observability,
        travel=travel,
        vertebra_sigma_mm=known.vertebra_sigma_mm,
        further_markers=known.further_markers,
    )
    reasons = fit_warnings(report)
    return replace(report, verdict="warn", reasons=reasons) if reasons else report


def vertebra_sigma(sigma: np.ndarray) -> VertebraSigma:
    """How well the vertebrae's places are known.

    Args:
        sigma: (T, 24) metres of ``SpineMotion.vertebra_sigma``, NaN where it is not known.
    """
    known = np.isfinite(sigma).all(1)
    if not known.any():
        return VertebraSigma(rms=None, worst=None, vertebra="")
    square = (sigma[known] ** 2).mean(0)
    worst = int(square.argmax())
    millimetres = [round(1e3 * float(np.sqrt(x)), 1) for x in (square.mean(), square[worst])]
    return VertebraSigma(rms=millimetres[0], worst=millimetres[1], vertebra=VERTEBRAE[worst])


def _misplaced(names: tuple[str, ...], offsets: np.ndarray, hard: np.ndarray, sure: np.ndarray) -> dict[str, float]:
    """Name → millimetres of the markers that are off all the time, by more than their set lets expect."""
    size = np.where(np.isfinite(offsets).all(1) & hard, np.linalg.norm(offsets, axis=1), 0.0)
    off = np.flatnonzero(size >= np.maximum(OFFSET, UNCERTAIN * sure))
    return {names[m]: round(1e3 * float(size[m]), 1) for m in off}


def _placement(
    body: BodyModel, names: tuple[str, ...], offsets: np.ndarray, hard: np.ndarray, sure: np.ndarray
) -> Placement:
    """The markers farthest from their places, in proportion to what their set lets expect where that is more."""
    size = np.nan_to_num(np.linalg.norm(offsets, axis=1)) * hard
    limbs = np.array([body.landmarks[n][0].startswith(("left_", "right_")) for n in names])
    limbs &= np.array([not body.landmarks[n][0].endswith("_clavicle") for n in names])

    def worst(which: np.ndarray) -> Misplacement:
        if not which.any():
            return Misplacement("", 0.0, round(1e3 * MARKER_SIGMA, 1))
        m = int(np.argmax(np.where(which, size / np.maximum(OFFSET, UNCERTAIN * sure), -1.0)))
        return Misplacement(names[m], round(1e3 * float(size[m]), 1), round(1e3 * float(sure[m]), 1))

    return Placement(trunk=worst(~limbs), limbs=worst(limbs))


def rhythm_distance(body: BodyModel, q: np.ndarray) -> RhythmDistance:
    """How far single levels left the rhythm of their region's total; every column of B sums to 1.

    Args:
        body: whose rhythm it is; q: (T, C) coordinates.
    """
    totals = q @ (body.rhythm != 0)
    # By name: a table may give a level no share at all (Christophy's T12), which must then not bend.
    spinal = np.array([c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS for c in body.tree.coordinates])
    away = np.degrees(np.abs(q - totals @ body.rhythm.T)[:, spinal])
    return RhythmDistance(rms=round(float(np.sqrt((away**2).mean())), 3), max=round(float(away.max()), 3))


def _jumps(body: BodyModel, fps: float, transforms: np.ndarray) -> Jumps:
    """Turns of the vertebrae and the skull against the pelvis between neighbouring frames."""
    names = [*body.heights]
    pelvis = np.swapaxes(transforms[:, body.tree.segment_index["pelvis"], :3, :3], -1, -2)
    if len(transforms) < 2:
        return Jumps(count=0, largest_degrees=0.0, segment="", frame=0)
    turn = np.empty((len(transforms) - 1, len(names)))
    for k, name in enumerate(names):
        relative = pelvis @ transforms[:, body.tree.segment_index[name], :3, :3]
        trace = np.einsum("tij,tij->t", relative[1:], relative[:-1])
        turn[:, k] = np.arccos(np.clip((trace - 1) / 2, -1, 1))
    frame, segment = np.unravel_index(turn.argmax(), turn.shape)
    return Jumps(
        count=int((turn * fps > JUMP).any(1).sum()),
        largest_degrees=round(float(np.degrees(turn.max())), 2),
        segment=names[int(segment)],
        frame=int(frame) + 1,
    )
