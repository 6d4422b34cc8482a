"""Reports of fits that were never made, for tests of whoever reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from synthgen.biomech.options import FitOptions
from synthgen.biomech.report.fit_report import FitReport
from synthgen.biomech.report.markers import Conditioning, LowPass, MarkerErrors, Misplacement, Placement
from synthgen.biomech.report.opensim import OpenSimCheck
from synthgen.biomech.report.spine import BeyondRange, Jumps, MeanRangeExcess, RangeUse, RhythmDistance, VertebraSigma
from synthgen.biomech.report.travel import Afloat, Travel

ERRORS = MarkerErrors(
    rms_mean_mm=3.0,
    rms_worst_mm=5.0,
    rms_worst_frame=3,
    max_mm=12.0,
    worst_marker="left_knee",
    worst_frame=3,
    per_marker_rms_mm={"left_knee": 4.0},
    per_marker_max_mm={"left_knee": 12.0},
)
SOUND = FitReport(
    verdict="accept",
    reasons=(),
    frames=300,
    frames_interpolated=(),
    markers=ERRORS,
    soft_markers=None,
    conditioned_markers=ERRORS,
    opensim=OpenSimCheck(
        evaluated=300,
        rms_mean_mm=3.0,
        rms_worst_mm=5.0,
        rms_worst_frame=3,
        apart_mm=2e-12,
        solved=21,
        unsettled=0,
        apart=0,
        worst=6,
        sampled=15,
        near=0,
        every=20,
        disagreeing=0,
        bound_mm=0.05,
        moved_mm=0.0,
        vertebra="",
        frame=0,
        settled_moved_mm=0.0,
    ),
    offsets_mm={},
    placement=Placement(trunk=Misplacement("C7", 12.0, 5.0), limbs=Misplacement("LANK", 31.0, 5.0)),
    limits=RangeUse(
        violations=0,
        largest_violation=None,
        share_of_frames_with_a_level_at_its_limit=0.0,
        share_of_frames_at_limit={},
        regions={},
        published_mean=MeanRangeExcess(share_of_frames=0.0, degrees=0.0),
    ),
    beyond_range=BeyondRange(frames=0, degrees=0.0, region="", frame=0),
    rhythm_distance_degrees=RhythmDistance(rms=0.1, max=1.0),
    jumps=Jumps(count=0, largest_degrees=2.0, segment="C2", frame=7),
    stature_m=1.7,
    spinal_degrees_of_freedom=75,
    independent_spinal_degrees_of_freedom=12,
    notes=("kept",),
    options=FitOptions(),
    rhythm="body",
    conditioning=Conditioning(
        spikes={}, gaps={}, max_gap_s=0.1, noise_mm=None, noise_left_mm=0.0, filter=LowPass("none", 0, None, "as asked")
    ),
    marker_sigma_mm=5.0,
    observability={},
    travel=Travel(
        fastest_m_s=1.3,
        fastest_frame=40,
        lifted_m=0.0,
        floor_m=0.01,
        afloat=Afloat(frames=0, high_m=0.0, frame=0),
        perched=0.0,
        slide_m_s=0.1,
        trunk_degrees=5.0,
        level=0.0,
        upside_down=0.0,
    ),
    vertebra_sigma_mm=VertebraSigma(rms=12.7, worst=17.3, vertebra="T12"),
    further_markers=None,
)
"""A fit as it should be."""


def report_with(**changes: Any) -> FitReport:
    """:data:`SOUND` with other attributes; a dict changes some of a part's own."""
    parts = {n: replace(getattr(SOUND, n), **c) if isinstance(c, dict) else c for n, c in changes.items()}
    return replace(SOUND, **parts)
