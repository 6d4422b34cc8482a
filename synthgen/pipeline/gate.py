"""The gate between a fit and a dataset: is this clip's spine good enough to be labelled?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from synthgen.motion.travel import FASTEST
from synthgen.pipeline.gate_travel import travel_checks
from synthgen.pipeline.spine_evidence import more_markers
from synthgen.pipeline.verdict import Check, allowed

if TYPE_CHECKING:
    from synthgen.biomech.spine_motion import SpineMotion


_UNCERTAIN = 4.0
"""Times σ: further off nothing is that is what its name says."""
_NOISE = 0.7
"""Share of the markers' RMS, from which on their own noise explains it."""


@dataclass(frozen=True)
class Gate:
    """Bounds on a fit's report (``biomech/report.py``).

    Attributes:
        rms_mm: largest marker RMS of any frame, mm; OpenSim's guidance for inverse kinematics is 20 (user's guide).
        max_mm: largest distance of any marker in any frame, mm; OpenSim's guidance is 40.
        offset_mm: largest distance of a trunk's marker from where its set has it, throughout, mm; OpenSim's guidance
            for any error. Twice as much for limbs, which move no vertebra. A point whose place its set calls uncertain
            (keypoints) may be off by four times that σ, and the σ of the vertebrae has grown by it.
        interpolated: largest share of frames that were filled in because too little was measured.
        jumps: largest share of frames into which a vertebra jumps faster than a trunk can. One jump in a few
            seconds is a hiccup of a recording that spoils one frame; more of them are a motion that is not one.
        spikes: largest share of one marker's samples that were rejected as spikes; two pass in a short clip.
        beyond_range: largest share of frames in which a region of the spine is asked for 10° more than its range
            holds (``biomech/solving/ranges.py``); one frame passes, unless it is 0.
        pressed: largest share of frames in which one region stands at its limit. Nobody moves so: it is the posture
            of a misplaced marker, or of another model.
        sigma_mm: largest uncertainty of the vertebrae, σ per axis, RMS over frames and vertebrae, mm. A clip without
            any point on the back has 13; one of two hips and a sacrum says nothing of a spine.
        speed_m_s: largest speed of the pelvis over half a second, m/s; a sprinter's record is 12.4
            (``motion/travel.py``).
        floor_m: largest distance of the body's lowest part from the floor while it stands, lies or crawls, m; samples
            have 0.08, by feet and hands whose flesh nobody knows.
        afloat: largest share of frames in which nothing holds the body and it does not fall
            (``motion/contacts.py``); one frame passes, unless it is 0.
    """

    rms_mm: float = 20.0
    max_mm: float = 40.0
    offset_mm: float = 40.0
    interpolated: float = 0.1
    jumps: float = 0.01
    spikes: float = 0.02
    beyond_range: float = 0.01
    pressed: float = 0.8
    sigma_mm: float = 20.0
    speed_m_s: float = FASTEST
    floor_m: float = 0.15
    afloat: float = 0.1


def delivered(motion: SpineMotion) -> SpineMotion:
    """The motion with a report on the ranges of its joints and on its travel as they are now.

    A posture may have been added since the fit, or the file may have been made elsewhere. For a body of the caller's
    own, which a motion does not hold, the report's word stands.
    """
    if motion.reference is None:
        return motion
    from synthgen.biomech.solving.ranges import range_report
    from synthgen.biomech.subject import sized_body
    from synthgen.biomech.travel import travel_report

    body, told = sized_body(motion), motion.report.get("travel", {})
    known = {"floor": told.get("floor_m", 0.0) is not None, "lifted": told.get("lifted_m", 0.0)}
    travel = travel_report(body, motion.fps, motion.transforms, **known)
    return replace(motion, report={**motion.report, "limits": range_report(body, motion.q), "travel": travel})


def judge_motion(motion: SpineMotion, gate: Gate) -> list[Check]:
    """:func:`judge` of a motion as it is delivered, wherever it comes from."""
    return judge(delivered(motion).report, gate)


def judge(report: dict[str, Any], gate: Gate) -> list[Check]:
    """Looks at a fit's report; the fit is accepted when every check passed."""
    return [
        *_marker_checks(report, gate),
        *_placement_checks(report, gate),
        _range_check(report),
        _beyond_check(report, gate),
        _pressed_check(report, gate),
        *_frame_checks(report, gate),
        _spike_check(report, gate),
        _sigma_check(report, gate),
        *travel_checks(report, gate),
    ]


def _marker_checks(report: dict[str, Any], gate: Gate) -> list[Check]:
    markers, fitted = report["markers"], report["conditioned_markers"]
    cutoff = report["conditioning"]["filter"]["cutoff_hz"]
    rows = []
    for name, key, limit, where in (
        ("marker RMS of the worst frame", "rms_worst_mm", gate.rms_mm, f"frame {markers['rms_worst_frame']}"),
        ("largest marker error", "max_mm", gate.max_mm, f"{markers['worst_marker']}, frame {markers['worst_frame']}"),
    ):
        passed = markers[key] <= limit
        if not passed and cutoff and fitted[key] <= limit:
            where += f"; {fitted[key]:.1f} mm after the filter of {cutoff:g} Hz: {_taken_off(report)}"
        rows.append(
            Check(name, f"{markers[key]:.1f} mm", f"{limit:g} mm", passed, where if markers["worst_marker"] else "")
        )
    return rows


