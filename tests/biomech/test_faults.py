"""Faults planted into clips of which the truth is known: rejected and told, or refused with the reason."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.gate.judge import judge
from synthgen.biomech.options import FitOptions
from synthgen.biomech.report.markers import Gaps
from synthgen.core.bodymodel import reference_body
from synthgen.motion.clip import Clip

from .synthetic import TWO_PART_TRUNK, clip_of, exercise, noisy

BODY = reference_body()
PALPATED = TWO_PART_TRUNK - {"lumbar_joint", "neck_base"} | {"C7", "T8", "sacrum"}
FPS, FRAMES = 100.0, 100
Q = exercise(BODY, FRAMES, FPS, 1)


def clip() -> Clip:
    return clip_of(BODY, Q, PALPATED, fps=FPS)


@pytest.fixture(scope="module")
def clean():
    return fit_clip(clip())


def spike(c: Clip) -> dict[str, list[int]]:
    c.points["T8"][70] += (0.09, -0.12, 0.0)
    return {"T8": [70]}


def two_frames(c: Clip) -> dict[str, list[int]]:
    c.points["T8"][50:52] += (0.0, 0.15, 0.0)
    return {"T8": [50, 51]}


def at_the_ends(c: Clip) -> dict[str, list[int]]:
    c.points["C7"][[0, -1]] += (0.15, 0.0, 0.0)
    return {"C7": [0, FRAMES - 1]}


def beside_a_gap(c: Clip) -> dict[str, list[int]]:
    c.points["T8"][40:45] = np.nan
    c.points["T8"][45] += (0.0, 0.0, 0.15)
    return {"T8": [45]}


def in_noise(c: Clip) -> dict[str, list[int]]:
    for name, points in noisy(c, 0.002).points.items():
        c.points[name][:] = points
    return spike(c)


@pytest.mark.parametrize("plant", [spike, two_frames, beside_a_gap])
def test_a_spike_is_rejected_told_and_does_not_move_the_spine(plant: Callable, clean):
    broken = clip()
    frames = plant(broken)
    motion = fit_clip(broken)
    spikes = motion.report.conditioning.spikes
    assert {n: list(row.frames) for n, row in spikes.items()} == frames
    (row,) = spikes.values()
    assert np.allclose(row.mm, 150, atol=5)
    spine = slice(1, 27)
    assert motion.segment_names[spine.stop - 1] == "skull"
    moved = np.linalg.norm((motion.transforms - clean.transforms)[:, spine, :3, 3], axis=-1)
    assert moved.max() < 1e-3
    assert judge(motion.report).refusals == ()
    column = motion.marker_names.index(next(iter(frames)))
    assert np.isnan(motion.marker_error[next(iter(frames.values())), column]).all()


@pytest.mark.parametrize("plant", [at_the_ends, in_noise])
def test_spikes_at_the_ends_and_in_noise_are_told(plant: Callable):
    broken = clip()
    frames = plant(broken)
    motion = fit_clip(broken)
    assert {n: list(row.frames) for n, row in motion.report.conditioning.spikes.items()} == frames
    assert judge(motion.report).refusals == ()


def test_what_was_not_measured_has_no_error():
    """A gap that is closed is fitted, and no proof of the fit."""
    holed = clip()
    holed.points["T8"][40:48] = np.nan
    motion = fit_clip(holed)
    assert motion.report.conditioning.gaps["T8"] == Gaps(closed=8, left_open=0)
    error = motion.marker_error[:, motion.marker_names.index("T8")]
    assert np.isnan(error[40:48]).all() and np.isfinite(np.delete(error, range(40, 48))).all()


def test_errors_are_those_of_the_points_as_measured(clean):
    """White noise of 4 mm per axis: the filter takes it off the points that are fitted, not off the residuals."""
    motion = fit_clip(noisy(clip(), 0.004), FitOptions(cutoff_hz=6.0))
    raw, fitted = motion.report.markers.rms_mean_mm, motion.report.conditioned_markers.rms_mean_mm
    assert raw == pytest.approx(4 * np.sqrt(3), rel=0.15)
    assert fitted < 0.6 * raw
    assert clean.report.markers.rms_mean_mm == clean.report.conditioned_markers.rms_mean_mm


def test_a_filter_that_cuts_the_motion_shows():
    """A fist at 3 Hz and 30 cm loses centimetres to a cut-off of 2 Hz: refused, and the reason named."""
    fast = clip()
    t = np.arange(FRAMES) / FPS
    fast.points["left_wrist"][:, 2] += 0.15 * np.sin(2 * np.pi * 3 * t)
    reasons = judge(fit_clip(fast, FitOptions(cutoff_hz=2.0)).report).refusals
    assert any("after the filter of 2 Hz: too low for this motion?" in r for r in reasons)


@pytest.mark.parametrize(("one", "other"), [("T8", "C7"), ("left_hip", "left_knee")])
def test_markers_that_swap_for_half_a_second_are_refused(one, other):
    swapped = clip()
    part = slice(30, 80)
    a, b = swapped.points[one][part].copy(), swapped.points[other][part].copy()
    swapped.points[one][part], swapped.points[other][part] = b, a
    motion = fit_clip(swapped)
    (reason,) = [r for r in judge(motion.report).refusals if r.startswith("largest marker error")]
    assert one in reason or other in reason
    assert not motion.report.conditioning.spikes


@pytest.mark.parametrize(
    ("name", "axis"),
    [("T8", 0), ("T8", 1), ("C7", 0), ("C7", 2), ("sacrum", 0), ("left_hip", 2), ("left_knee", 1), ("left_ankle", 2)],
)
def test_a_marker_that_sits_elsewhere_throughout_is_refused_or_named(name, axis):
    """60 mm, among all the points of the model. (A shoulder may be there: its clavicle moves.)"""
    full = clip_of(BODY, Q[::4], fps=FPS / 4)
    turn = BODY.tree.forward(Q[::4])[:, BODY.tree.segment_index[BODY.landmarks[name][0]], :3, axis]
    report = fit_clip(replace(full, points={**full.points, name: full.points[name] + 0.06 * turn})).report
    assert name in report.offsets_mm or judge(report).refusals
    assert report.verdict == "warn"


@pytest.mark.parametrize(("name", "axis"), [("T8", 1), ("T8", 0), ("C7", 0)])
def test_a_misplaced_marker_among_few_is_named(name, axis):
    """Six centimetres off look like another posture in part; the calibration moves the marker for the rest."""
    few = clip()
    turn = BODY.tree.forward(Q)[:, BODY.tree.segment_index[BODY.landmarks[name][0]], :3, axis]
    report = fit_clip(replace(few, points={**few.points, name: few.points[name] + 0.06 * turn})).report
    assert name in report.offsets_mm and report.verdict == "warn"
    assert any(r.startswith(f"{name} stands") for r in report.reasons)


def bent(region: str, plane: str, degrees: float) -> np.ndarray:
    q = BODY.spine_coordinates({f"{region}_{plane}": np.radians(np.linspace(0, degrees, 30))})
    q[:, 2] = 0.93
    return q


@pytest.mark.parametrize("points", [None, PALPATED], ids=["all points", "palpated points"])
@pytest.mark.parametrize(
    ("region", "plane", "degrees"),
    [("lumbar", "flexion", 110), ("lumbar", "flexion", -60), ("thoracic", "flexion", 80), ("lumbar", "rotation", 40)],
)
def test_what_no_spine_can_do_is_refused_for_that_reason(region, plane, degrees, points):
    report = fit_clip(clip_of(BODY, bent(region, plane, degrees), points)).report
    assert report.limits.violations == 0
    assert report.beyond_range.region == f"{region}_{plane}"
    row = next(c for c in judge(report).checks if c.name.startswith("frames that ask a region"))
    assert not row.passed and f"{region} {plane} by" in str(row)


@pytest.mark.parametrize("points", [None, PALPATED], ids=["all points", "palpated points"])
@pytest.mark.parametrize(("region", "plane", "degrees"), [("lumbar", "flexion", 70), ("lumbar", "lateral", 40)])
def test_a_bend_to_the_end_of_the_range_is_accepted(region, plane, degrees, points):
    report = fit_clip(clip_of(BODY, bent(region, plane, degrees), points)).report
    assert report.beyond_range.frames == 0
    assert judge(report).refusals == ()


@pytest.mark.parametrize("seed", [0, 2])
def test_markers_a_centimetre_off_ask_for_nothing_impossible(seed):
    """Every marker at its own constant place 10 mm (σ per axis) from where the model has it, and noise."""
    q, rng = exercise(BODY, 30, 15.0, seed), np.random.default_rng(seed)
    world, made = BODY.tree.forward(q), clip_of(BODY, q, PALPATED)
    for name, path in made.points.items():
        turn = world[:, BODY.tree.segment_index[BODY.landmarks[name][0]], :3, :3]
        made.points[name] = path + turn @ (0.01 * rng.standard_normal(3))
    report = fit_clip(noisy(replace(made, fps=15.0), 0.003, seed=seed)).report
    assert report.beyond_range.frames == 0
