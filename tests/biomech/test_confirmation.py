"""OpenSim's word on a fit: which frames it solves, and that a disagreement is found and followed."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.observations import Observations, observe
from synthgen.biomech.options import FitOptions
from synthgen.biomech.reporting.opensim import opensim_check, opensim_words
from synthgen.biomech.reporting.warnings import fit_warnings
from synthgen.biomech.solving.assembly import Assembly
from synthgen.biomech.solving.confirmation import AGREE, Confirmation, Why, confirmed, joined
from synthgen.biomech.solving.leastsquares import solve
from synthgen.biomech.solving.reduction import PELVIS, levels, reduction
from synthgen.biomech.solving.slope import gradient
from synthgen.biomech.solving.solution import coordinates_of
from synthgen.biomech.solving.targets import Poses, residuals, state, targets
from synthgen.core.bodymodel import reference_body
from synthgen.core.frames import transform

from .reports import SOUND, report_with
from .synthetic import clip_of, lively, noisy, vertebra_errors

BODY = reference_body()
FULL = levels(BODY, reduction(BODY))
FRAMES = 60
REST = np.zeros((FRAMES, len(FULL.lower)))


@pytest.fixture(scope="module")
def seen() -> Observations:
    """Sixty noisy frames, with a point that is missing in some and orientations."""
    clip = noisy(clip_of(BODY, lively(BODY, FRAMES)), seed=1)
    clip.points["left_knee"][10:20] = np.nan
    return observe(clip, BODY)[0]


@pytest.fixture(scope="module")
def settled(seen) -> np.ndarray:
    """(60, C) the minimum of the least squares."""
    q = lively(BODY, FRAMES)
    pelvis = transform(BODY.tree.forward(q)[:, 0, :3, :3], q[:, :3])
    poses, _ = solve(BODY, FULL, Poses(pelvis, q[:, PELVIS:]), seen, REST, iterations=60, tolerance=1e-12)
    return coordinates_of(poses)


def cost(q: np.ndarray, seen: Observations) -> np.ndarray:
    """(T,) of the least squares, from the definition."""
    aim = targets(BODY, FULL, seen, REST)
    pelvis = transform(BODY.tree.forward(q)[:, 0, :3, :3], q[:, :3])
    left = residuals(state(BODY, FULL, Poses(pelvis, q[:, PELVIS:]), aim), aim)
    away = q[:, PELVIS:]
    return 0.5 * ((left**2).sum(1) + np.einsum("tz,zy,ty->t", away, FULL.precision, away))


def test_the_gradient_is_the_costs_own(seen):
    q = lively(BODY, FRAMES) + 0.05 * np.random.default_rng(0).standard_normal((FRAMES, len(BODY.tree.coordinates)))
    found, step = gradient(BODY, FULL, q, seen, REST), 1e-6
    for column in range(q.shape[1]):
        ahead, behind = q.copy(), q.copy()
        ahead[:, column] += step
        behind[:, column] -= step
        expected = (cost(ahead, seen) - cost(behind, seen)) / (2 * step)
        np.testing.assert_allclose(found[:, column], expected, atol=1e-6)


def test_opensims_model_has_every_point_where_ours_has_it(seen):
    """Turned and moved at will, left and right: its axes, signs and units are told from ours by this."""
    q = lively(BODY, FRAMES) + 0.3 * np.random.default_rng(1).standard_normal((FRAMES, len(BODY.tree.coordinates)))
    points = BODY.points(BODY.tree.forward(q), list(seen.point_names))
    expected = np.stack([points[n] for n in seen.point_names], 1)
    np.testing.assert_allclose(Assembly(BODY, seen).points(q), expected, atol=1e-12)


def test_at_the_minimum_opensim_solves_a_sample_and_the_worst_frames_and_moves_nothing(seen, settled):
    q, said = confirmed(BODY, FULL, settled, seen, REST, every=20)
    assert [list(said.why).count(w) for w in (Why.UNSETTLED, Why.APART, Why.NEAR)] == [0, 0, 0]
    worst = np.argsort(-said.rms, kind="stable")[:2]
    assert set(np.flatnonzero(said.why == Why.WORST)) == set(worst)
    assert set(np.flatnonzero(said.why == Why.SAMPLED)) == {0, 20, 40} - set(worst)
    assert np.array_equal(np.isfinite(said.moved), said.why != Why.NOT)
    assert np.nanmax(said.moved) < 1e-9 and said.apart.max() < 1e-12
    np.testing.assert_allclose(q, settled, atol=1e-12)


def test_frames_off_the_minimum_are_found_and_brought_back(seen, settled):
    off, frames = settled.copy(), [7, 8, 33]
    off[frames, BODY.tree.coordinate_index["L4_flexion"]] += 0.02
    off[33, 0] += 0.004
    q, said = confirmed(BODY, FULL, off, seen, REST, every=20)
    assert set(np.flatnonzero(said.why == Why.UNSETTLED)) == set(frames)
    assert not (said.why == Why.NEAR).any(), "frames that were known to be off say nothing of their neighbours"
    others = np.setdiff1d(np.arange(FRAMES), frames)
    np.testing.assert_allclose(q[others], settled[others], atol=1e-12)
    before, after = (cost(x, seen)[frames] - cost(settled, seen)[frames] for x in (off, q))
    assert (after < 0.1 * before).all()
    assert said.moved[frames].min() > 1e-3


def test_a_sample_of_one_is_every_frame_and_gives_the_same(seen, settled):
    all_of_them, said = confirmed(BODY, FULL, settled, seen, REST, every=1)
    assert np.isfinite(said.moved).all()
    np.testing.assert_allclose(all_of_them, confirmed(BODY, FULL, settled, seen, REST, every=20)[0], atol=1e-12)


def moving(monkeypatch, shift: np.ndarray) -> None:
    """OpenSim finds every frame's pelvis so many metres (T,) higher."""

    def solved(_, q, frames, references, weights):
        out = q.copy()
        out[:, 2] += shift[frames]
        return out

    monkeypatch.setattr(Assembly, "solved", solved)


