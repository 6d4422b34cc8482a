"""Simulated postures from the scene file to the shot."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError

from synthgen.biomech.clinical_angles import clinical_measures
from synthgen.biomech.postures.kinds import names, tables
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import reference_body
from synthgen.pipeline.fits import spined
from synthgen.scene.model import Scene
from synthgen.scene.sections.cast import Cast, PostureKind, Postures, Spines
from synthgen.scene.sections.clips import ClipSource
from synthgen.world.cast import make_cast
from synthgen.world.shot import PersonSpec
from tests.biomech.reports import SOUND


def scene_of(own: bool = True, **postures) -> Scene:
    clips = (ClipSource(source="builtin:squat"),)
    cast = Cast(count=12, postures=Postures(**postures), spines=Spines(own=own))
    return Scene(name="a", seed=3, images=1, clips=clips, cast=cast)


def still() -> SpineMotion:
    body = reference_body()
    q = body.neutral(2)
    tree = body.tree
    return SpineMotion(
        name="still",
        fps=30.0,
        coordinate_names=tuple(tree.coordinate_index),
        q=q,
        segment_names=tuple(tree.segment_index),
        transforms=tree.forward(q),
        neutral=tree.forward(q[0]),
        scale=np.ones((len(tree.segments), 3)),
        stature=body.stature,
        marker_names=(),
        marker_error=np.zeros((2, 0)),
        source="made",
        licence="MIT",
        loop=False,
        report=SOUND,
    )


def test_scenes_name_the_kinds_that_exist():
    assert get_args(PostureKind) == names()
    with pytest.raises(ValidationError):
        Postures(kinds=("hunchback",))
    with pytest.raises(ValidationError):
        Postures(kinds=())


def test_a_fifth_of_the_people_has_a_posture_and_none_where_that_is_switched_off():
    assert Postures().share == 0.2
    assert 2 <= sum(c.posture is not None for c in make_cast(scene_of())) <= 3
    assert all(c.posture is None for c in make_cast(scene_of(share=0.0)))
    assert all(c.spine is None for c in make_cast(scene_of(own=False, share=0.0)))


def test_a_share_of_the_cast_has_one_and_nothing_else_changes():
    healthy, half, all_of_them = (make_cast(scene_of(share=s)) for s in (0.0, 0.5, 1.0))
    assert sum(c.posture is not None for c in half) == 6  # six of every twelve: spread evenly
    assert all(c.posture is not None for c in all_of_them)
    for a, b, c in zip(healthy, half, all_of_them, strict=True):
        assert a.body == b.body == c.body
        assert a.outfit == b.outfit
        assert b.posture in (None, c.posture)


def test_draws_are_of_the_kinds_asked_for_and_within_their_ranges():
    for character in make_cast(scene_of(share=1.0, kinds=("hyperkyphosis", "scoliosis"))):
        posture = character.posture
        assert posture is not None
        if posture.name == "scoliosis":
            assert posture.scoliosis is not None
            assert posture.thoracic_kyphosis is None
        else:
            low, high = tables()["postures"]["hyperkyphosis"]["thoracic_kyphosis"]
            assert low <= posture.thoracic_kyphosis <= high


@pytest.mark.parametrize("own", [True, False])
def test_a_fit_takes_the_spine_of_a_character_with_its_posture(own):
    fit = still()
    assert spined(fit, None) is fit
    kinds = ("hyperkyphosis",)
    for character in make_cast(scene_of(own, share=1.0, kinds=kinds)):
        posed = spined(fit, character.spine)
        asked = {"thoracic_kyphosis": character.posture.thoracic_kyphosis}
        assert posed.report.posture.asked == asked
        assert clinical_measures(posed).values["thoracic_kyphosis"] == pytest.approx(
            asked["thoracic_kyphosis"], abs=0.5
        )


def test_every_drawn_posture_can_be_put_on():
    for character in make_cast(scene_of(share=1.0)):
        assert spined(still(), character.spine).report.posture.simulated is True


def test_people_keep_their_spine_through_a_file():
    spine = make_cast(scene_of(share=1.0, kinds=("scoliosis",)))[0].spine
    person = PersonSpec.model_validate(
        {
            "id": 0,
            "character": "a",
            "body": {},
            "outfit": {},
            "clip": "c",
            "frame": 0,
            "position": (0, 0),
            "pivot": (0, 0),
            "yaw": 0,
            "spine": spine,
        }
    )
    again = PersonSpec.model_validate_json(person.model_dump_json())
    assert again.spine == spine
    assert again.posture.scoliosis is not None


@pytest.mark.parametrize(
    "wrong", [{"spread": 3.0}, {"spread": -0.1}, {"stiff": 0.9}, {"hypermobile": -1}, {"loose": 1}]
)
def test_spines_that_nobody_has_are_refused(wrong):
    with pytest.raises(ValidationError):
        Spines(**wrong)


def test_spines_are_the_characters_own_and_the_same_in_a_larger_cast():
    few, many = (make_cast(scene_of().model_copy(update={"cast": Cast(count=n)})) for n in (4, 9))
    spines = [c.spine for c in many]
    assert [c.spine for c in few] == spines[:4]
    assert len({s.model_dump_json() for s in spines}) == 9
    alike = make_cast(scene_of().model_copy(update={"cast": Cast(count=3, spines=Spines(spread=0.0, stiff=0.0))}))
    assert all(c.spine.curve.cobb == 0.0 for c in alike if c.posture is None)
