"""What holds a person: the floor, a step, a bar, or the fall itself."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.motion.contacts import Contact, contact
from synthgen.motion.travel import FASTEST, fastest

FPS = 60.0
T = np.arange(240) / FPS


def path(x: np.ndarray | float = 0.0, z: np.ndarray | float = 0.0) -> np.ndarray:
    """(T, 3) along x at height z, metres."""
    return np.stack(np.broadcast_arrays(x + 0 * T, 0.0, z), -1)


def steps(phase: float) -> tuple[np.ndarray, np.ndarray]:
    """A foot that climbs stairs of 0.36 m by 0.54 m a second: half of the time it stands, half of it, it swings."""
    whole, within = np.divmod(T + phase, 1.0)
    swing = np.clip(2 * within - 1, 0, 1)
    return 0.54 * (whole + swing), 0.36 * (whole + swing)


def of(**heights: np.ndarray) -> Contact:
    """Contact of a body of a hip, shoulders and what is given."""
    found = contact({**heights}, FPS)
    assert found is not None
    return found


def test_stairs_hold_who_climbs_them() -> None:
    left, right = path(*steps(0.0)), path(*steps(0.5))
    body = path(0.54 * T, 0.9 + 0.36 * T)
    found = of(left_heel=left, right_heel=right, left_hip=body, right_hip=body)
    assert found.low.max() > 1.0 and not found.afloat.any()


def test_a_bar_holds_who_hangs_from_it() -> None:
    swinging = path(0.8 * np.sin(4 * T), 0.6 - 0.3 * np.cos(8 * T))
    feet = np.where(T[:, None] < 1.0, path(0.0, 0.0), swinging)
    found = of(left_heel=feet, right_heel=feet, left_wrist=path(0.0, 2.4), left_hip=feet + (0, 0, 0.9))
    assert found.low.max() > 0.5 and not found.afloat.any()


@pytest.mark.parametrize(("fall", "seconds", "floats"), [(9.81, 0.9, False), (1.6, 2.0, True), (0.8, 2.4, True)])
def test_a_leap_falls_and_what_does_not_fall_floats(fall: float, seconds: float, floats: bool) -> None:
    """On the moon one leaps otherwise."""
    flight = np.clip(T - 1.5, 0.0, seconds)
    rise = 0.5 * fall * flight * (seconds - flight)
    body = path(2.0 * T, rise)
    found = of(left_heel=body, right_heel=body, left_hip=body + (0, 0, 0.9), head_centre=body + (0, 0, 1.6))
    assert found.low.max() > 0.5
    assert (found.afloat.sum() > 20) == floats


def test_hands_that_reach_through_the_floor_do_not_lower_it() -> None:
    found = of(left_heel=path(), left_wrist=path(z=0.03), left_hand_tip=path(z=-0.15))
    assert found.floor == pytest.approx(0.0)


def test_nothing_that_touches_says_nothing() -> None:
    assert contact({"neck_base": path(z=1.5)}, FPS) is None


@pytest.mark.parametrize("fps", [5.0, 30.0, 120.0, 1000.0])
def test_the_fastest_half_second(fps: float) -> None:
    t = np.arange(int(4 * fps)) / fps
    places = np.stack([np.where(t < 2, 0, 10.0 * (t - 2)), 0 * t, 0 * t], -1)
    speed, frame = fastest(places, fps)
    assert speed == pytest.approx(10.0, rel=1e-6) and frame / fps >= 2.3
    places[7] = (2.0, 0, 0)  # one stray frame carries nobody away
    assert fastest(places, fps)[0] <= FASTEST
    places[int(3 * fps) :] = np.nan
    assert np.isfinite(fastest(places, fps)[0])


def test_a_moment_has_no_speed() -> None:
    assert fastest(np.array([[0.0, 0, 0]]), 30.0) == (0.0, 0)
    assert fastest(np.array([[0.0, 0, 0], [1.0, 0, 0]]), 100.0) == (0.0, 0)
    assert fastest(np.full((90, 3), np.nan), 30.0) == (0.0, 0)
