"""A cast that grows with the dataset: everybody appears, few at a time, and a fixed one is drawn from as a whole."""

from __future__ import annotations

import pytest

from synthgen.scene.model import Scene
from synthgen.scene.sections.camera import CameraRanges
from synthgen.scene.sections.cast import Cast, People
from synthgen.scene.sections.clips import ClipSource
from synthgen.world.cast import make_cast, roles
from synthgen.world.troupe import Troupe, cast_size, who_appears


def scene_of(images=500, count="auto", most=3, cameras=1, seed=3):
    return Scene(
        name="a",
        seed=seed,
        images=images,
        clips=(ClipSource(source="builtin:squat"),),
        cast=Cast(count=count),
        people=People(min=1, max=most),
        camera=CameraRanges(per_shot=cameras),
    )


def appearances(scene):
    size = cast_size(scene)
    return [who_appears(scene, i, size) for i in range(scene.shots)]


def test_a_member_is_made_once_when_it_is_asked_for():
    asked = []
    troupe = Troupe(5, lambda k: asked.append(k) or f"person {k}")
    assert len(troupe) == 5
    assert asked == []
    assert [troupe[3], troupe[-2], troupe[3]] == 3 * ["person 3"]
    assert troupe[1:3] == ["person 1", "person 2"]
    assert asked == [3, 1, 2]
    assert list(troupe) == [f"person {k}" for k in range(5)]
    with pytest.raises(IndexError):
        troupe[5]


def test_the_cast_grows_with_the_images():
    assert [cast_size(scene_of(images=n)) for n in (1, 30, 31, 500)] == [6, 6, 7, 100]
    assert cast_size(scene_of(images=1, most=8)) == 8
    assert cast_size(scene_of(images=500, count=7)) == 7


@pytest.mark.parametrize(("most", "cameras"), [(1, 1), (3, 1), (8, 1), (2, 2)])
def test_everybody_of_a_growing_cast_appears_and_few_at_a_time(most, cameras):
    scene = scene_of(images=400, most=most, cameras=cameras)
    shots = appearances(scene)
    assert {k for who in shots for k in who} == set(range(cast_size(scene)))
    for start in range(0, len(shots), 10):
        known = {k for who in shots[start : start + 10] for k in who}
        assert max(known) - min(known) <= max(6, 2 * most) + 10 * cameras / 5
    counts = {len(who) for who in shots}
    assert counts == set(range(1, most + 1))
    assert all(len(set(who)) == len(who) for who in shots)


def test_who_is_new_is_not_always_first():
    scene = scene_of()
    fresh = {len(who) and who.index(i // 5) for i, who in enumerate(appearances(scene)) if i % 5 == 0}
    assert fresh == {0, 1, 2}


def test_a_shot_does_not_depend_on_what_was_asked_before():
    scene = scene_of()
    alone = roles(scene, 250, make_cast(scene))
    cast = make_cast(scene)
    for i in range(0, 500, 7):
        roles(scene, i, cast)
    assert roles(scene, 250, cast) == alone


def test_a_fixed_cast_may_appear_in_any_shot():
    shots = appearances(scene_of(images=100, count=5))
    assert {k for who in shots[:20] for k in who} == {k for who in shots[-20:] for k in who} == set(range(5))
