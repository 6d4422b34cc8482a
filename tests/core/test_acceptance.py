"""Verdicts: accepted, marked, refused."""

from __future__ import annotations

import pytest

from synthgen.core.acceptance import Acceptance, Criterion, Verdict, allowed

GOOD, BAD = Criterion("size", "3 mm", "5 mm", True), Criterion("jumps", "7", "1", False, "C2")


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict((GOOD,)), Acceptance.ACCEPTED),
        (Verdict(()), Acceptance.ACCEPTED),
        (Verdict((GOOD,), ("odd",)), Acceptance.MARKED),
        (Verdict((GOOD, BAD)), Acceptance.REFUSED),
        (Verdict((GOOD, BAD), ("odd",)), Acceptance.REFUSED),
    ],
)
def test_a_check_that_fails_refuses_and_a_warning_marks(verdict, state):
    assert verdict.state is state
    assert verdict.accepted == (state is not Acceptance.REFUSED)
    assert verdict.refusals == (("jumps 7 (C2), limit 1",) if state is Acceptance.REFUSED else ())


@pytest.mark.parametrize(
    ("share", "frames", "few"), [(0.01, 300, 3), (0.01, 20, 1), (0.0, 300, 0), (1.0, 7, 7), (0.1, 9, 1)]
)
def test_a_share_lets_one_frame_pass_unless_it_is_none(share, frames, few):
    assert allowed(share, frames) == few
