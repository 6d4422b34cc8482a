"""Pairs of points that change places, also behind a gap."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.motion.normalise.sides import undo_exchanges

T = 60
PAIR = (("left", "right"),)


def walked() -> dict[str, np.ndarray]:
    """Two points 20 cm apart that move forward 1 cm a frame."""
    forward = np.arange(T) * 0.01
    return {
        "left": np.stack([forward, np.full(T, 0.1), np.ones(T)], -1),
        "right": np.stack([forward, np.full(T, -0.1), np.ones(T)], -1),
    }


def exchanged(points: dict[str, np.ndarray], frames: slice) -> dict[str, np.ndarray]:
    out = {name: p.copy() for name, p in points.items()}
    out["left"][frames], out["right"][frames] = points["right"][frames], points["left"][frames]
    return out


@pytest.mark.parametrize("gap", [None, 30, 39, 29, 40])
def test_an_exchange_is_undone_wherever_a_gap_lies(gap):
    """Frames 30 to 39 are exchanged; one point is missing in a frame at, before or after an end of the exchange."""
    truth, given = walked(), exchanged(walked(), slice(30, 40))
    if gap is not None:
        given["left"][gap] = np.nan
    mended, notes = undo_exchanges(given, PAIR)
    for name in truth:
        seen = np.isfinite(mended[name]).all(1)
        assert seen.sum() >= T - 1
        wrong = np.flatnonzero(np.linalg.norm(mended[name][seen] - truth[name][seen], axis=1) > 1e-9)
        assert wrong.size <= (gap in (30, 40)), wrong  # in the gap's own frame nothing tells whose the other point is
    assert len(notes) == 1 and "changed places" in notes[0]


def test_a_gap_alone_is_no_exchange():
    points = walked()
    points["left"][20:25] = np.nan
    mended, notes = undo_exchanges(points, PAIR)
    assert notes == [] and all(np.array_equal(mended[n], points[n], equal_nan=True) for n in points)


@pytest.mark.parametrize("length", [1, 2, 10])
def test_short_exchanges_are_undone(length):
    truth, given = walked(), exchanged(walked(), slice(30, 30 + length))
    mended, notes = undo_exchanges(given, PAIR)
    assert len(notes) == 1 and all(np.allclose(mended[n], truth[n]) for n in truth)


@pytest.mark.parametrize("speed", [0.04, 0.07, 0.1, 0.15])
def test_hands_that_swing_past_each_other_are_no_exchange(speed):
    """Metres a frame, in opposite directions along the same line: each comes to where the other one was."""
    along = speed * (np.arange(T) - T / 2 + 0.5)
    high, still = np.full(T, 1.02), np.zeros(T)
    points = {"left": np.stack([along, still, high], -1), "right": np.stack([-along, still, high - 0.04], -1)}
    mended, notes = undo_exchanges(points, PAIR)
    assert notes == [] and all(np.array_equal(mended[n], points[n]) for n in points)
