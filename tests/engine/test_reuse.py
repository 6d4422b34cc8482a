"""Meshes are reused between shots and forgotten when too many are kept."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.frames import look_at
from synthgen.engine.gpu.renderer import GpuRenderer
from synthgen.engine.stage import CHARACTER
from synthgen.world.surroundings import PropSpec

from .conftest import stage_camera

pytestmark = pytest.mark.usefixtures("gpu_renderer")  # left out where there is none
CAMERA = stage_camera(look_at(np.array([3.0, 1.0, 1.0]), np.zeros(3), np.radians(60), 32, 24))


def spawn(stage, number: int) -> None:
    stage.reset()
    stage.spawn_prop(PropSpec(name="box", kind="box", position=(0, 0, 0), size=(1.0 + number / 100, 1, 1)))
    stage.spawn_character("arm", BodySpec(), OutfitSpec(texture_seed=number))


def test_meshes_of_past_shots_are_freed(stage):
    small = GpuRenderer(people=100_000, things=100_000)
    seen = []
    for number in range(40):
        spawn(stage, number)
        small.draw(stage, CAMERA)
        seen += [weakref.ref(mesh) for drawn in small._drawn.values() for mesh in drawn.meshes]
    gc.collect()
    alive = sum(ref() is not None for ref in seen)
    kept = sum(part.nbytes for parts in small._prepared.values() for part in parts)
    assert len(seen) == 80 and 2 <= alive < 40
    used = sum(part.nbytes for drawn in small._drawn.values() for part in drawn.parts)
    assert kept - used <= 200_000


def test_who_comes_back_stays_and_what_does_not_goes(stage):
    """Things of past shots may not push out the people that every shot shows."""
    small = GpuRenderer(people=100_000, things=20_000)
    meshes = set()
    for number in range(12):
        stage.reset()
        stage.spawn_prop(PropSpec(name="box", kind="box", position=(0, 0, 0), size=(1.0 + number / 100, 1, 1)))
        if number % 2:
            stage.spawn_character("arm", BodySpec(), OutfitSpec())
        small.draw(stage, CAMERA)
        meshes |= {id(m) for d in small._drawn.values() if d.key.startswith(CHARACTER) for m in d.meshes}
    assert len(meshes) == 1
    assert sum(key.startswith("prop") for key in small._prepared) < 6


def test_the_same_thing_is_not_uploaded_again(gpu_renderer, stage):
    renderer = gpu_renderer
    spawn(stage, 0)
    renderer.draw(stage, CAMERA)
    before = {id(mesh) for drawn in renderer._drawn.values() for mesh in drawn.meshes}
    spawn(stage, 0)
    renderer.draw(stage, CAMERA)
    assert {id(mesh) for drawn in renderer._drawn.values() for mesh in drawn.meshes} == before


def test_two_of_one_make_have_poses_of_their_own(renderer, stage):
    spawn(stage, 0)
    twin = stage.spawn_character("twin", BodySpec(), OutfitSpec())
    twin.location = np.array([0.0, 1.0, 0.0])
    bones = twin.pose.copy()
    bones[1, :3, :3] = [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]
    stage.apply_pose(twin, bones)
    camera = look_at(np.array([1.0, -4.0, 2.0]), np.array([0, 0.5, 1.0]), 1.2, 160, 120)
    picture = renderer.draw(stage, stage_camera(camera))
    owners = set(np.unique(picture.owner)) - {0}
    assert {stage.objects["arm"].serial, twin.serial} <= owners


def test_a_hidden_thing_costs_no_shadow_and_no_pixel(renderer, stage):
    spawn(stage, 0)
    for item in stage.objects.values():
        item.visible = False
    stage.touch()
    assert not np.isfinite(renderer.draw(stage, CAMERA).depth).any()