def _taken_off(report: dict[str, Any]) -> str:
    """What a filter may have taken off the markers: noise, or motion."""
    noise = report["conditioning"].get("noise_mm") or 0.0
    if noise and math.sqrt(3) * noise >= _NOISE * report["markers"]["rms_mean_mm"]:
        return f"the points' own noise is {noise:.0f} mm per axis"
    return "too low for this motion?"


def _placement_checks(report: dict[str, Any], gate: Gate) -> list[Check]:
    """A marker that sits elsewhere throughout is mislabelled, or the set means another place by its name."""
    rows = []
    for part, limit in (("trunk", gate.offset_mm), ("limbs", 2 * gate.offset_mm)):
        worst = report["placement"][part]
        limit = max(limit, _UNCERTAIN * worst.get("sigma_mm", 0.0))
        name, measured = f"marker of the {part} off its place throughout", f"{worst['mm']:.0f} mm"
        rows.append(Check(name, measured, f"{limit:g} mm", worst["mm"] <= limit, worst["marker"]))
    return rows


def _range_check(report: dict[str, Any]) -> Check:
    count, worst = report["limits"]["violations"], report["limits"].get("largest_violation")
    where = f"{worst['coordinate']} by {worst['degrees']:.1f}° in frame {worst['frame']}" if worst else ""
    simulated = bool(report.get("posture"))
    if simulated and count:
        where += "; not judged: ranges do not bind a simulated posture"
    return Check("coordinates beyond their range", str(count), "0", simulated or count == 0, where)


def _beyond_check(report: dict[str, Any], gate: Gate) -> Check:
    beyond, frames = report["beyond_range"], report["frames"]
    few = allowed(gate.beyond_range, frames)
    return Check(
        "frames that ask a region for 10° beyond its range",
        f"{beyond['frames']} of {frames}",
        str(few),
        beyond["frames"] <= few,
        f"{beyond['region'].replace('_', ' ')} by {beyond['degrees']:.1f}° in frame {beyond['frame']}"
        if beyond["region"]
        else "",
    )


def _pressed_check(report: dict[str, Any], gate: Gate) -> Check:
    regions = {name: row["pressed"] for name, row in report["limits"]["regions"].items()}
    name, most = max(regions.items(), key=lambda item: item[1], default=("", 0.0))
    # A deformity stands where healthy people's ranges end.
    passed = most <= gate.pressed or bool(report.get("posture"))
    where = name.replace("_", " ") if most else ""
    return Check("frames with a region at its limit", f"{most:.0%}", f"{gate.pressed:.0%}", passed, where)


def _frame_checks(report: dict[str, Any], gate: Gate) -> list[Check]:
    frames, jumps, filled = report["frames"], report["jumps"], len(report["frames_interpolated"])
    few = allowed(gate.jumps, frames)
    return [
        Check(
            "frames filled in",
            f"{filled} of {frames}",
            f"{gate.interpolated:.0%}",
            filled <= gate.interpolated * frames,
        ),
        Check(
            "jumps",
            str(jumps["count"]),
            f"{few} in {frames} frames",
            jumps["count"] <= few,
            f"{jumps['segment']} turns {jumps['largest_degrees']:.1f}° into frame {jumps['frame']}"
            if jumps["count"]
            else "",
        ),
    ]


def _spike_check(report: dict[str, Any], gate: Gate) -> Check:
    rejected = {name: len(row["frames"]) for name, row in report["conditioning"]["spikes"].items()}
    name, most = max(rejected.items(), key=lambda item: item[1], default=("", 0))
    few = max(2, int(gate.spikes * report["frames"])) if gate.spikes > 0 else 0
    return Check(
        "samples of one marker rejected as spikes", str(most), f"{few} in {report['frames']} frames", most <= few, name
    )


def _sigma_check(report: dict[str, Any], gate: Gate) -> Check:
    sigma = report["vertebra_sigma_mm"]
    known = sigma["rms"] is not None
    where = f"{sigma['vertebra']} {sigma['worst']:.1f} mm" if known else ""
    more = more_markers(report)
    return Check(
        "uncertainty of the vertebrae, σ per axis",
        f"{sigma['rms']:.1f} mm" if known else "not known",
        f"{gate.sigma_mm:g} mm",
        not known or sigma["rms"] <= gate.sigma_mm,
        f"{where}; {more}" if more else where,
    )


def failed(checks: list[Check]) -> list[str]:
    """The checks that did not pass, as sentences."""
    return [str(check) for check in checks if not check.passed]
