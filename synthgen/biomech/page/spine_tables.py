"""Tables of a fit's spine: rhythm, ranges, what the clip determines, clinical measures."""

from __future__ import annotations

from synthgen.biomech.clinical import ClinicalMeasures, constants
from synthgen.biomech.page.cells import Cell, Table, table
from synthgen.biomech.report.fit_report import FitReport
from synthgen.biomech.report.spine import Observability


def facts_table(report: FitReport) -> Table:
    """Rhythm, jumps and what was chosen."""
    rhythm, jumps = report.rhythm_distance_degrees, report.jumps
    turn = f"{jumps.largest_degrees:.1f}°"
    if jumps.segment:
        turn += f" ({jumps.segment}, frame {jumps.frame})"
    rows = [
        ("distance of single levels from the rhythm", f"{rhythm.rms:.2f}° RMS, {rhythm.max:.2f}° at most"),
        ("largest turn of a vertebra in one frame", turn),
        ("frames filled in for want of markers", str(len(report.frames_interpolated))),
        ("rhythm", report.rhythm),
        ("reference adult", report.options.sex),
    ]
    return table(("", ""), rows)


def limits_table(report: FitReport) -> Table:
    """How the motion uses the ranges of its joints, region by region where one stands at its limit."""
    limits, beyond = report.limits, report.beyond_range
    worst, mean = limits.largest_violation, limits.published_mean
    passed = "none"
    if worst:
        passed = f"{limits.violations} values, {worst.coordinate} by {worst.degrees:.1f}° in frame {worst.frame}"
    asked = "nothing"
    if beyond.region:
        asked = (
            f"{beyond.region.replace('_', ' ')} for {beyond.degrees:.1f}° in frame {beyond.frame}; more than 10° "
            f"in {beyond.frames} frames"
        )
    over = f"{mean.share_of_frames:.1%} of frames"
    if mean.coordinate is not None:
        over += f", most {mean.coordinate} by {mean.degrees:.1f}° in frame {mean.frame}"
    rows = [
        ("beyond the model's ranges", passed),
        ("asked for beyond the range of a region, if it were let", asked),
        ("a level at its limit", f"{limits.share_of_frames_with_a_level_at_its_limit:.1%} of frames"),
        ("beyond the published mean ranges, which the model widens by a quarter", over),
    ]
    for name, region in limits.regions.items():
        used = f"{region.pressed:.1%} of frames; at most {region.most:.0%} of its range used up"
        rows.append((f"{name.replace('_', ' ')} at its limit", used))
    return table(("", ""), rows)


def observability_table(angles: dict[str, Observability]) -> Table:
    """What the clip determines: the angles of the regions, and how a region shares them out to its levels."""
    rows = [
        (
            name.replace("_", " "),
            f"{angle.measured_share:.0%}",
            f"± {angle.sigma_degrees:.1f}°",
            _source(angle.verdict),
            f"{angle.levels_measured_share:.0%}",
            _source(angle.levels),
        )
        for name, angle in angles.items()
    ]
    head = ("angle", "measured", "σ", "the region's total", "measured", "its levels' shares")
    return table(head, rows, (1, 2, 4))


def _source(verdict: str) -> Cell:
    return Cell(verdict, "good") if verdict == "observed" else Cell(verdict)


def clinical_table(measures: ClinicalMeasures) -> Table:
    """Median, least and most of every clinical measure."""
    facts, rows = constants()["measures"], []
    for name, summary in measures.summary().items():
        fact = facts[name]
        unit = "°" if fact["unit"] == "deg" else " mm"
        low, high = fact["usual"]
        where = f", largest {summary.upper} to {summary.lower}" if summary.upper is not None else ""
        numbers = [_number(value, unit) for value in (summary.median, summary.min, summary.max)]
        usual = f"{low} to {high}{unit}".replace("-", "−")
        rows.append((fact["title"], *numbers, usual, fact["definition"] + where))
    return table(("measure", "median", "least", "most", "usual standing", "definition"), rows, (1, 2, 3))


def _number(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.1f}{unit}".replace("-", "−")
