"""The subject that is rebuilt from a motion is the one that was fitted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech import fit
from synthgen.biomech.clinical_angles import clinical_measures
from synthgen.biomech.options import FitOptions
from synthgen.biomech.postures.kinds import Posture
from synthgen.biomech.postures.simulated import apply_posture
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import sized_body, subject_body
from synthgen.core.bodydata import rhythm_tables, sexes
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import shipped

from .synthetic import clip_of, lively

BODY = reference_body()
PLUG_IN_GAIT = shipped("plug_in_gait")


def markers_clip(body: BodyModel, q: np.ndarray) -> Clip:
    """Skin markers of Plug-in Gait on a body of any size, as a recording of that set comes."""
    places = {n: p for n, p in PLUG_IN_GAIT.places.items() if n not in PLUG_IN_GAIT.landmarks}
    size = body.stature / BODY.stature
    world, index = body.tree.forward(q), body.tree.segment_index
    points = {
        n: world[:, index[s], :3, 3] + world[:, index[s], :3, :3] @ (size * np.array(at))
        for n, (s, at) in places.items()
    }
    return Clip("markers", points, {}, 60.0, "made", "MIT", markers=places)


def fitted(monkeypatch, clip: Clip, **wishes) -> tuple[SpineMotion, BodyModel]:
    """A fit, and the subject that it was made with."""
    subjects = []

    def noted(*args):
        subjects.append(calibrate(*args))
        return subjects[0]

    calibrate = fit.subject_of
    monkeypatch.setattr(fit, "subject_of", noted)
    motion = fit.fit_clip(clip, **wishes)
    return motion, subjects[0][0]


def assert_same(one: BodyModel, other: BodyModel, points: tuple[str, ...]) -> None:
    at_rest = [b.tree.forward(b.neutral()[0]) for b in (one, other)]
    assert np.allclose(*at_rest, atol=1e-12)
    assert np.array_equal(one.rhythm, other.rhythm)
    assert one.rhythm_names == other.rhythm_names
    assert one.tree.coordinates == other.tree.coordinates
    assert one.stature == other.stature
    assert one.heights == other.heights
    for name in {*points, *BODY.landmarks}:
        assert one.landmarks[name][0] == other.landmarks[name][0]
        assert np.allclose(one.landmarks[name][1], other.landmarks[name][1], atol=1e-12), name


@pytest.mark.parametrize("sex", sexes())
@pytest.mark.parametrize("rhythm", rhythm_tables())
def test_a_rebuilt_subject_is_the_fitted_one(monkeypatch, tmp_path, rhythm, sex):
    """Other proportions, shoulders set back, soft points elsewhere, any reference; also after a way through a file."""
    body = BODY.scaled(np.random.default_rng(1).uniform(0.93, 1.07, (len(BODY.tree.segments), 3)))
    clip = clip_of(body, lively(body, 8))
    points = dict(clip.points)
    for side in ("left", "right"):
        points[f"{side}_shoulder"] = points[f"{side}_shoulder"] - 0.02 * clip.orientations["pelvis"][:, :, 0]
    motion, subject = fitted(monkeypatch, replace(clip, points=points), options=FitOptions(rhythm=rhythm, sex=sex))
    assert motion.reference == {"rhythm": rhythm, "sex": sex}
    assert_same(subject_body(motion), subject, motion.marker_names)
    motion.save(tmp_path / "motion.npz")
    assert_same(subject_body(SpineMotion.load(tmp_path / "motion.npz")), subject, motion.marker_names)


def test_a_rebuilt_subject_wears_the_clip_s_own_markers(monkeypatch):
    body = BODY.scaled(np.full((len(BODY.tree.segments), 3), 0.95))
    motion, subject = fitted(monkeypatch, markers_clip(body, lively(body, 8)))
    assert set(motion.marker_names) - set(BODY.landmarks)
    assert_same(subject_body(motion), subject, motion.marker_names)
    assert "LASI" in subject_body(motion).landmarks
    assert "LASI" not in sized_body(motion).landmarks


def test_a_posture_goes_by_the_rhythm_of_the_fit():
    """Christophy's lumbar spine bends above, the default's below: so does the lordosis that is added."""
    found = {}
    for rhythm in ("body", "christophy2012"):
        motion = fit.fit_clip(clip_of(BODY, BODY.neutral(3)), FitOptions(rhythm=rhythm))
        posed = apply_posture(motion, Posture(lumbar_lordosis=85.0))
        assert clinical_measures(posed).values["lumbar_lordosis"][0] == pytest.approx(85, abs=0.5)
        column = list(motion.coordinate_names).index
        found[rhythm] = (posed.q - motion.q)[0, [column("L1_flexion"), column("L4_flexion")]]
    shares = {r: b[0] / b[1] for r, b in found.items()}
    assert shares["body"] == pytest.approx(13 / 26, abs=0.01)
    assert shares["christophy2012"] == pytest.approx(25.5 / 18.5, abs=0.01)


def test_a_fit_of_one_s_own_body_asks_for_it(monkeypatch):
    own = BODY.scaled(np.full((len(BODY.tree.segments), 3), 1.02))
    motion, subject = fitted(monkeypatch, clip_of(own, own.neutral(3)), body=own)
    with pytest.raises(InputError, match="body of its own"):
        subject_body(motion)
    assert_same(subject_body(motion, own), subject, motion.marker_names)


def test_windows_of_a_fit_share_one_body_and_other_subjects_do_not():
    motion = fit.fit_clip(clip_of(BODY, lively(BODY, 4)))
    body = subject_body(motion)
    assert subject_body(motion.window(1, 3)) is body
    assert subject_body(replace(motion, stature=motion.stature + 0.01)) is not body
    assert subject_body(replace(motion, scale=motion.scale * 1.01)) is not body
    assert subject_body(replace(motion, marker_offsets=motion.marker_offsets + 0.001)) is not body
