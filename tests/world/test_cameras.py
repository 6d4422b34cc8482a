"""Cameras in fixed relations, and views that fill evenly."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from synthgen.scene.sections.camera import CameraRanges, CameraRig, Optics, Views
from synthgen.scene.sections.cast import People
from synthgen.world.camera_views import VIEWS, direction
from synthgen.world.framing import camera_of
from tests.world.test_make_shot import make_scene, shots_of


def azimuths(shot) -> np.ndarray:
    """(cameras,) radians about what each camera looks at."""
    steps = np.array([np.subtract(c.position, c.target)[:2] for c in shot.cameras])
    return np.arctan2(steps[:, 1], steps[:, 0])


def turns(shot) -> np.ndarray:
    """(cameras − 1,) degrees from each camera to the next."""
    step = np.diff(azimuths(shot))
    return np.degrees(np.abs((step + np.pi) % (2 * np.pi) - np.pi))


def rigged(per_shot: int, rig: CameraRig, **changes):
    camera = CameraRanges(per_shot=per_shot, rig=rig, **changes)
    return make_scene(images=20 * per_shot, people=People(min=1, max=1), camera=camera)


def test_a_pair_keeps_its_angle():
    for shot in shots_of(rigged(2, CameraRig(angle=(60, 120)))):
        assert 60 - 1e-3 <= turns(shot)[0] <= 120 + 1e-3


def test_three_cameras_go_round_the_same_way():
    for shot in shots_of(rigged(3, CameraRig(angle=(110, 120)))):
        at = np.unwrap(azimuths(shot))
        assert abs(np.degrees(at[2] - at[0])) > 215 or len(set(np.sign(np.diff(at)))) == 1


def test_cameras_that_are_alike_differ_in_their_direction_alone():
    for shot in shots_of(rigged(2, CameraRig(angle=(60, 120), alike=True), crop=0.0)):
        one, other = shot.cameras
        assert (one.hfov, one.roll, one.target, one.width) == (other.hfov, other.roll, other.target, other.width)
        ranges = [np.linalg.norm(np.subtract(c.position, c.target)) for c in (one, other)]
        assert ranges[0] == pytest.approx(ranges[1], abs=1e-4)
        assert one.position[2] == pytest.approx(other.position[2], abs=1e-6)


def test_without_a_rig_cameras_stand_where_they_like():
    angles = np.concatenate([turns(shot) for shot in shots_of(rigged(2, CameraRig()))])
    assert angles.min() < 40 and angles.max() > 130


def test_views_come_by_their_weights_in_every_turn():
    views = Views(back=0.5, side=0.25, front=0.25)
    for turn in range(3):
        seen = Counter(direction(views, 3, 24 * turn + i, 0).view for i in range(24))
        assert seen == {"back": 12, "side": 6, "front": 6}


def test_directions_fill_a_view_evenly_on_both_sides():
    ways = [direction(Views(back=0, side=1, front=0), 1, i, 0) for i in range(240)]
    low, high = VIEWS["side"]
    counts = np.histogram(np.degrees([w.away for w in ways]), np.linspace(low, high, 7))[0]
    assert counts.sum() == 240 and counts.min() >= 35 and counts.max() <= 45
    assert sum(w.sign > 0 for w in ways) == 120


def test_nearby_directions_stay_in_their_view():
    rng = np.random.default_rng(0)
    way = direction(Views(back=1, side=0, front=0), 1, 5, 0)
    for share in (0.1, 0.5, 1.0):
        near = [way.nearby(rng, share) for _ in range(50)]
        assert all(135 <= np.degrees(n.away) <= 180 for n in near)
    assert max(abs(way.nearby(rng, 0.1).away - way.away) for _ in range(50)) <= np.radians(4.5) + 1e-9


def test_every_size_of_the_list_is_drawn_for_whole_shots():
    sizes = ((320, 240), (240, 320), (400, 400))
    shots = list(shots_of(rigged(2, CameraRig()).model_copy(update={"size": sizes})))
    drawn = [{(c.width, c.height) for c in shot.cameras} for shot in shots]
    assert all(len(size) == 1 for size in drawn)
    assert {size for one in drawn for size in one} == set(sizes)


def test_people_are_in_the_picture_of_every_size():
    for size in ((480, 240), (240, 480)):
        scene = rigged(1, CameraRig(), crop=0.0).model_copy(update={"size": size})
        for shot in shots_of(scene):
            (camera,) = shot.cameras
            at = camera_of(camera).project(np.array([*shot.people[0].position, 1.0]))
            assert 0 < at[0] < size[0] and 0 < at[1] < size[1]


def test_every_lens_of_any_strength_shows_its_corners():
    """A stronger barrel would fold them back onto the picture, and no ray of the pinhole would lead there."""
    optics = Optics(kinds=("action_camera",), strength=2.0)
    for shot in shots_of(rigged(2, CameraRig(), optics=optics)):
        for spec in shot.cameras:
            corner = camera_of(spec).normalised(np.array([spec.width, spec.height]))
            assert spec.distortion and np.isfinite(corner).all()
