"""Gaps and noise."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.biomech.report.markers import Gaps
from synthgen.biomech.signals.conditioning import condition
from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.clip import Clip

FPS = 100.0


def swing(frames=300, hz=1.0):
    t = np.arange(frames) / FPS
    path = np.stack([t, 0.3 * np.sin(2 * np.pi * hz * t), 1 + 0.1 * np.cos(2 * np.pi * hz * t)], -1)
    turn = Rotation.from_rotvec(np.stack([0 * t, 0 * t, np.sin(2 * np.pi * hz * t)], -1)).as_matrix()
    return Clip("swing", {"C7": path, "T8": path + 0.1}, {"T6": turn}, FPS, "test", "MIT")


def rms(x):
    return float(np.sqrt(np.nanmean(np.square(x))))


def test_gaps_up_to_the_stated_length_are_closed_and_longer_ones_left():
    whole, holed = swing(), swing()
    for values in (holed.points["C7"], holed.orientations["T6"]):
        values[50:60] = np.nan  # 0.10 s
        values[120:131] = np.nan  # 0.11 s
        values[:3] = values[-2:] = np.nan  # at the ends nothing is known on one side
    out, report = condition(holed, cutoff_hz=None, max_gap=0.1)
    assert np.abs(out.points["C7"][50:60] - whole.points["C7"][50:60]).max() < 3e-3
    assert np.abs(out.orientations["T6"][50:60] - whole.orientations["T6"][50:60]).max() < 0.03
    for values in (out.points["C7"], out.orientations["T6"]):
        assert np.isnan(values[120:131]).all() and np.isnan(values[:3]).all() and np.isnan(values[-2:]).all()
    assert report.gaps == {name: Gaps(closed=10, left_open=16) for name in ("C7", "T6 orientation")}
    assert np.isnan(holed.points["C7"][50:60]).all(), "the clip that came is left alone"


def test_infinite_values_are_gaps():
    clip = swing()
    clip.points["C7"][40, 1] = np.inf
    out, report = condition(clip, cutoff_hz=None)
    assert np.isfinite(out.points["C7"]).all()
    assert report.gaps["C7"] == Gaps(closed=1, left_open=0)


def test_what_is_no_place_and_no_rotation_is_a_gap():
    clip = swing()
    clip.points["C7"][40] = 1e200
    clip.orientations["T6"][60:65] = 0.0
    clip.orientations["T6"][90] *= (1, 1, -1)
    out, report = condition(clip, cutoff_hz=6.0)
    assert np.isfinite(out.points["C7"]).all() and np.abs(out.points["C7"]).max() < 5
    assert report.spikes == {}
    assert report.gaps == {"C7": Gaps(closed=1, left_open=0), "T6 orientation": Gaps(closed=6, left_open=0)}


def test_noise_is_measured_and_filtered_without_lag():
    clean, rng = swing(), np.random.default_rng(0)
    loud = replace(clean, points={n: p + 0.005 * rng.standard_normal(p.shape) for n, p in clean.points.items()})
    out, report = condition(loud)
    assert report.noise_mm == pytest.approx(5, rel=0.15)
    assert report.filter.order == 4 and 3 <= report.filter.cutoff_hz <= 8
    before, after = (c.points["C7"] - clean.points["C7"] for c in (loud, out))
    assert rms(after[20:-20]) < 0.45 * rms(before[20:-20])
    shifts = [rms((np.roll(out.points["C7"], k, 0) - clean.points["C7"])[20:-20]) for k in (-1, 0, 1)]
    assert shifts[1] < shifts[0] and shifts[1] < shifts[2]


@pytest.mark.parametrize("hz", [0.4, 1.5, 3.0])
def test_the_cut_off_that_is_found_suits_the_motion(hz):
    """No other cut-off comes much nearer to the true course."""
    clean, rng = swing(600, hz), np.random.default_rng(1)
    loud = replace(clean, points={n: p + 0.005 * rng.standard_normal(p.shape) for n, p in clean.points.items()})

    def off(cutoff):
        out, report = condition(loud, cutoff_hz=cutoff)
        return rms(out.points["C7"] - clean.points["C7"]), report.filter.cutoff_hz

    found, cutoff = off("auto")
    assert found < 1.2 * min(off(c)[0] for c in (3, 4, 5, 6, 8, 10, 12, 15))
    assert cutoff > hz


def test_the_cut_off_is_where_it_is_said_to_be():
    """Half of the power, both passes together."""
    out, _ = condition(swing(1000, hz=6.0), cutoff_hz=6.0)
    kept = np.ptp(out.points["C7"][200:-200, 1]) / 0.6
    assert kept == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_turns_are_filtered_as_rotations():
    clip, rng = swing(), np.random.default_rng(0)
    shaken = Rotation.from_rotvec(0.02 * rng.standard_normal((300, 3))).as_matrix() @ clip.orientations["T6"]
    out, _ = condition(replace(clip, orientations={"T6": shaken}), cutoff_hz=6.0)
    turns = out.orientations["T6"]
    assert np.allclose(turns @ np.swapaxes(turns, -1, -2), np.eye(3))
    assert rms((turns - clip.orientations["T6"])[20:-20]) < 0.5 * rms((shaken - clip.orientations["T6"])[20:-20])


@pytest.mark.parametrize("hz", [1.0, 5.0])
def test_smooth_motion_however_fast_is_not_filtered(hz):
    clip = swing(hz=hz)
    out, report = condition(clip)
    assert report.filter.cutoff_hz is None and report.noise_mm < 0.1
    assert np.array_equal(out.points["C7"], clip.points["C7"])


def test_one_frame_and_few_frames_pass():
    for frames in (1, 2, 6):
        out, _ = condition(swing(frames))
        assert out.frames == frames


@pytest.mark.parametrize(
    "how", [{"cutoff_hz": 0.0}, {"cutoff_hz": 60.0}, {"cutoff_hz": "much"}, {"max_gap": -1.0}, {"max_gap": np.nan}]
)
def test_nonsense_is_refused(how):
    with pytest.raises(InputError):
        condition(swing(), **how)


def test_a_slow_frame_rate_is_not_filtered_unasked():
    """A kick at 16 frames a second looks like noise."""
    slow = replace(swing(60, hz=20.0), fps=20.0)
    out, report = condition(slow)
    assert report.filter.cutoff_hz is None and report.noise_mm is None and report.noise_left_mm == 0
    assert np.array_equal(out.points["C7"], slow.points["C7"])


def test_noise_at_30_frames_a_second_is_filtered_where_it_cannot_be_motion():
    """The same on all points: noise. A clean kick, whose foot is faster than its hip: motion."""
    rng = np.random.default_rng(0)
    squat = load("builtin:squat")
    loud = {n: p + 0.005 * rng.standard_normal(p.shape) for n, p in squat.points.items()}
    assert condition(replace(squat, points=loud))[1].filter.cutoff_hz is not None
    for name in ("builtin:squat", *(f"deepmimic:humanoid3d_{n}" for n in ("kick", "run", "spin", "walk", "punch"))):
        assert condition(load(name))[1].filter.cutoff_hz is None, name
