"""``python -m synthgen.engine.cpu.compile``: compiles all kernels, once per version and kind of processor.

The engine does the same at its first start; done at set-up, nobody waits for it later.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numba.core import event

from synthgen.core.cache.folder import Cache
from synthgen.core.frames import look_at
from synthgen.engine.cpu.compiled import complete_mark, entries, keep_kernels
from synthgen.engine.cpu.folder import forget_old_kernels, kernel_folder, one_at_a_time
from synthgen.engine.cpu.gather import PlacedPart, looks_of, ready_parts, surfaces_of
from synthgen.engine.cpu.images import ImagePool
from synthgen.engine.cpu.lamps import lamps_of
from synthgen.engine.cpu.picture import drawn
from synthgen.engine.cpu.sky import sky_of
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.world.surroundings import LightSpec

Tell = Callable[[int, int, str], None]
"""Is told how many kernels are compiled, of how many, and the name of the last one."""


def compile_all(cache: Cache, tell: Tell = lambda done, of, name: None) -> bool:
    """Compiles what is not kept yet, by drawing a small picture; loads what is.

    Args:
        cache: where kernels are kept.
        tell: called after each.

    Returns:
        Whether anything had to be compiled.
    """
    keep_kernels(cache)
    names = {id(entry): entry.__name__ for entry in entries()}
    done: list[str] = []

    class Listener(event.Listener):
        def on_start(self, event: Any) -> None:
            pass

        def on_end(self, event: Any) -> None:
            name = names.get(id(event.data.get("dispatcher")))
            if name is not None:
                done.append(name)
                tell(len(done), len(names), name)

    mark = complete_mark(cache)
    alone = contextlib.nullcontext() if mark.exists() else one_at_a_time(mark.parent)
    with alone, event.install_listener("numba:compile", Listener()):
        draw_something()
    with contextlib.suppress(OSError):  # kernels that cannot be kept are compiled again
        mark.touch()
        if done:
            forget_old_kernels(cache, time.time())
    return bool(done)


def draw_something() -> None:
    """A picture of two triangles, one of them skinned, that asks every kernel once."""
    corners = np.array([(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)])
    faces = np.array([[0, 1, 2]])
    image = np.full((4, 4, 3), 128, np.uint8)
    cloth = Material(texture=image, normal_map=image, sheen=0.1)
    rest = np.eye(4)[None]
    skinned = MeshPart("cloth", corners, faces, cloth, corners[:, :2], np.zeros((3, 1), int), np.ones((3, 1)))
    parts = ready_parts((skinned,), rest)
    surfaces = surfaces_of([PlacedPart(p, p.places, p.normals, 1, True) for p in parts])
    sun = LightSpec(kind="sun", position=(0, 0, 3), target=(0, 0.5, 0), shadow=True)
    sky = sky_of(np.full((6, 4, 4, 4), 128, np.uint8), 1.0)
    looks = looks_of([p.material for p in parts], len(sky.sizes), ImagePool())
    lamps = lamps_of((sun,), surfaces, [np.stack([corners.min(0), corners.max(0)])])
    camera = look_at(np.array([0.3, 0.3, 2.0]), np.array([0.3, 0.3, 0.0]), 1.0, 8, 8)
    for fine in (True, False):
        drawn(camera, 1.0, surfaces, looks, sky, lamps, fine)


def main(arguments: list[str] | None = None) -> int:
    """Compiles with a line per kernel; the process's exit code: 1 where the kernels cannot be kept."""
    parser = argparse.ArgumentParser(prog="python -m synthgen.engine.cpu.compile", description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of the cache (default: the one of every verb)")
    cache = Cache.at(parser.parse_args(arguments).cache)

    def tell(done: int, of: int, name: str) -> None:
        sys.stdout.write(f"compiled {done} of {of}: {name}\n")
        sys.stdout.flush()

    if not compile_all(cache, tell):
        sys.stdout.write("all kernels are compiled already\n")
    if not complete_mark(cache).exists():
        sys.stderr.write(
            f"error: the kernels are compiled but cannot be kept in {kernel_folder(cache)}\n"
            "  remedy: make that folder writable, or name another cache with SYNTHGEN_CACHE=FOLDER\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
