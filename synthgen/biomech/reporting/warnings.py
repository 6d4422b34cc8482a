"""What is unusual in a fit's report, as sentences: the gate may accept it, and nobody may overlook it."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.report.fit_report import FitReport
from synthgen.biomech.travel import travel_warnings

RMS_LIMIT, MAX_LIMIT = 0.02, 0.04
"""Metres: OpenSim's guidance for inverse kinematics, marker RMS and largest error (OpenSim user's guide)."""
OFFSET = 0.02
"""Metres: a marker whose mean distance from its place is larger is named; the guidance for the RMS of all."""
UNCERTAIN = 3.0
"""Times its σ per axis: a point that its set places less surely is named from there on. Of 36 made clips whose points
are off by just that σ, one has a point that is named."""
PRESSED = 0.5
"""Share of frames: a region that stands at its limit for longer is named."""
JUMP = np.radians(1000)
"""Radians a second: a turn of a vertebra or the skull against the pelvis that no trunk makes."""


def fit_warnings(report: FitReport) -> tuple[str, ...]:
    """All warnings of a fit; none where it is as it should be."""
    points, limits, beyond, jumps = report.markers, report.limits, report.beyond_range, report.jumps
    told = [
        f"{name} stands {mm:.0f} mm from its place throughout: mislabelled or misplaced?"
        for name, mm in report.offsets_mm.items()
    ]
    if points.rms_worst_mm > RMS_LIMIT * 1e3:
        told.append(f"marker RMS {points.rms_worst_mm} mm in frame {points.rms_worst_frame}, limit 20 mm")
    if points.max_mm > MAX_LIMIT * 1e3:
        told.append(f"{points.worst_marker} off by {points.max_mm} mm, limit 40 mm")
    if limits.violations:
        told.append(f"{limits.violations} coordinates beyond their range")
    if beyond.frames:
        told.append(f"{beyond.region} is asked for {beyond.degrees}° beyond its range")
    for name, region in limits.regions.items():
        if region.pressed > PRESSED:
            told.append(f"{name} stands at its limit in {region.pressed:.0%} of frames: a misplaced marker?")
    if report.opensim.apart:
        told.append(f"OpenSim's model has a point {report.opensim.apart_mm:g} mm from where the fit has it")
    if report.frames_interpolated:
        told.append(f"{len(report.frames_interpolated)} of {report.frames} frames interpolated")
    if jumps.count:
        told.append(f"{jumps.count} jumps of a vertebra by more than {np.degrees(JUMP):.0f}° a second")
    return (*told, *travel_warnings(report.travel))
