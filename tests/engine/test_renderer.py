"""Geometry of the pictures against geometry known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.frames import Camera, look_at
from synthgen.world.surroundings import LightSpec, PropSpec, SkySpec

from .conftest import stage_camera

WIDTH, HEIGHT = 320, 240


def rays(camera: Camera) -> np.ndarray:
    """(H, W, 3) directions through the pixel centres, world, of planar depth 1."""
    v, u = np.mgrid[0 : camera.height, 0 : camera.width] + 0.5
    cam = np.stack([(u - camera.width / 2) / camera.focal, (v - camera.height / 2) / camera.focal, np.ones_like(u)], -1)
    return cam @ camera.rotation


def box_depth(camera: Camera, centre: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(H, W) planar depth of an axis-aligned box, inf beside it: slabs."""
    d = rays(camera)
    with np.errstate(divide="ignore", invalid="ignore"):
        a = (centre - size / 2 - camera.centre) / d
        b = (centre + size / 2 - camera.centre) / d
    near, far = np.minimum(a, b).max(-1), np.maximum(a, b).min(-1)
    return np.where((near <= far) & (near > 0), near, np.inf)


def put_box(stage, name="box", position=(0.0, 0.0, 0.0), size=(1.0, 1.0, 1.0), kind="box", colour=(0.5, 0.5, 0.5)):
    return stage.spawn_prop(PropSpec(name=name, kind=kind, position=position, size=size, colour=colour))


@pytest.mark.parametrize("distance", [1.5, 4.0, 9.0])
@pytest.mark.parametrize("hfov", [40, 75])
def test_depth_of_a_box_is_exact_at_pixel_centres(renderer, stage, distance, hfov):
    size = np.array([1.0, 0.7, 0.9])
    put_box(stage, size=tuple(size))
    camera = look_at(distance * np.array([0.7, 0.5, 0.5]), np.zeros(3), np.radians(hfov), WIDTH, HEIGHT, roll=0.1)
    depth = renderer.draw(stage, stage_camera(camera)).depth
    expected = box_depth(camera, np.zeros(3), size)
    hit = np.isfinite(depth) & np.isfinite(expected)
    # Silhouettes: GPUs snap corners to 1/256 pixel, so a handful of border pixels may fall on either side.
    assert (np.isfinite(depth) != np.isfinite(expected)).sum() <= 6
    error = np.abs(depth[hit] - expected[hit])
    assert hit.sum() > 300
    assert np.quantile(error, 0.98) < 2e-4 and np.median(error) < 5e-5
    assert error.max() < 1e-2 * distance  # pixels on an inner edge may show the neighbouring face


