"""``python -m tests.engine.cpu.scene``: draws a small scene in a process of its own and prints its digest.

Whoever starts it chooses by environment what processor numba and numpy believe to have.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.digests import digest
from synthgen.core.frames import look_at
from synthgen.engine.cpu.renderer import CpuRenderer
from synthgen.engine.picture import Picture
from synthgen.engine.stage import Stage
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec
from tests.engine.conftest import stage_camera
from tests.engine.shapes import box, builders


def _painted(spec: PropSpec) -> list[MeshPart]:
    """A box with an image, a normal map and a little sheen."""
    rng = np.random.default_rng(spec.texture_seed)
    image = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    bumps = np.clip(rng.normal((128, 128, 230), 20, (64, 64, 3)), 0, 255).astype(np.uint8)
    material = Material(spec.colour, texture=image, normal_map=bumps, sheen=0.1, roughness=0.5)
    part = box(spec.size, material)
    return [replace(part, uvs=np.tile([(0, 0), (0, 1), (1, 1), (1, 0.0)], (6, 1)) * 1.7)]


def small_scene() -> Stage:
    """A room with painted boxes, a bent arm, and a sun, a spot and a point light."""
    stage = Stage(replace(builders(), prop=_painted))
    lights = (
        LightSpec(kind="sun", position=(3.0, 2.0, 5.0), target=(0.1, 0.2, 0.3), intensity=2.0, shadow=True),
        LightSpec(kind="spot", position=(-1.0, 2.0, 2.5), target=(0.0, 0.0, 0.4), intensity=4.0, shadow=True),
        LightSpec(kind="point", position=(1.0, -2.0, 2.0), colour=(1.0, 0.8, 0.6), intensity=1.0),
    )
    stage.set_environment(RoomSpec(size=(7.0, 6.0, 3.0)), lights, SkySpec())
    stage.spawn_prop(PropSpec(name="one", kind="box", position=(0.3, 0.1, 0.5), yaw=0.4, texture_seed=1))
    stage.spawn_prop(PropSpec(name="two", kind="box", position=(1.2, 0.6, 0.2), size=(0.5, 0.3, 0.4), texture_seed=2))
    arm = stage.spawn_character("arm", BodySpec(), OutfitSpec())
    bones = arm.pose.copy()
    bones[1, :3, :3] = [[0.6, 0, 0.8], [0, 1, 0], [-0.8, 0, 0.6]]
    stage.apply_pose(arm, bones)
    return stage


def picture(renderer: CpuRenderer, stage: Stage) -> Picture:
    """The scene from the one place that tests use."""
    view = look_at(np.array([2.6, -1.9, 1.7]), np.array([0.0, 0.2, 0.6]), np.radians(55), 160, 120)
    return renderer.draw(stage, stage_camera(view))


def main() -> int:
    """Loads or compiles the kernels as an engine does, draws, and prints a digest of all that is in the picture."""
    renderer = CpuRenderer()
    renderer.warm_up()
    seen = picture(renderer, small_scene())
    sys.stdout.write(digest(seen.colour, seen.depth, seen.owner) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
