"""What is far away: surfaces that no light falls on, and the distance from which a room is sky. In both renderers."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from synthgen.core.frames import look_at
from synthgen.core.srgb import srgb_from_linear
from synthgen.engine.cpu import tone
from synthgen.engine.stage import Stage
from synthgen.engine.sunlight import HORIZON
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import sheet
from synthgen.places.film import unfilmed
from synthgen.world.surroundings import LightSpec, RoomSpec, SkySpec
from tests.engine.conftest import stage_camera
from tests.engine.shapes import builders

_rooms = count(10**6)
AHEAD = look_at(np.array([0.0, 0.0, 1.0]), np.array([10.0, 0.0, 1.0]), np.radians(50), 160, 120)


def staged(*parts: MeshPart, **light: float) -> Stage:
    stage = Stage(replace(builders(), room=lambda spec: list(parts)))
    sun = LightSpec(kind="sun", position=(-3.0, 1.0, 4.0), intensity=light.get("sun", 2.0))
    # Renderers keep rooms by their key: each of these is another one.
    stage.set_environment(RoomSpec(texture_seed=next(_rooms)), (sun,), SkySpec(intensity=light.get("sky", 1.0)))
    return stage


def board(distance: float, material: Material) -> MeshPart:
    """A square that fills the picture at a distance."""
    s = 2.0 * distance
    part = sheet("board", (distance, s, 1 - s), (0, -2 * s, 0), (0, 0, 2 * s), material)
    return replace(part, uvs=np.array([(0, 1), (1, 1), (1, 0), (0, 0.0)]))


@pytest.mark.parametrize("painted", [False, True])
def test_an_unlit_surface_shows_its_own_light_whatever_shines_on_it(renderer, painted):
    image = np.full((8, 8, 3), (60, 120, 200), np.uint8)
    texture = unfilmed(image) if painted else None
    colour = (1.0, 1.0, 1.0) if painted else tuple((unfilmed(image[:1, :1]) / 255.0)[0, 0].tolist())
    material = Material(colour, texture, unlit=True, emissive=(1.0, 1.0, 1.0))
    seen = [
        renderer.draw(staged(board(8.0, material), sun=s, sky=k), stage_camera(AHEAD)) for s, k in ((0, 0.1), (3, 1.5))
    ]
    for picture in seen:
        assert np.abs(picture.colour[..., :3].astype(int) - (60, 120, 200)).max() <= 2
    assert np.allclose(seen[0].depth, 8.0, atol=1e-3)


def test_more_light_than_white_is_shown_where_it_is_asked_for(renderer):
    bright = Material((0.3, 0.3, 0.3), unlit=True, emissive=(1.4, 1.4, 1.4))
    picture = renderer.draw(staged(board(8.0, bright)), stage_camera(AHEAD))
    light = ((0.3 + 0.055) / 1.055) ** 2.4 * ((1.4 + 0.055) / 1.055) ** 2.4
    expected = 255 * srgb_from_linear(np.array(tone.shown(light, light, light, tone.GAIN)))
    assert np.abs(picture.colour[60, 80, :3] - expected).max() <= 2


def test_a_room_beyond_the_horizon_is_as_far_as_the_sky(renderer):
    plain = Material((0.5, 0.5, 0.5), unlit=True, emissive=(1.0, 1.0, 1.0))
    near = renderer.draw(staged(board(HORIZON - 5, plain)), stage_camera(AHEAD))
    far = renderer.draw(staged(board(HORIZON + 5, plain)), stage_camera(AHEAD))
    assert np.allclose(near.depth, HORIZON - 5, atol=0.05) and np.isinf(far.depth).all()
    assert np.abs(near.colour.astype(int) - far.colour).max() <= 1


def test_an_environment_is_seen_the_right_way_round(renderer):
    """Red light comes from +X and green from +Y: who looks there sees it, in either renderer."""

    def sky(spec: SkySpec) -> np.ndarray:
        faces = np.full((6, 32, 32, 4), 40, np.uint8)
        faces[0, ..., 0], faces[2, ..., 1], faces[..., 3] = 220, 220, 255
        return faces

    stage = Stage(replace(builders(), sky=sky))
    stage.set_environment(None, (), SkySpec(intensity=1.0, lamps=0.5))
    for toward, channel in (((9.0, 0.0, 1.0), 0), ((0.0, 9.0, 1.0), 1)):
        view = look_at(np.array([0.0, 0.0, 1.0]), np.array(toward), np.radians(50), 160, 120)
        middle = renderer.draw(stage, stage_camera(view)).colour[60, 80, :3].astype(int)
        assert middle.argmax() == channel and middle[channel] > 150
