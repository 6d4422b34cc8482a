"""The gate's verdict on a fit."""

from __future__ import annotations

from dataclasses import replace

from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.gate.evidence import spine_evidence
from synthgen.biomech.gate.marker_checks import error_checks, filled_check, placement_checks, spike_check
from synthgen.biomech.gate.spine_checks import beyond_check, jump_check, pressed_check, range_check, sigma_check
from synthgen.biomech.gate.travel_checks import travel_checks
from synthgen.biomech.report.fit_report import FitReport, GateDecision
from synthgen.biomech.solving.ranges import range_use
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import sized_body
from synthgen.biomech.travel import travel_of
from synthgen.core.acceptance import Verdict


def delivered(motion: SpineMotion) -> SpineMotion:
    """The motion with a report on the ranges of its joints and on its travel as they are now.

    A posture may have been added since the fit, or the file may have been made elsewhere. For a body of the caller's
    own, which a motion does not hold, the report's word stands.
    """
    if motion.reference is None:
        return motion
    body, said = sized_body(motion), motion.report.travel
    travel = travel_of(body, motion.fps, motion.transforms, floor=said.floor_m is not None, lifted=said.lifted_m)
    return replace(motion, report=replace(motion.report, limits=range_use(body, motion.q), travel=travel))


def judge_motion(motion: SpineMotion, bounds: FitBounds | None = None) -> Verdict:
    """:func:`judge` of a motion as it is delivered, wherever it comes from."""
    return judge(delivered(motion).report, bounds)


def judge(report: FitReport, bounds: FitBounds | None = None) -> Verdict:
    """Looks at a fit's report; its own warnings mark what is accepted all the same.

    Args:
        report: of the fit.
        bounds: what it must keep; the standard ones by default.
    """
    bounds = bounds or FitBounds()
    checks = (
        *error_checks(report, bounds),
        *placement_checks(report, bounds),
        range_check(report),
        beyond_check(report, bounds),
        pressed_check(report, bounds),
        filled_check(report, bounds),
        jump_check(report, bounds),
        spike_check(report, bounds),
        sigma_check(report, bounds),
        *travel_checks(report.travel, report.frames, bounds),
    )
    return Verdict(checks, report.reasons)


def decision(report: FitReport, verdict: Verdict, bounds: FitBounds | None = None) -> GateDecision:
    """The verdict on a report as it is kept in it, with what is known of the spine."""
    return GateDecision(verdict.accepted, verdict.checks, spine_evidence(report, bounds or FitBounds()))
