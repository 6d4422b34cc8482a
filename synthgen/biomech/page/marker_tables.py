"""Tables of a fit's markers: guidance, every marker, spikes, conditioning."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.page.cells import Cell, Table, judged, table
from synthgen.biomech.report.fit_report import FitReport
from synthgen.biomech.report.markers import Conditioning, Spikes
from synthgen.biomech.reporting.warnings import MAX_LIMIT, RMS_LIMIT
from synthgen.biomech.spine_motion import SpineMotion

_LISTED = 12
"""Frames that are named of one marker's spikes."""


def guidance_table(report: FitReport) -> Table:
    """Marker errors against what OpenSim's guide asks of inverse kinematics."""
    raw, fitted = report.markers, report.conditioned_markers
    frame = f"frame {raw.rms_worst_frame}"
    marker = f"{raw.worst_marker}, frame {raw.worst_frame}" if raw.worst_marker else ""
    rows = [
        _guided("marker RMS, mean over frames", RMS_LIMIT, raw.rms_mean_mm, fitted.rms_mean_mm, ""),
        _guided("marker RMS, worst frame", RMS_LIMIT, raw.rms_worst_mm, fitted.rms_worst_mm, frame),
        _guided("largest marker error", MAX_LIMIT, raw.max_mm, fitted.max_mm, marker),
    ]
    return table(("", "guidance", "as measured", "after conditioning", "where", ""), rows, (1, 2, 3))


def _guided(name: str, limit: float, measured: float, conditioned: float, where: str) -> list[Cell | str]:
    """A row: limit in metres, errors in millimetres."""
    good = judged(measured <= 1e3 * limit, "above")
    return [name, f"below {1e3 * limit:g} mm", f"{measured:.1f} mm", f"{conditioned:.1f} mm", where, good]


def markers_table(motion: SpineMotion) -> Table:
    """Every marker's residuals against the points as measured, and what was measured of it."""
    report, done = motion.report, motion.report.conditioning
    rms, most, offsets = report.markers.per_marker_rms_mm, report.markers.per_marker_max_mm, report.offsets_mm
    largest = max(rms.values(), default=0) or 1
    seen = dict(zip(motion.marker_names, np.isfinite(motion.marker_error).mean(0).tolist(), strict=True))
    rows = [
        (
            name,
            Cell(f"{9 * value / largest:.2f}rem", "bar"),
            f"{value:.1f}",
            f"{most[name]:.1f}",
            f"{offsets[name]:.0f}" if name in offsets else "",
            f"{seen[name]:.1%}",
            str(len(done.spikes[name].frames)) if name in done.spikes else "",
            _some(done.gaps[name].closed if name in done.gaps else 0),
            _some(done.gaps[name].left_open if name in done.gaps else 0),
        )
        for name, value in sorted(rms.items(), key=lambda item: -item[1])
    ]
    head = ("marker", "", "RMS, mm", "largest, mm", "always off by, mm", "measured", "spikes", "closed", "left open")
    return table(head, rows, range(2, 9))


def _some(count: int) -> str:
    return str(count) if count else ""


def soft_markers(report: FitReport) -> str:
    """Residuals of the points that stand for no anatomy, on one line; empty without any."""
    soft = report.soft_markers
    return ", ".join(f"{name} {mm:.1f} mm" for name, mm in soft.per_marker_rms_mm.items()) if soft else ""


def spikes_table(spikes: dict[str, Spikes]) -> Table:
    """Which samples were rejected and how far they were off."""
    rows = [(name, str(len(row.frames)), _off_by(row), _first(row.frames)) for name, row in spikes.items()]
    return table(("", "samples", "off by", "frames"), rows, (1, 2))


def _off_by(spikes: Spikes) -> str:
    values, unit = (spikes.mm, " mm") if spikes.mm is not None else (spikes.degrees or (), "°")
    low, high = f"{min(values):.0f}", f"{max(values):.0f}"
    return (low if low == high else f"{low} to {high}") + unit


def _first(frames: tuple[int, ...]) -> str:
    return ", ".join(map(str, frames[:_LISTED])) + (", …" if len(frames) > _LISTED else "")


def conditioning_table(done: Conditioning) -> Table:
    """Noise, filter and gaps."""
    low_pass = done.filter
    cutoff = f", order {low_pass.order}, {low_pass.cutoff_hz:g} Hz" if low_pass.cutoff_hz else ""
    rows = [
        ("noise of the clip's points, per axis", "unknown" if done.noise_mm is None else f"{done.noise_mm:.2f} mm"),
        ("filter", f"{low_pass.kind}{cutoff}: {low_pass.why}"),
        ("samples rejected as spikes", str(sum(len(row.frames) for row in done.spikes.values()))),
        (f"samples in gaps that were closed (up to {done.max_gap_s:g} s)", str(done.samples_closed)),
        ("samples in gaps that were left open", str(done.samples_left_open)),
    ]
    return table(("", ""), rows)
