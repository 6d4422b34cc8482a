"""Sun and sky by the hour: known heights of the sun, redder when it is low; rooms and lights that follow."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.core.srgb import linear_from_srgb
from synthgen.scene.fields import Count
from synthgen.scene.sections.camera import CameraRanges
from synthgen.scene.sections.surroundings import Lights, Room
from synthgen.world.daylight import daylight, lamp_colour, sun_colour, sun_elevation
from synthgen.world.rooms import SMALL
from tests.world.test_make_shot import make_scene, shots_of


@pytest.mark.parametrize(
    ("hour", "day", "latitude", "expected"),
    [
        (12, 80.7, 45, 45.0),  # the equinox at noon: 90° less the latitude
        (12, 172, 45, 68.45),  # midsummer: 23.45° more
        (12, 355, 45, 21.55),
        (12, 172, 23.45, 90.0),  # straight above the tropic
        (6, 80.7, 45, 0.0),  # rises at six
        (0, 80.7, 45, -45.0),
    ],
)
def test_the_sun_stands_where_it_is_known_to(hour, day, latitude, expected):
    assert np.degrees(sun_elevation(hour, day, np.radians(latitude))) == pytest.approx(expected, abs=0.3)


def test_the_lower_the_sun_the_redder_its_light():
    blue = [linear_from_srgb(np.array(sun_colour(np.radians(e))))[2] for e in (1, 5, 15, 40, 80)]
    assert blue == sorted(blue) and blue[0] < 0.02 and blue[-1] > 0.8
    share = [daylight(np.radians(e), 0.0).share for e in (-6, 2, 10, 60)]
    assert share == sorted(share, reverse=True)


def test_lamps_have_the_colours_of_black_bodies():
    """Chromaticities by Planck's law of CIE 015: 2856 K is x = 0.4476, y = 0.4074."""
    r, g, b = linear_from_srgb(np.array(lamp_colour(2856)))
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ (r, g, b)
    assert xyz[:2] / xyz.sum() == pytest.approx((0.4476, 0.4074), abs=0.003)
    white = linear_from_srgb(np.array(lamp_colour(6504)))
    assert white.min() > 0.9


def test_a_list_of_kinds_is_a_mixture_that_each_shot_draws_from():
    shots = shots_of(make_scene(room=Room(kind=("gym", "office", "park"))))
    kinds = [s.room.kind for s in shots]
    assert set(kinds) == {"gym", "office", "park"}
    alone = shots_of(make_scene(room=Room(kind="office"), images=8))
    assert {s.room.kind for s in alone} == {"office"}


def test_outdoors_the_sun_is_the_only_lamp_and_its_shadows_fall_from_where_the_sky_shows_it():
    scene = make_scene(room=Room(kind="park"), lights=Lights(time=(10, 14), overcast=0.0), images=12)
    for shot in shots_of(scene):
        (sun,) = shot.lights
        assert sun.kind == "sun" and sun.shadow and shot.sky.lamps == 0
        away = np.subtract(sun.position, sun.target)
        assert np.arctan2(away[1], away[0]) == pytest.approx(shot.room.backdrop.turn, abs=1e-3)
        assert np.arcsin(away[2] / np.linalg.norm(away)) == pytest.approx(shot.room.backdrop.sun, abs=1e-3)


def test_evening_light_is_warmer_than_noons():
    def tint(hours):
        scene = make_scene(room=Room(kind="track"), lights=Lights(time=hours, overcast=0.0), images=10)
        return np.mean([s.lights[0].colour[2] / s.lights[0].colour[0] for s in shots_of(scene)])

    assert tint((19.0, 20.0)) < tint((12.0, 13.0)) - 0.05


def test_grey_skies_come_as_often_as_is_said():
    shots = shots_of(make_scene(room=Room(kind="park"), lights=Lights(overcast=0.4), images=120))
    assert 0.25 < np.mean([s.room.backdrop.overcast for s in shots]) < 0.55


def test_people_far_off_are_small_for_every_camera():
    scene = make_scene(room=Room(kind="park", crowd=Count(min=8, max=8)), camera=CameraRanges(hfov=(50, 60)), images=12)
    for shot in shots_of(scene):
        assert shot.room.crowd == 8
        for camera in shot.cameras:
            focal = camera.width / 2 / np.tan(camera.hfov / 2)
            nearest = shot.room.crowd_from - np.hypot(*camera.position[:2])
            assert 1.9 * focal / nearest < SMALL


def test_large_pictures_have_nobody_far_off_rather_than_somebody_large():
    shots = shots_of(make_scene(room=Room(kind="park"), size=(3840, 2160), images=6))
    assert all(s.room.crowd == 0 for s in shots)
