"""What is kept from picture to picture, and that it does not grow."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.engine.cpu import gather
from synthgen.engine.cpu.gather import Gatherer
from synthgen.engine.stage import Stage
from synthgen.world.surroundings import PropSpec, RoomSpec, SkySpec


def shot(stage: Stage, number: int) -> None:
    stage.reset()
    stage.set_environment(RoomSpec(texture_seed=number), (), SkySpec())
    stage.spawn_prop(PropSpec(name="box", kind="box", position=(0, 0, 0), size=(1.0 + number / 100, 1, 1)))
    stage.spawn_character("arm", BodySpec(), OutfitSpec(texture_seed=number % 3))


def held(gatherer: Gatherer) -> int:
    return sum(part.nbytes for parts in gatherer._ready.values() for part in parts)


def test_meshes_that_are_kept_do_not_grow_with_the_shots(stage, monkeypatch):
    monkeypatch.setattr(gather, "KEPT", 60_000)
    gatherer = Gatherer()
    sizes = []
    for number in range(60):
        shot(stage, number)
        gatherer.gathered(stage, 6)
        sizes.append(held(gatherer))
    assert max(sizes) <= 60_000 and max(sizes[:30]) > 50_000
    assert sum(key.startswith("person") for key in gatherer._ready) == 3  # who comes back stays


@pytest.mark.parametrize("most", [0, 2**30])
def test_a_picture_does_not_depend_on_what_is_kept(stage, monkeypatch, most):
    monkeypatch.setattr(gather, "KEPT", most)
    gatherer = Gatherer()
    for number in (4, 5, 4):
        shot(stage, number)
        surfaces, looks = gatherer.gathered(stage, 6)
        fresh, fresh_looks = Gatherer().gathered(stage, 6)
        for kept, new in zip((*surfaces, *looks[:9]), (*fresh, *fresh_looks[:9]), strict=True):
            assert np.array_equal(kept, new)


def test_a_stage_without_anything_can_be_drawn(stage):
    surfaces, looks = Gatherer().gathered(stage, 6)
    assert surfaces.places.shape == (0, 3) and surfaces.faces.shape == (0, 3) and len(looks.roughness) == 0


def test_hidden_things_are_not_gathered_and_walls_cast_no_shadows(stage):
    shot(stage, 1)
    surfaces, _ = Gatherer().gathered(stage, 6)
    assert surfaces.owner.tolist() == [*(o.serial for o in stage.objects.values()), 0]
    assert surfaces.casts.tolist() == [True, True, False]
    stage.objects["box"].visible = False
    assert len(Gatherer().gathered(stage, 6)[0].owner) == 2
