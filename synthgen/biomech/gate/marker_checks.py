"""The gate's rows on markers and measured trajectories."""

from __future__ import annotations

import math

from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.report.fit_report import FitReport
from synthgen.core.acceptance import Criterion

_UNCERTAIN = 4.0
"""Times σ: further off nothing is that is what its name says."""
_NOISE = 0.7
"""Share of the markers' RMS, from which on their own noise explains it."""


def error_checks(report: FitReport, bounds: FitBounds) -> list[Criterion]:
    """Distances of the model's markers from the measured ones."""
    markers, fitted = report.markers, report.conditioned_markers
    worst_frame = f"frame {markers.rms_worst_frame}"
    worst_marker = f"{markers.worst_marker}, frame {markers.worst_frame}"
    rms, most = (markers.rms_worst_mm, fitted.rms_worst_mm), (markers.max_mm, fitted.max_mm)
    return [
        _error_check("marker RMS of the worst frame", *rms, bounds.rms_mm, worst_frame, report),
        _error_check("largest marker error", *most, bounds.max_mm, worst_marker, report),
    ]


def _error_check(name: str, measured: float, filtered: float, limit: float, where: str, report: FitReport) -> Criterion:
    """One error in millimetres, against the points as measured and after the filter."""
    passed, cutoff = measured <= limit, report.conditioning.filter.cutoff_hz
    if not passed and cutoff and filtered <= limit:
        where += f"; {filtered:.1f} mm after the filter of {cutoff:g} Hz: {_taken_off(report)}"
    return Criterion(name, f"{measured:.1f} mm", f"{limit:g} mm", passed, where if report.markers.worst_marker else "")


def _taken_off(report: FitReport) -> str:
    """What a filter may have taken off the markers: noise, or motion."""
    noise = report.conditioning.noise_mm or 0.0
    if noise and math.sqrt(3) * noise >= _NOISE * report.markers.rms_mean_mm:
        return f"the points' own noise is {noise:.0f} mm per axis"
    return "too low for this motion?"


def placement_checks(report: FitReport, bounds: FitBounds) -> list[Criterion]:
    """A marker that sits elsewhere throughout is mislabelled, or the set means another place by its name."""
    rows = []
    parts = (("trunk", report.placement.trunk, 1), ("limbs", report.placement.limbs, 2))
    for part, worst, times in parts:
        limit = max(times * bounds.offset_mm, _UNCERTAIN * worst.sigma_mm)
        name, measured = f"marker of the {part} off its place throughout", f"{worst.mm:.0f} mm"
        rows.append(Criterion(name, measured, f"{limit:g} mm", worst.mm <= limit, worst.marker))
    return rows


def spike_check(report: FitReport, bounds: FitBounds) -> Criterion:
    """Samples of one marker that were rejected."""
    rejected = {name: len(spikes.frames) for name, spikes in report.conditioning.spikes.items()}
    name, most = max(rejected.items(), key=lambda item: item[1], default=("", 0))
    few = max(2, int(bounds.spikes * report.frames)) if bounds.spikes > 0 else 0
    return Criterion(
        "samples of one marker rejected as spikes", str(most), f"{few} in {report.frames} frames", most <= few, name
    )


def filled_check(report: FitReport, bounds: FitBounds) -> Criterion:
    """Frames in which too little was measured."""
    filled, frames = len(report.frames_interpolated), report.frames
    passed = filled <= bounds.interpolated * frames
    return Criterion("frames filled in", f"{filled} of {frames}", f"{bounds.interpolated:.0%}", passed)
