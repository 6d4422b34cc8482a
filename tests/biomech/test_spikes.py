"""Planted spikes are found, and motion however fast is not taken for one."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.biomech.report.markers import Gaps
from synthgen.biomech.signals.conditioning import condition
from synthgen.biomech.signals.spikes import reject_spikes
from synthgen.motion import available, load
from synthgen.motion.clip import Clip

FPS, FRAMES = 100.0, 200


def swing(noise=0.0):
    """A chest that sways by 30 cm at 1 Hz."""
    t = np.arange(FRAMES) / FPS
    path = np.stack([0.5 * t, 0.3 * np.sin(2 * np.pi * t), 1.2 + 0.1 * np.cos(2 * np.pi * t)], -1)
    path += noise * np.random.default_rng(0).standard_normal(path.shape)
    turn = Rotation.from_rotvec(np.stack([0 * t, 0 * t, np.sin(2 * np.pi * t)], -1)).as_matrix()
    return Clip("swing", {"T8": path, "C7": path + (0, 0, 0.2)}, {"T6": turn}, FPS, "test", "MIT")


def rejected(clip):
    return reject_spikes(clip.points, clip.orientations, clip.fps)


@pytest.mark.parametrize("noise", [0.0, 0.003])
@pytest.mark.parametrize("frames", [[70], [70, 71], [70, 71, 72], [0], [199], [0, 1], [198, 199], [40, 43, 110]])
def test_spikes_are_rejected_and_nothing_else(frames, noise):
    clip = swing(noise)
    clip.points["T8"][frames] += (0.09, -0.12, 0.0)
    points, turns, report = rejected(clip)
    assert np.flatnonzero(np.isnan(points["T8"]).all(1)).tolist() == frames
    assert np.isfinite(points["C7"]).all() and np.isfinite(turns["T6"]).all()
    assert list(report) == ["T8"] and report["T8"].frames == tuple(frames)
    assert np.allclose(report["T8"].mm, 150, atol=60 if {0, 199} & set(frames) else 20)
    assert np.isfinite(clip.points["T8"]).all(), "the clip that came is left alone"


@pytest.mark.parametrize("gap", [slice(60, 70), slice(71, 80), slice(40, 70)])
def test_a_spike_beside_a_gap(gap):
    clip = swing()
    clip.points["T8"][70] += (0.0, 0.15, 0.0)
    clip.points["T8"][gap] = np.nan
    assert rejected(clip)[2]["T8"].frames == (70,)


def test_spikes_of_orientations():
    clip = swing()
    clip.orientations["T6"][50] = Rotation.from_euler("x", 40, degrees=True).as_matrix() @ clip.orientations["T6"][50]
    turns, report = rejected(clip)[1:]
    assert np.flatnonzero(np.isnan(turns["T6"]).all((1, 2))).tolist() == [50]
    assert report["T6 orientation"].frames == (50,)
    assert report["T6 orientation"].degrees[0] == pytest.approx(40, abs=3)


def test_a_rejected_sample_is_closed_like_a_gap_and_counted_there():
    clean, clip = swing(), swing()
    clip.points["T8"][70] += (0.0, 0.15, 0.0)
    out, report = condition(clip)
    assert np.linalg.norm(out.points["T8"][70] - clean.points["T8"][70]) < 1e-3
    assert report.gaps == {"T8": Gaps(closed=1, left_open=0)}
    assert report.spikes["T8"].frames == (70,)
    left_open, report = condition(clip, max_gap=0)
    assert np.isnan(left_open.points["T8"][70]).all() and report.gaps["T8"].left_open == 1


def test_steps_that_stay_are_no_spikes():
    """Nothing says which side of a step is right; the residuals will."""
    clip = swing()
    for name, other in (("T8", "C7"), ("C7", "T8")):
        clip.points[name][80:130] = swing().points[other][80:130]
    assert rejected(clip)[2] == {}


def test_a_marker_that_stops_short_is_no_spike():
    """A fist that flies 4.5 m/s and is stopped within a frame, and one that begins so."""
    path = np.zeros((60, 3))
    path[:30, 0] = 0.045 * np.arange(30)
    path[30:, 0] = path[29, 0]
    for way in (path, path[::-1], path[27:]):
        assert reject_spikes({"left_wrist": way}, {}, FPS)[2] == {}


def test_few_frames_and_empty_markers_are_left_alone():
    path = swing().points["T8"][:6].copy()
    path[3] += 1.0
    empty = np.full((300, 3), np.nan)
    once = empty.copy()
    once[40] = 1.0
    for values in (path, empty, once):
        assert reject_spikes({"T8": values}, {}, FPS)[2] == {}


@pytest.mark.parametrize("every", [1, 2])
def test_recorded_and_made_clips_lose_nothing(every):
    """Kicks, flips and punches at 60, 30 and down to 8 frames a second; exercises at 30 and 15."""
    for scheme, names in available().items():
        for name in names:
            clip = load(f"{scheme}:{name}")
            fewer = replace(
                clip,
                points={n: p[::every] for n, p in clip.points.items()},
                orientations={n: o[::every] for n, o in clip.orientations.items()},
                fps=clip.fps / every,
            )
            assert rejected(fewer)[2] == {}, name
