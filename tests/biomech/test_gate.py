"""The gate on fits: what it refuses and in which words, what it marks, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.gate.judge import decision, judge
from synthgen.biomech.report.fit_report import SimulatedPosture
from synthgen.biomech.report.markers import LowPass, Misplacement, Spikes
from synthgen.biomech.report.spine import BeyondRange, Observability, RangeExcess, RegionUse, VertebraSigma
from synthgen.biomech.report.travel import Afloat
from synthgen.core.acceptance import Acceptance

from .reports import SOUND, report_with

VIOLATED = {"violations": 2, "largest_violation": RangeExcess(3.0, "L3_flexion", 8)}
POSTURE = SimulatedPosture(simulated=True, name="mine", asked={}, standing={})


def bent(frames: int) -> BeyondRange:
    """A region that is asked for too much in so many frames."""
    return BeyondRange(frames=frames, degrees=27.5, region="lumbar_flexion", frame=29)


def rejected(**counts: int) -> dict[str, Any]:
    """So many rejected samples per marker."""
    return {"spikes": {n: Spikes(tuple(range(k)), mm=(90.0,) * k) for n, k in counts.items()}}


def placed(trunk: float = 12.0, limbs: float = 31.0) -> dict[str, Any]:
    """Markers so many millimetres off their places."""
    return {"trunk": Misplacement("C7", trunk, 5.0), "limbs": Misplacement("LANK", limbs, 5.0)}


def pressed(share: float) -> dict[str, Any]:
    """A region that stands at its limit for that share of the frames."""
    return {"regions": {"lumbar_flexion": RegionUse(0.1, 1.0), "cervical_flexion": RegionUse(share, 1.0)}}


FILTERED = {"filter": LowPass("Butterworth, zero lag", 4, 6.0, "as asked")}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"markers": {"rms_worst_mm": 20.1}}, "marker RMS of the worst frame 20.1 mm (frame 3)"),
        ({"markers": {"max_mm": 41.0}}, "largest marker error 41.0 mm (left_knee, frame 3)"),
        (
            {"markers": {"max_mm": 41.0}, "conditioning": FILTERED},
            "largest marker error 41.0 mm (left_knee, frame 3; 12.0 mm after the filter of 6 Hz: too low for",
        ),
        ({"placement": placed(trunk=41.4)}, "marker of the trunk off its place throughout 41 mm (C7), limit 40 mm"),
        ({"placement": placed(limbs=81.0)}, "marker of the limbs off its place throughout 81 mm (LANK), limit 80 mm"),
        ({"placement": placed(trunk=39.0, limbs=79.0)}, None),
        ({"placement": {"trunk": Misplacement("neck", 79.0, 20.0)}}, None),
        ({"limits": VIOLATED}, "coordinates beyond their range 2 (L3_flexion by 3.0° in frame 8)"),
        ({"limits": VIOLATED, "posture": POSTURE}, None),
        (
            {"beyond_range": bent(4)},
            "frames that ask a region for 10° beyond its range 4 of 300 (lumbar flexion by 27.5° in frame 29), limit 3",
        ),
        ({"beyond_range": bent(3)}, None),
        ({"frames": 20, "beyond_range": bent(1)}, None),
        ({"frames": 20, "beyond_range": bent(2)}, "frames that ask a region"),
        ({"limits": pressed(0.81)}, "frames with a region at its limit 81% (cervical flexion), limit 80%"),
        ({"limits": pressed(0.79)}, None),
        (
            {"vertebra_sigma_mm": VertebraSigma(73.0, 123.8, "C1")},
            "uncertainty of the vertebrae, σ per axis 73.0 mm (C1 123.8 mm), limit 20 mm",
        ),
        ({"vertebra_sigma_mm": VertebraSigma(None, None, "")}, None),
        ({"limits": pressed(0.81), "posture": POSTURE}, None),
        ({"conditioning": rejected(C7=2, T8=7)}, "samples of one marker rejected as spikes 7 (T8), limit 6 in 300"),
        ({"conditioning": rejected(C7=6, T8=6)}, None),
        ({"frames": 20, "conditioning": rejected(C7=2)}, None),
        ({"frames_interpolated": tuple(range(31))}, "frames filled in 31 of 300"),
        ({"frames_interpolated": tuple(range(30))}, None),
        ({"jumps": {"count": 4}}, "jumps 4 (C2 turns 2.0° into frame 7)"),
        ({"jumps": {"count": 3}}, None),
        ({"frames": 20, "jumps": {"count": 1}}, None),
        ({"frames": 20, "jumps": {"count": 2}}, "jumps 2"),
        ({"travel": {"fastest_m_s": 12.4}}, None),
        (
            {"travel": {"fastest_m_s": 12.6}},
            "travel of the pelvis, fastest half second 12.6 m/s (up to frame 40; a wrong unit",
        ),
        ({"travel": {"floor_m": -0.14}}, None),
        (
            {"travel": {"floor_m": 3.0}},
            "lowest part of the body off the floor, throughout 3.000 m (above it), limit 0.15 m",
        ),
        (
            {"travel": {"floor_m": -0.3}},
            "lowest part of the body off the floor, throughout 0.300 m (below it), limit 0.15 m",
        ),
        ({"travel": {"floor_m": None, "afloat": None, "slide_m_s": None}}, None),
        ({"travel": {"afloat": Afloat(30, 1.6, 55)}}, None),
        (
            {"travel": {"afloat": Afloat(31, 1.6, 55)}},
            "frames afloat: nothing holds the body, and it does not fall 31 of 300 (1.60 m high in frame 55",
        ),
    ],
)
def test_the_gate_refuses_for_a_reason(change, reason):
    verdict = judge(report_with(**change))
    assert len(verdict.refusals) == (reason is not None) == (verdict.state is Acceptance.REFUSED)
    if reason:
        assert verdict.refusals[0].startswith(reason)


def test_warnings_mark_what_is_accepted_and_change_no_refusal():
    warned = replace(SOUND, reasons=("a marker stands 25 mm from its place throughout",))
    assert judge(SOUND).state is Acceptance.ACCEPTED
    assert judge(warned).state is Acceptance.MARKED and judge(warned).accepted
    assert judge(warned, FitBounds(max_mm=1.0)).state is Acceptance.REFUSED


def test_a_decision_holds_every_check_and_what_is_known_of_the_spine():
    kept = decision(SOUND, judge(SOUND))
    assert kept.accepted and len(kept.checks) == 14 and all(c.passed for c in kept.checks)
    refused = report_with(jumps={"count": 40})
    assert not decision(refused, judge(refused)).accepted
    assert kept.evidence == ()
    angles = {"lumbar_flexion": Observability("set by the prior", 0.3, 13.0, "observed", 0.95)}
    seen = replace(SOUND, observability=angles)
    assert decision(seen, judge(seen)).evidence == ("set by the prior: lumbar flexion",)
