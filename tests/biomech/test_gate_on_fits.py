"""The gate on fitted motions: what it says of one with a posture, and of one whose report cannot be trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synthgen.biomech.cache import cached_fit
from synthgen.biomech.gate.judge import delivered, judge, judge_motion
from synthgen.biomech.postures.kinds import Posture
from synthgen.biomech.postures.simulated import apply_posture
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.cache import Cache

from .short_clips import good


@pytest.fixture(scope="module")
def fitted(shared_cache: Cache) -> SpineMotion:
    return cached_fit(good(), shared_cache)


def test_a_posture_may_leave_the_ranges_and_says_so(fitted: SpineMotion) -> None:
    """A hump of 95° in T1 to T12: ranges hold healthy people, so it is reported and not refused."""
    bent = delivered(apply_posture(fitted, Posture("bent", thoracic_kyphosis=95.0)))
    verdict = judge(bent.report)
    assert verdict.accepted
    assert bent.report.limits.violations > 0
    row = next(c for c in verdict.checks if c.name == "coordinates beyond their range")
    assert row.passed and "not judged" in row.where and row.measured == str(bent.report.limits.violations)


def test_a_motion_from_elsewhere_is_judged_by_its_angles(fitted: SpineMotion) -> None:
    """Whatever its report says: five frames with a lumbar spine bent further than it goes."""
    assert judge_motion(fitted).refusals == ()
    q = fitted.q.copy()
    q[:5, fitted.coordinate_names.index("L3_flexion")] += 0.6
    (reason,) = judge_motion(replace(fitted, q=q)).refusals
    assert reason.startswith("coordinates beyond their range 5 (L3_flexion by")
