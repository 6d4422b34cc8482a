"""Shots: the same every time, nobody inside anybody, everyone in the picture."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.core.errors import InputError
from synthgen.core.limits import EMBEDDED, PROPS, STAGE
from synthgen.scene.fields import Count
from synthgen.scene.model import Scene
from synthgen.scene.sections.camera import CameraRanges, Views
from synthgen.scene.sections.cast import Cast, People
from synthgen.scene.sections.clips import ClipSource
from synthgen.scene.sections.surroundings import Lights, Props, Room
from synthgen.world.cast import make_cast
from synthgen.world.floor_plan import Box, Disc, box_disc_distance, boxes_overlap
from synthgen.world.framing import camera_of, in_frame
from synthgen.world.make import make_shot
from synthgen.world.people import place
from synthgen.world.shot import Shot
from tests.world.figures import FigureStage

CLIPS = ("squat", "plank", "cat_cow", "sit_to_stand", "walking", "lunge")
SUPPORTS = {"yoga_mat", "plyo_box", "chair", "bench"}


def make_scene(**changes) -> Scene:
    wish = {
        "name": "test",
        "seed": 3,
        "images": 40,
        "clips": tuple(ClipSource(source=f"builtin:{n}") for n in CLIPS),
        "cast": Cast(count=6),
        "people": People(min=1, max=3),
    }
    return Scene(**(wish | changes))


def shots_of(scene: Scene) -> list[Shot]:
    cast, infos = make_cast(scene), FigureStage(scene)
    return [make_shot(scene, i, cast, infos) for i in range(scene.shots)]


def outlines(shot: Shot, infos) -> list[np.ndarray]:
    return [place(infos[p.clip, p.character].outline[p.frame], p) for p in shot.people]


def box_of(prop) -> Box:
    return Box(*prop.position[:2], prop.size[0] / 2, prop.size[1] / 2, prop.yaw)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


@pytest.fixture(scope="module")
def shots(scene) -> list[Shot]:
    return shots_of(scene)


def test_a_shot_is_the_same_alone_and_in_any_order(scene, shots):
    cast, infos = make_cast(scene), FigureStage(scene)
    for i in (17, 3):
        assert make_shot(scene, i, cast, infos).model_dump_json() == shots[i].model_dump_json()


def test_a_shot_survives_its_file(shots):
    for shot in shots[:5]:
        assert Shot.model_validate_json(shot.model_dump_json()) == shot


def test_numbers_have_at_most_six_decimals(shots):
    def walk(value):
        if isinstance(value, float):
            assert value == round(value, 6)
            assert str(value) != "-0.0"
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    for shot in shots:
        walk(json.loads(shot.model_dump_json()))


def test_seeds_differ_and_zero_is_one_of_them(shots):
    others = shots_of(make_scene(seed=0, images=4))
    assert [s.people for s in others] != [s.people for s in shots[:4]]
    assert shots_of(make_scene(seed=0, images=4)) == others


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"props": Props(enabled=False)}, ("people", "room", "cameras", "lights", "sky", "exposure")),
        ({"props": Props(occluders=1.0)}, ("people", "room", "cameras", "lights", "sky", "exposure")),
        ({"lights": Lights(variation=1.0)}, ("people", "room", "cameras", "props", "exposure")),
        ({"camera": CameraRanges(hfov=(60, 80))}, ("people", "lights", "sky", "exposure")),
        ({"images": 80}, ("people", "room", "cameras", "props", "lights", "sky", "exposure")),
        ({"name": "other"}, ("people", "room", "cameras", "props", "lights", "sky", "exposure")),
    ],
)
def test_one_kind_of_chance_does_not_touch_another(shots, change, same):
    for before, after in zip(shots[:8], shots_of(make_scene(**change)), strict=False):
        for field in same:
            assert getattr(before, field) == getattr(after, field), field


def test_more_cameras_leave_the_first_where_it_was(shots):
    more = shots_of(make_scene(images=120, camera=CameraRanges(per_shot=3)))
    for one, three in zip(shots, more, strict=True):
        assert len(three.cameras) == 3
        assert len(set(three.cameras)) == 3
        assert three.cameras[0] == one.cameras[0]
        assert three.people == one.people


def test_a_larger_cast_keeps_its_first_members(scene):
    assert [*make_cast(make_scene(cast=Cast(count=9)))][:6] == [*make_cast(scene)]


def test_people_keep_apart(scene, shots):
    infos = FigureStage(scene)
    for shot in shots:
        discs = [Disc(*p.position, float(infos[p.clip, p.character].radius[p.frame])) for p in shot.people]
        for a, b in combinations(discs, 2):
            assert np.hypot(a.x - b.x, a.y - b.y) > a.radius + b.radius + 0.1
        assert len({p.character for p in shot.people}) == len(shot.people)


def test_people_and_cameras_are_in_the_room(scene, shots):
    infos = FigureStage(scene)
    for shot in shots:
        half = np.array(shot.room.size) / 2
        for points in outlines(shot, infos):
            assert (np.abs(points[:, :2]) < half[:2]).all()
            assert points[:, 2].max() < shot.room.size[2]
        for camera in shot.cameras:
            assert (np.abs(camera.position[:2]) < half[:2]).all()
            assert 0 < camera.position[2] < shot.room.size[2]


def test_props_stand_free(scene, shots):
    infos = FigureStage(scene)
    placed = 0
    for shot in shots:
        half = np.array(shot.room.size[:2]) / 2
        discs = [Disc(*p.position, float(infos[p.clip, p.character].radius[p.frame])) for p in shot.people]
        for prop in shot.props:
            box = box_of(prop)
            assert (np.abs(box.corners) <= half).all()
            assert prop.position[2] == 0
            for camera in shot.cameras:
                assert box_disc_distance(box, Disc(*camera.position[:2], 0.3)) > 0
            near = min(box_disc_distance(box, d) for d in discs)
            assert near > 0 or prop.kind in SUPPORTS, (shot.id, prop.name)
            placed += 1
        for a, b in combinations(shot.props, 2):
            assert not boxes_overlap(box_of(a), box_of(b)), (shot.id, a.name, b.name)
        assert len({p.name for p in shot.props}) == len(shot.props)
    assert placed > 4 * len(shots)


def test_without_props_only_the_seat_remains():
    shots = shots_of(make_scene(props=Props(enabled=False)))
    for shot in shots:
        sitting = sum(p.clip.endswith("sit_to_stand") for p in shot.people)
        assert len(shot.props) == sitting


def test_the_seat_is_under_the_one_who_sits(scene, shots):
    infos, seen = FigureStage(scene), 0
    for shot in shots:
        for k, person in enumerate(p for p in shot.people if p.clip.endswith("sit_to_stand")):
            info = infos[person.clip, person.character]
            here = place(np.array([*info.seat[:2], 0.0]), person)[:2]
            tops = {"plyo_box": 1.0, "bench": 1.0, "chair": 0.565}  # heights of sitting surfaces, as shares
            top = pytest.approx(info.seat[2] - 0.004, abs=1e-4)  # just under the body, never in it
            seats = [p for p in shot.props if p.size[2] * tops.get(p.kind, 0) == top]
            assert any(box_disc_distance(box_of(p), Disc(*here, 0.0)) <= 0 for p in seats), (shot.id, k)
            seen += 1
    assert seen >= 3


def test_what_is_done_on_a_mat_is_said_by_the_table_alone():
    from synthgen.world.people import needs_mat

    assert needs_mat("builtin:rowing") and needs_mat("builtin:rolling_up")  # sitting upright for half of the time
    assert not needs_mat("builtin:squat") and not needs_mat("walk.bvh")


def test_who_lies_gets_a_mat_along_the_body(scene, shots):
    infos, lying, mats = FigureStage(scene), 0, 0
    for shot in shots:
        for person in shot.people:
            info = infos[person.clip, person.character]
            if info.upright[person.frame] < 0.5:
                lying += 1
                direction = person.yaw + info.yaw[person.frame]
                for prop in shot.props:
                    away = np.hypot(prop.position[0] - person.position[0], prop.position[1] - person.position[1])
                    if prop.kind == "yoga_mat" and away < 0.2:
                        mats += 1
                        assert abs(np.cos(prop.yaw - direction)) > 0.99
    assert lying > 10
    assert mats > 0.6 * lying


def test_everyone_is_in_the_picture_unless_cropped():
    scene = make_scene(images=60, camera=CameraRanges(crop=0.0))
    infos, complete = FigureStage(scene), 0
    for shot in shots_of(scene):
        camera = camera_of(shot.cameras[0])
        shares = [in_frame(camera, points).mean() for points in outlines(shot, infos)]
        complete += min(shares) == 1.0
        assert np.mean(shares) > 0.7, shot.id
    assert complete >= 54


def test_crops_keep_the_subject():
    scene = make_scene(images=40, people=People(min=1, max=1), camera=CameraRanges(crop=1.0, distance=(1.2, 5)))
    infos = FigureStage(scene)
    shares = [in_frame(camera_of(s.cameras[0]), outlines(s, infos)[0]).mean() for s in shots_of(scene)]
    assert min(shares) > 0.3
    assert np.mean(np.array(shares) < 1.0) > 0.4


@pytest.mark.parametrize(("view", "lower", "upper"), [("front", 0, 0.85), ("side", 0.75, 2.4), ("back", 2.3, 3.2)])
def test_views_come_from_the_wished_side(view, lower, upper):
    views = Views(**({"front": 0.0, "side": 0.0, "back": 0.0} | {view: 1.0}))
    scene = make_scene(images=30, people=People(min=1, max=1), camera=CameraRanges(views=views))
    infos, inside = FigureStage(scene), 0
    for shot in shots_of(scene):
        person = shot.people[0]
        facing = person.yaw + infos[person.clip, person.character].yaw[person.frame]
        to_camera = np.array(shot.cameras[0].position[:2]) - person.position
        away = abs((np.arctan2(to_camera[1], to_camera[0]) - facing + np.pi) % (2 * np.pi) - np.pi)
        inside += lower - 0.1 <= away <= upper + 0.1
    assert inside == 30


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**63 - 1),
    heights=st.tuples(st.floats(0.2, 2.4), st.floats(0.2, 2.4)).map(sorted),
    hfov=st.tuples(st.floats(25, 90), st.floats(25, 90)).map(sorted),
    roll=st.tuples(st.floats(-20, 20), st.floats(-20, 20)).map(sorted),
    exposure=st.tuples(st.floats(0.3, 2), st.floats(0.3, 2)).map(sorted),
    people=st.tuples(st.integers(1, 5), st.integers(1, 5)).map(sorted),
    room=st.tuples(st.floats(3, 20), st.floats(3, 20)).map(sorted),
)
def test_ranges_are_kept(seed, heights, hfov, roll, exposure, people, room):
    scene = make_scene(
        seed=seed,
        images=3,
        people=People(min=people[0], max=people[1]),
        camera=CameraRanges(height=tuple(heights), hfov=tuple(hfov), roll=tuple(roll)),
        lights=Lights(exposure=tuple(exposure)),
        room=Room(length=tuple(room)),
    )
    for shot in shots_of(scene):
        camera, tiny = shot.cameras[0], 1e-5
        assert people[0] <= len(shot.people) <= people[1]
        assert heights[0] - tiny <= camera.position[2] <= heights[1] + tiny
        assert np.radians(hfov[0]) - tiny <= camera.hfov <= np.radians(hfov[1]) + tiny
        assert np.radians(roll[0]) - tiny <= camera.roll <= np.radians(roll[1]) + tiny
        assert exposure[0] - tiny <= shot.exposure <= exposure[1] + tiny
        assert shot.room.size[0] >= room[0] - tiny
        assert all(np.isfinite(camera.position)) and all(np.isfinite(camera.target))


def test_every_clip_comes_before_one_comes_twice():
    scene = make_scene()
    firsts = [FigureStage(scene).moment(i, 0, 0).clip for i in range(18)]
    for start in (0, 6, 12):
        assert len(set(firsts[start : start + 6])) == 6
    assert firsts[:6] != firsts[6:12]


def test_weights_count():
    clips = (ClipSource(source="builtin:squat", weight=3.0), ClipSource(source="builtin:walking"))
    scene = make_scene(clips=clips)
    counts = Counter(FigureStage(scene).moment(i, 0, 0).clip for i in range(40))
    assert counts == {"builtin:squat": 30, "builtin:walking": 10}


def test_who_cannot_take_a_moment_gets_another():
    scene = make_scene()
    refused = frozenset({"builtin:squat", "builtin:walking"})
    made = [make_shot(scene, i, make_cast(scene), FigureStage(scene, refused)) for i in range(scene.shots)]
    assert not refused & {p.clip for s in made for p in s.people}
    everything = frozenset(c.source for c in scene.clips)
    with pytest.raises(InputError, match=r"shot 3, person_.*last tried: clip builtin:"):
        make_shot(scene, 3, make_cast(scene), FigureStage(scene, everything))


def test_a_time_range_bounds_the_moments():
    clips = (ClipSource(source="builtin:squat", time=(1.0, 1.5)),)  # figures have 30 frames at 10 fps
    frames = {p.frame for s in shots_of(make_scene(clips=clips)) for p in s.people}
    assert frames == {10, 11, 12, 13, 14, 15}


def test_a_time_beyond_the_clip_is_told():
    with pytest.raises(InputError, match="holds no frame"):
        shots_of(make_scene(clips=(ClipSource(source="builtin:squat", time=(9.0, 10.0)),)))


def test_the_widest_scene_asks_for_nothing_that_the_engine_refuses():
    """Bounds stand on the fields of a shot's plain data; what else the stage counts is counted here."""
    widest = make_scene(
        images=6,
        cast=Cast(count=8, age=(4.0, 100.0), bmi=(16.0, 42.0), muscle=(0.0, 1.0)),
        people=People(min=8, max=8),
        room=Room(length=(99.0, 100.0), width=(0.5, 1.0), height=(0.5, 0.6)),
        props=Props(count=Count(min=PROPS, max=PROPS), occluders=1.0),
        lights=Lights(variation=1.0, exposure=(0.001, 1000.0)),
    )
    for shot in shots_of(widest):
        assert len(shot.lights) <= EMBEDDED.lights
        assert sum(light.shadow for light in shot.lights) <= EMBEDDED.shadows
        assert len(shot.props) + len(shot.people) <= STAGE.objects and len(shot.people) <= STAGE.characters
        assert all(len(p.outfit.garments) <= STAGE.garments for p in shot.people)
        assert Shot.model_validate_json(shot.model_dump_json()) == shot
