"""The gate's rows on the spine: its ranges, its jumps, and how well it is known."""

from __future__ import annotations

from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.gate.evidence import more_markers
from synthgen.biomech.report.fit_report import FitReport
from synthgen.core.acceptance import Criterion, allowed


def range_check(report: FitReport) -> Criterion:
    """Joints beyond their ranges."""
    count, worst = report.limits.violations, report.limits.largest_violation
    where = f"{worst.coordinate} by {worst.degrees:.1f}° in frame {worst.frame}" if worst else ""
    simulated = report.altered
    if simulated and count:
        what = "a simulated posture" if report.posture else "a drawn spine"
        where += f"; not judged: ranges do not bind {what}"
    return Criterion("coordinates beyond their range", str(count), "0", simulated or count == 0, where)


def beyond_check(report: FitReport, bounds: FitBounds) -> Criterion:
    """Regions that are asked for what no spine gives."""
    beyond, frames = report.beyond_range, report.frames
    few = allowed(bounds.beyond_range, frames)
    region = beyond.region.replace("_", " ")
    where = f"{region} by {beyond.degrees:.1f}° in frame {beyond.frame}" if region else ""
    name = "frames that ask a region for 10° beyond its range"
    return Criterion(name, f"{beyond.frames} of {frames}", str(few), beyond.frames <= few, where)


def pressed_check(report: FitReport, bounds: FitBounds) -> Criterion:
    """A region that stands at its limit."""
    regions = {name: region.pressed for name, region in report.limits.regions.items()}
    name, most = max(regions.items(), key=lambda item: item[1], default=("", 0.0))
    # A deformity stands where healthy people's ranges end, and another spine has other ranges.
    passed = most <= bounds.pressed or report.altered
    where = name.replace("_", " ") if most else ""
    return Criterion("frames with a region at its limit", f"{most:.0%}", f"{bounds.pressed:.0%}", passed, where)


def jump_check(report: FitReport, bounds: FitBounds) -> Criterion:
    """Vertebrae that jump."""
    jumps, few = report.jumps, allowed(bounds.jumps, report.frames)
    where = f"{jumps.segment} turns {jumps.largest_degrees:.1f}° into frame {jumps.frame}" if jumps.count else ""
    return Criterion("jumps", str(jumps.count), f"{few} in {report.frames} frames", jumps.count <= few, where)


def sigma_check(report: FitReport, bounds: FitBounds) -> Criterion:
    """How well the vertebrae are known, and what further markers would bring."""
    sigma, more = report.vertebra_sigma_mm, more_markers(report)
    name, limit = "uncertainty of the vertebrae, σ per axis", f"{bounds.sigma_mm:g} mm"
    if sigma.rms is None:
        return Criterion(name, "not known", limit, True, f"; {more}" if more else "")
    where = f"{sigma.vertebra} {sigma.worst:.1f} mm" + (f"; {more}" if more else "")
    return Criterion(name, f"{sigma.rms:.1f} mm", limit, sigma.rms <= bounds.sigma_mm, where)
