"""What a program wants to know of a fit's report; it stays small however long the clip."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthgen.biomech.options import FitOptions
from synthgen.biomech.report.fit_report import FitReport, GateDecision, MeasureSummary, SimulatedPosture
from synthgen.biomech.report.markers import LowPass
from synthgen.biomech.report.opensim import OpenSimCheck
from synthgen.biomech.report.spine import (
    BeyondRange,
    FurtherMarkers,
    Jumps,
    MeanRangeExcess,
    Observability,
    RangeExcess,
    RegionUse,
    RhythmDistance,
    VertebraSigma,
)
from synthgen.biomech.report.travel import Travel
from synthgen.core.records import LEFT_OUT, Record


@dataclass(frozen=True)
class MarkerErrorSummary(Record):
    """``MarkerErrors`` without its rows for every marker."""

    rms_mean_mm: float
    rms_worst_mm: float
    rms_worst_frame: int
    max_mm: float
    worst_marker: str
    worst_frame: int


@dataclass(frozen=True)
class ConditioningSummary(Record):
    """``Conditioning`` in numbers: samples over all trajectories, and trajectory → rejected samples."""

    filter: LowPass
    noise_mm: float | None
    max_gap_s: float
    samples_closed: int
    samples_left_open: int
    spikes: dict[str, int]


@dataclass(frozen=True)
class RangeUseSummary(Record):
    """``RangeUse`` without its rows for every coordinate."""

    violations: int
    largest_violation: RangeExcess | None
    share_of_frames_with_a_level_at_its_limit: float
    regions: dict[str, RegionUse]
    published_mean: MeanRangeExcess


@dataclass(frozen=True)
class FitSummary(Record):
    """A :class:`FitReport` in short; attributes as there, ``frames_interpolated`` is their number."""

    options: FitOptions
    stature_m: float
    marker_sigma_mm: float
    vertebra_sigma_mm: VertebraSigma
    observability: dict[str, Observability]
    further_markers: FurtherMarkers | None
    jumps: Jumps
    beyond_range: BeyondRange
    offsets_mm: dict[str, float]
    notes: tuple[str, ...]
    rhythm_distance_degrees: RhythmDistance
    travel: Travel
    markers: MarkerErrorSummary
    opensim: OpenSimCheck
    conditioning: ConditioningSummary
    limits: RangeUseSummary
    frames_interpolated: int
    clinical: dict[str, MeasureSummary] | None = field(default=None, metadata=LEFT_OUT)
    gate: GateDecision | None = field(default=None, metadata=LEFT_OUT)
    posture: SimulatedPosture | None = field(default=None, metadata=LEFT_OUT)


def fit_summary(report: FitReport) -> FitSummary:
    """The report in short."""
    markers, done, limits = report.markers, report.conditioning, report.limits
    return FitSummary(
        options=report.options,
        stature_m=report.stature_m,
        marker_sigma_mm=report.marker_sigma_mm,
        vertebra_sigma_mm=report.vertebra_sigma_mm,
        observability=report.observability,
        further_markers=report.further_markers,
        jumps=report.jumps,
        beyond_range=report.beyond_range,
        offsets_mm=report.offsets_mm,
        notes=report.notes,
        rhythm_distance_degrees=report.rhythm_distance_degrees,
        travel=report.travel,
        markers=MarkerErrorSummary(
            rms_mean_mm=markers.rms_mean_mm,
            rms_worst_mm=markers.rms_worst_mm,
            rms_worst_frame=markers.rms_worst_frame,
            max_mm=markers.max_mm,
            worst_marker=markers.worst_marker,
            worst_frame=markers.worst_frame,
        ),
        opensim=report.opensim,
        conditioning=ConditioningSummary(
            filter=done.filter,
            noise_mm=done.noise_mm,
            max_gap_s=done.max_gap_s,
            samples_closed=done.samples_closed,
            samples_left_open=done.samples_left_open,
            spikes={name: len(spikes.frames) for name, spikes in done.spikes.items()},
        ),
        limits=RangeUseSummary(
            violations=limits.violations,
            largest_violation=limits.largest_violation,
            share_of_frames_with_a_level_at_its_limit=limits.share_of_frames_with_a_level_at_its_limit,
            regions=limits.regions,
            published_mean=limits.published_mean,
        ),
        frames_interpolated=len(report.frames_interpolated),
        clinical=report.clinical,
        gate=report.gate,
        posture=report.posture,
    )