def test_depth_of_a_slanted_floor_knows_the_pixel_centre(renderer, stage):
    put_box(stage, position=(0, 0, -0.5), size=(60.0, 60.0, 1.0))
    camera = look_at(np.array([0.0, 0.0, 1.4]), np.array([4.0, 0.3, 0.0]), np.radians(60), WIDTH, HEIGHT)
    depth = renderer.draw(stage, stage_camera(camera)).depth
    expected = -camera.centre[2] / rays(camera)[..., 2]
    rows = slice(HEIGHT // 2, HEIGHT)
    error = np.abs(depth - expected)[rows]
    assert error.max() < 1e-3
    # The next row's depth is further away than the error allows: half a pixel would be seen.
    assert np.abs(np.diff(expected[rows], axis=0)).min() > 4 * error.max()


def test_a_picture_too_large_to_be_drawn_finer_is_as_exact(renderer, stage, monkeypatch):
    for kind in ("cpu", "gpu"):
        monkeypatch.setattr(f"synthgen.engine.{kind}.renderer.FINE_PIXELS", 0)
    item = put_box(stage, size=(0.6, 0.8, 1.0))
    camera = look_at(np.array([2.5, -1.0, 1.0]), np.zeros(3), np.radians(50), WIDTH - 7, HEIGHT - 5)
    picture = renderer.draw(stage, stage_camera(camera))
    assert picture.colour.shape == (HEIGHT - 5, WIDTH - 7, 4)
    expected = np.isfinite(box_depth(camera, np.zeros(3), np.array([0.6, 0.8, 1.0])))
    assert ((picture.owner == item.serial) != expected).sum() <= 4


def test_mask_covers_exactly_the_centres_inside_the_outline(renderer, stage):
    size = np.array([0.6, 0.8, 1.0])
    item = put_box(stage, size=tuple(size))
    camera = look_at(np.array([2.5, -1.0, 1.0]), np.zeros(3), np.radians(50), WIDTH, HEIGHT)
    picture = renderer.draw(stage, stage_camera(camera))
    expected = np.isfinite(box_depth(camera, np.zeros(3), size))
    assert (np.isfinite(picture.depth) == (picture.owner == item.serial)).all()
    assert ((picture.owner == item.serial) != expected).sum() <= 4


def test_lit_shows_the_same_pixels_as_the_mask(renderer, stage):
    item = put_box(stage, kind="lamp", colour=(1.0, 1.0, 1.0), size=(0.6, 0.8, 1.0))
    stage.set_environment(None, (), SkySpec(horizon=(0, 0, 0), intensity=0.0))
    camera = look_at(np.array([2.5, -1.0, 1.0]), np.zeros(3), np.radians(50), WIDTH, HEIGHT)
    picture = renderer.draw(stage, stage_camera(camera))
    bright, mask = picture.colour[..., 0] / 255.0, picture.owner == item.serial
    inner = mask & np.roll(mask, 3, 0) & np.roll(mask, -3, 0) & np.roll(mask, 3, 1) & np.roll(mask, -3, 1)
    outer = ~(mask | np.roll(mask, 3, 0) | np.roll(mask, -3, 0) | np.roll(mask, 3, 1) | np.roll(mask, -3, 1))
    assert bright[inner].min() > 0.9 and bright[outer].max() < 0.05
    v, u = np.mgrid[0:HEIGHT, 0:WIDTH]
    for axis in (u, v):
        assert (bright * axis).sum() / bright.sum() == pytest.approx(axis[mask].mean(), abs=0.05)


def test_the_nearer_thing_owns_the_pixel(renderer, stage):
    near = put_box(stage, "near", position=(0, 0, 0), size=(0.2, 0.4, 0.4))
    far = put_box(stage, "far", position=(-2, 0, 0), size=(0.2, 4.0, 4.0))
    camera = look_at(np.array([3.0, 0, 0]), np.zeros(3), np.radians(50), WIDTH, HEIGHT)
    owner = renderer.draw(stage, stage_camera(camera)).owner
    assert owner[HEIGHT // 2, WIDTH // 2] == near.serial
    assert owner[HEIGHT // 2, WIDTH // 2 + 80] == far.serial
    near.visible = False
    stage.touch()
    assert renderer.draw(stage, stage_camera(camera)).owner[HEIGHT // 2, WIDTH // 2] == far.serial


def test_left_is_left_and_up_is_up(renderer, stage):
    # Seen from +X looking back at the origin, +Y is on the right of the picture.
    east = put_box(stage, "east", position=(0, 0.8, 0), size=(0.2, 0.2, 0.2))
    top = put_box(stage, "top", position=(0, 0, 0.6), size=(0.2, 0.2, 0.2))
    camera = look_at(np.array([3.0, 0, 0]), np.zeros(3), np.radians(60), WIDTH, HEIGHT)
    owner = renderer.draw(stage, stage_camera(camera)).owner
    assert np.argwhere(owner == east.serial)[:, 1].mean() > WIDTH * 0.6
    assert np.argwhere(owner == top.serial)[:, 0].mean() < HEIGHT * 0.4


def test_a_posed_character_is_where_its_bones_are(renderer, stage):
    character = stage.spawn_character("arm", BodySpec(), OutfitSpec())
    bones = character.pose.copy()
    bones[1, :3, :3] = [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]  # the upper bone's Z turns to +X
    stage.apply_pose(character, bones)
    character.location = np.array([0.5, 1.0, 0.0])
    stage.touch()
    tip = character.bones_world()[1] @ [0, 0, 0.95, 1]
    assert tip[:3] == pytest.approx([1.45, 1.0, 1.0])
    camera = look_at(np.array([1.0, -3.0, 1.0]), np.array([1.0, 1.0, 1.0]), np.radians(50), WIDTH, HEIGHT)
    picture = renderer.draw(stage, stage_camera(camera))
    u, v, z = camera.project(tip[:3])
    assert picture.owner[int(v), int(u)] == character.serial
    # The tube's skin lies 0.1 m before its axis.
    assert picture.depth[int(v), int(u)] == pytest.approx(z - 0.1, abs=1e-3)


def test_exposure_doubles_the_light(renderer, stage):
    put_box(stage, size=(0.1, 9.0, 9.0), colour=(0.3, 0.3, 0.3))
    stage.set_environment(None, (), SkySpec(zenith=(1, 1, 1), horizon=(1, 1, 1), ground=(1, 1, 1)))
    camera = stage_camera(look_at(np.array([3.0, 0, 0]), np.zeros(3), np.radians(50), WIDTH, HEIGHT))

    def middle() -> float:
        value = renderer.draw(stage, camera).colour[HEIGHT // 2, WIDTH // 2, 0] / 255
        return ((value + 0.055) / 1.055) ** 2.4

    before = middle()
    camera.exposure_bias = 1.0
    # Below 0.76 the tone curve is a power of the light.
    assert before < 0.76 / 2**1.06
    assert middle() == pytest.approx(2**1.06 * before, rel=0.02)


def test_a_sun_casts_a_shadow_where_geometry_says(renderer, stage):
    put_box(stage, "floor", position=(0, 0, -0.05), size=(8.0, 8.0, 0.1), colour=(0.8, 0.8, 0.8))
    put_box(stage, "post", position=(0, 0, 0.5), size=(0.2, 0.2, 1.0))
    sun = LightSpec(kind="sun", position=(-1, 0, 1), intensity=3.0, shadow=True)  # at 45°, falls towards +X
    stage.set_environment(None, (sun,), SkySpec(intensity=0.1))
    camera = look_at(np.array([0.3, 0.0, 6.0]), np.array([0.3, 1e-3, 0.0]), np.radians(40), WIDTH, HEIGHT)
    picture = renderer.draw(stage, stage_camera(camera))

    def at(x, y):
        u, v, _ = camera.project(np.array([x, y, 0.0]))
        return float(picture.colour[int(v), int(u), :3].mean())

    lit = at(0.5, 0.8)
    assert at(0.2, 0.0) < 0.5 * lit and at(0.9, 0.0) < 0.5 * lit  # contact and far end of the shadow
    assert at(1.3, 0.0) > 0.9 * lit and at(-0.3, 0.0) > 0.9 * lit and at(0.5, 0.25) > 0.9 * lit


def test_two_renders_are_identical(renderer, stage):
    put_box(stage)
    stage.spawn_character("arm", BodySpec(), OutfitSpec())
    camera = stage_camera(look_at(np.array([3.0, 1.0, 1.0]), np.zeros(3), np.radians(60), WIDTH, HEIGHT))
    first = renderer.draw(stage, camera)
    stage.touch()
    second = renderer.draw(stage, camera)
    assert second is not first
    for name in ("colour", "depth", "owner"):
        assert (getattr(first, name) == getattr(second, name)).all()


def test_things_drawn_before_do_not_change_the_picture(renderer, stage):
    """Meshes are reused between shots: a picture must not depend on what was drawn before it."""
    camera = stage_camera(look_at(np.array([3.0, 1.0, 1.0]), np.zeros(3), np.radians(60), WIDTH, HEIGHT))

    def scene(bend: bool):
        stage.reset()
        put_box(stage, position=(0, 1, 0), colour=(0.8, 0.2, 0.2))
        character = stage.spawn_character("arm", BodySpec(), OutfitSpec())
        if bend:
            bones = character.pose.copy()
            bones[1, :3, :3] = [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]
            stage.apply_pose(character, bones)
        picture = renderer.draw(stage, camera)
        return picture.colour, picture.depth

    first = scene(False)
    scene(True)
    again = scene(False)
    assert (first[0] == again[0]).all() and (first[1] == again[1]).all()


def test_sizes_follow_the_camera(renderer, stage):
    put_box(stage)
    for width, height in ((64, 48), (33, 71), (320, 240), (500, 20)):
        camera = look_at(np.array([3.0, 1.0, 1.0]), np.zeros(3), np.radians(60), width, height)
        picture = renderer.draw(stage, stage_camera(camera))
        assert picture.colour.shape == (height, width, 4) and picture.depth.shape == (height, width)
        assert np.isfinite(picture.depth[height // 2, width // 2])
