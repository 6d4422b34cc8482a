"""A shot's picture does not depend on the shots before it, nor on what the engine still keeps of them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from synthgen.core.cache import Cache
from synthgen.core.frames import look_at
from synthgen.engine.builders import asset_builders
from synthgen.engine.cpu.renderer import CpuRenderer
from synthgen.engine.stage import Stage
from synthgen.places import bank
from synthgen.places.props import build, default_size
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

from .conftest import stage_camera

CAMERA = stage_camera(look_at(np.array([3.5, 1.0, 1.6]), np.array([0.0, 0.0, 0.8]), np.radians(70), 96, 72))
SUN = LightSpec(kind="sun", position=(3, 1, 6), intensity=2.0, shadow=True)
ROOMS = [("rubber", "brick", "gym"), ("wood", "paint", "studio"), ("carpet", "panels", "clinic")]


def show(stage: Stage, seed: int) -> None:
    floor, walls, kind = ROOMS[seed % 3]
    sky = SkySpec(zenith=(0.7, 0.75, 0.7 + 0.02 * seed))
    stage.reset()
    stage.set_environment(RoomSpec(kind=kind, floor=floor, walls=walls, texture_seed=seed), (SUN,), sky)
    for k, thing in enumerate(("plant", "shelf", "plyo_box")):
        size = tuple(s * (1 + 0.03 * seed) for s in default_size(thing))
        place = (-1.0, 1.3 * (k - 1), 0.0)
        stage.spawn_prop(PropSpec(name=thing, kind=thing, position=place, size=size, texture_seed=seed + k))


def pictures(seeds: list[int], folder: Path) -> dict[int, str]:
    """Seed → digest of its picture, drawn one after the other by an engine that begins with nothing."""
    bank._painted.cache_clear()
    build._shape.cache_clear()
    stage, renderer, out = Stage(asset_builders(Cache(folder))), CpuRenderer(), {}
    for seed in seeds:
        show(stage, seed)
        picture = renderer.draw(stage, CAMERA)
        out[seed] = sha256(picture.colour.tobytes() + picture.depth.tobytes()).hexdigest()
    return out


def test_pictures_are_the_same_in_any_order(tmp_path: Path) -> None:
    forwards = pictures([1, 2, 3, 4, 5], tmp_path)
    assert pictures([5, 3, 1], tmp_path) == {seed: forwards[seed] for seed in (5, 3, 1)}
    assert pictures([4], tmp_path) == {4: forwards[4]}
    assert len(set(forwards.values())) == 5