def test_the_neighbours_of_a_frame_that_disagrees_are_solved_as_far_as_it_goes(seen, settled, monkeypatch):
    """The least squares are wrong from frame 12 to 23, and only the frame 20 of the sample shows it."""
    shift = np.where((np.arange(FRAMES) >= 12) & (np.arange(FRAMES) <= 23), 3 * AGREE, 0.5 * AGREE)
    monkeypatch.setattr("synthgen.biomech.solving.confirmation.WORST", 0.0)
    monkeypatch.setattr("synthgen.biomech.solving.confirmation.MANY", 0.4)
    moving(monkeypatch, shift)
    q, said = confirmed(BODY, FULL, settled, seen, REST, every=10)
    assert set(np.flatnonzero(said.why == Why.SAMPLED)) == set(range(0, FRAMES, 10))
    # 20 draws in 10 to 30; of these 12 to 23 draw in what is within ten frames of them.
    assert set(np.flatnonzero(said.why == Why.NEAR)) == set(range(2, 34)) - {10, 20, 30}
    assert not np.isfinite(said.moved[[1, 34, 59]]).any()
    np.testing.assert_allclose(q[12:24, 2] - settled[12:24, 2], 3 * AGREE)
    check = opensim_check(said, np.arange(FRAMES), 10)
    assert check.disagreeing == 12 and check.moved_mm == check.settled_moved_mm == pytest.approx(0.15)


def test_where_many_disagree_every_frame_is_solved(seen, settled, monkeypatch):
    moving(monkeypatch, np.full(FRAMES, 2 * AGREE))
    q, said = confirmed(BODY, FULL, settled, seen, REST, every=20)
    assert np.isfinite(said.moved).all()
    np.testing.assert_allclose(q[:, 2] - settled[:, 2], 2 * AGREE)


