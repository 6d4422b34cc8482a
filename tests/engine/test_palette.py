"""Plain parts drawn as one mesh look as if drawn one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.core.frames import look_at
from synthgen.engine.gpu import meshes
from synthgen.engine.gpu.materials import Materials
from synthgen.meshes.mesh import Material
from synthgen.meshes.shapes import moved
from synthgen.world.surroundings import LightSpec, PropSpec, SkySpec

from .conftest import stage_camera
from .shapes import box

LOOKS = [
    Material((0.8, 0.1, 0.1), roughness=0.9),
    Material((0.1, 0.6, 0.2), roughness=0.3, metallic=1.0),
    Material((0.2, 0.3, 0.9), roughness=0.5, metallic=0.1),
    Material((0.9, 0.9, 0.9), double_sided=True),
    Material((0.5, 0.4, 0.1), double_sided=True),
    Material((1.0, 1.0, 1.0), emissive=(0.4, 0.4, 0.4)),
]
PARTS = [replace(moved(box((0.8, 0.8, 0.8)), shift=(0, k - 2.5, 0)), material=m) for k, m in enumerate(LOOKS)]
CAMERA = stage_camera(look_at(np.array([5.0, 1.0, 2.0]), np.zeros(3), np.radians(60), 160, 120))


def picture(renderer, stage, monkeypatch, builds: str) -> np.ndarray:
    monkeypatch.setattr(stage._builders, "prop", lambda spec: PARTS)
    stage.reset()
    sun = LightSpec(kind="sun", position=(3, 1, 4), intensity=2.0)
    stage.set_environment(None, (sun,), SkySpec())
    stage.spawn_prop(PropSpec(name="row", kind=builds, position=(0, 0, 0)))
    return renderer.draw(stage, CAMERA).colour[..., :3].astype(int)


def test_a_palette_shows_every_part_in_its_own_look(gpu_renderer, stage, monkeypatch):
    together = picture(gpu_renderer, stage, monkeypatch, "palette")
    monkeypatch.setattr(meshes, "is_plain", lambda part: False)
    apart = picture(gpu_renderer, stage, monkeypatch, "separate")
    off = np.abs(together - apart).max(-1)
    assert off.max() <= 3 and apart.std() > 20
    # The comparison sees a roughness that is another part's.
    wrong = [replace(m, roughness=0.9) for m in LOOKS]
    monkeypatch.setitem(globals(), "PARTS", [replace(p, material=m) for p, m in zip(PARTS, wrong, strict=True)])
    assert np.abs(picture(gpu_renderer, stage, monkeypatch, "wrong") - apart).max() > 10


def test_plain_parts_of_one_thing_are_one_mesh_per_side(gpu_renderer):
    prepared = meshes.prepare(PARTS, None, gpu_renderer._looks)
    assert len(prepared) == 3  # seen from one side, from both, and what shines
    assert sum(len(p.part.faces) for p in prepared) == sum(len(p.faces) for p in PARTS)


def test_an_image_is_uploaded_once_and_forgotten_beyond_the_bound(gpu_renderer):
    images = [np.full((16, 16, 3), k, np.uint8) for k in range(5)]
    materials = Materials(gpu_renderer._looks.environment, kept=3 * 16 * 16 * 10)
    first = materials.of(Material(texture=images[0]), True)
    assert materials.of(Material((0.1, 0.2, 0.3), texture=images[0]), True).map is first.map
    for image in images[1:]:
        materials.of(Material(texture=image), True)
    assert len(materials._maps) == 3
    assert materials.of(Material(texture=images[0]), True).map is not first.map
    assert materials.of(Material(texture=images[0]), False).map is None
