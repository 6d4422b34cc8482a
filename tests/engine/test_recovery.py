"""Pictures after trouble: what failed, was large or lit by many lights leaves nothing behind on the GPU."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from synthgen.core.frames import look_at
from synthgen.core.limits import EMBEDDED
from synthgen.engine.gpu import renderer as module
from synthgen.engine.gpu.renderer import FINE_PIXELS, GpuRenderer
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

from .conftest import stage_camera

pytestmark = pytest.mark.usefixtures("gpu_renderer")  # left out where there is none
VIEW = look_at(np.array([3.0, 2.0, 2.0]), np.zeros(3), np.radians(60), 48, 36)
CAMERA = stage_camera(VIEW)


def light(kind: str, number: int = 0) -> LightSpec:
    return LightSpec(kind=kind, position=(1 + 0.1 * number, 1, 3), intensity=0.3, shadow=kind != "point")


@pytest.fixture
def lit(stage):
    stage.spawn_prop(PropSpec(name="box", kind="box", position=(0, 0, 0.5)))
    stage.set_environment(RoomSpec(), (light("sun"),), SkySpec())
    return stage


def test_a_picture_that_fails_leaves_no_trace(lit, monkeypatch):
    own = GpuRenderer()
    before = own.draw(lit, CAMERA)

    def fail(*_):
        raise MemoryError("no more buffers")

    lit.spawn_prop(PropSpec(name="more", kind="box", position=(1, 0, 0.5)))
    with monkeypatch.context() as patch:
        patch.setattr(module.Target, "draw", fail)
        with pytest.raises(MemoryError):
            own.draw(lit, CAMERA)
    lit.destroy("more")
    after = own.draw(lit, CAMERA)
    assert (after.colour == before.colour).all() and (after.depth == before.depth).all()


def test_many_lights_are_drawn_and_soon_forgotten(lit):
    own = GpuRenderer()
    before = own.draw(lit, CAMERA)
    mesh = weakref.ref(next(iter(own._drawn.values())).meshes[0])
    spots = tuple(light("spot", k) for k in range(EMBEDDED.shadows))
    points = tuple(light("point", k) for k in range(EMBEDDED.lights - EMBEDDED.shadows))
    lit.set_environment(RoomSpec(), spots + points, SkySpec())
    assert own.draw(lit, CAMERA).colour.mean() > 20
    for _ in range(8):  # surplus lights stay for a while: the next stage may need them again
        lit.set_environment(RoomSpec(), (light("sun"),), SkySpec())
        after = own.draw(lit, CAMERA)
        assert (after.colour == before.colour).all()
    assert {kind: len(slots) for kind, slots in own._lighting._slots.items()} == {"sun": 1, "point": 2, "spot": 0}
    gc.collect()
    assert mesh() is None  # what was compiled for many lights went with it


def test_targets_of_many_sizes_are_not_all_kept(lit):
    own = GpuRenderer()
    for side in (16, 32, 48, 64, 80):
        own.draw(lit, stage_camera(look_at(np.array([3.0, 2.0, 2.0]), np.zeros(3), 1.0, side, side)))
    assert 0 < len(own._targets) <= 4
    size = (3000, 2000)
    own._add_target(module.Target(*size), size)
    own._add_target(module.Target(2000, 2000), (2000, 2000))
    assert list(own._targets) == [(2000, 2000)]
    assert sum(t.pixels for t in own._targets.values()) <= FINE_PIXELS