def test_a_point_that_opensims_model_has_elsewhere_is_found_and_told(seen, settled, monkeypatch):
    own = Assembly.points

    def shifted(self, q):
        out = own(self, q)
        if len(q) == FRAMES:
            out[5, 3] += (0.0, 1e-3, 0.0)
        return out

    monkeypatch.setattr(Assembly, "points", shifted)
    _, said = confirmed(BODY, FULL, settled, seen, REST, every=20)
    assert said.why[5] == Why.APART and list(said.why).count(Why.APART) == 1
    assert np.isfinite(said.moved[5])
    elsewhere = report_with(opensim={"apart": 1, "apart_mm": 1.0})
    assert fit_warnings(elsewhere) == ("OpenSim's model has a point 1 mm from where the fit has it",)
    assert fit_warnings(SOUND) == ()


def test_the_record_counts_frames_of_the_clip():
    """Frames 3 and 4 of the clip had too little to be fitted; the third and fourth fitted ones are its 5 and 6."""
    part = Confirmation(
        why=np.array([Why.SAMPLED, Why.NOT, Why.NOT, Why.UNSETTLED]),
        moved=np.array([1e-5, np.nan, np.nan, 4e-4]),
        vertebra=np.array([0, 0, 0, 23]),
        apart=np.array([1e-15, 2e-15, 0, 0]),
        rms=np.array([0.001, 0.002, 0.006, 0.003]),
    )
    check = opensim_check(joined([part, part]), np.array([0, 1, 5, 6, 7, 8, 9, 10]), 20)
    assert (check.evaluated, check.solved, check.unsettled, check.sampled) == (8, 4, 2, 2)
    assert (check.moved_mm, check.vertebra, check.frame, check.settled_moved_mm) == (0.4, "C1", 6, 0.01)
    assert (check.rms_mean_mm, check.rms_worst_mm, check.rms_worst_frame) == (3.0, 6.0, 5)
    assert check.apart_mm == 2e-12 and check.disagreeing == 0
    words = opensim_words([check, check])
    for told in ("all 16 frames", "solved 8", "4 not converged", "every 20", "at most 0.40 mm", "0.01 mm where"):
        assert told in words


def test_a_fit_says_what_opensim_did_and_the_sample_changes_nothing_of_it():
    q = lively(BODY, 45)
    clip = noisy(clip_of(BODY, q), 0.002)
    for values in (*clip.points.values(), *clip.orientations.values()):
        values[7] = np.nan
    few, every = (fit_clip(clip, FitOptions(max_gap=0, opensim_every=k)) for k in (20, 1))
    check = few.report.opensim
    assert check.evaluated == 44 and check.every == 20
    assert 3 <= check.solved == check.unsettled + check.apart + check.worst + check.sampled + check.near < 44
    assert check.apart == 0 and check.apart_mm < 1e-6 and check.settled_moved_mm <= check.bound_mm
    assert every.report.opensim.solved == 44
    apart = np.linalg.norm(few.transforms[..., :3, 3] - every.transforms[..., :3, 3], axis=-1)
    assert apart.max() < AGREE
    assert few.report.markers == every.report.markers
    assert check.rms_worst_mm == pytest.approx(few.report.conditioned_markers.rms_worst_mm, abs=0.01)
    assert np.sqrt((vertebra_errors(BODY, q, few)[:7] ** 2).mean()) < 10


def test_turns_of_the_pelvis_reach_opensim(seen, settled):
    """Lying down, upside down, turned round: the pelvis' three angles are taken as ours."""
    q = settled[:3].copy()
    q[:, 3:PELVIS] = [[0.4, 1.5, 0.2], [3.0, -0.2, 3.1], [-2.0, 0.9, -1.0]]
    points = BODY.points(BODY.tree.forward(q), list(seen.point_names))
    there = Assembly(BODY, seen.take(np.arange(3))).points(q)
    np.testing.assert_allclose(there, np.stack([points[n] for n in seen.point_names], 1), atol=1e-12)
