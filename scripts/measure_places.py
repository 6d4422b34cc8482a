#!/usr/bin/env python3
"""Measures what drawing rooms, props and skies costs and how much they vary; the last line is one JSON object.

    python scripts/measure_places.py                       # 100 shots of gym, studio and clinic
    python scripts/measure_places.py --shots 50 gym
    python scripts/measure_places.py --draw docs/images/surfaces.jpg  # one picture of all surfaces, no measuring

Cost: CPU seconds a shot for building the room, the props and the sky, and for preparing them to be drawn (parts
joined, normals), in a process that has drawn nothing before. Then the same shots once more, and the next ones.
Variety: different images on floors, walls, ceilings and props, and different looks, that is image, tint and how it lies
(offset and turn). No engine, no fit: people are standing boxes, whose places decide how large rooms are.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from synthgen.core.cache import Cache
from synthgen.core.plain import Colour
from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.core.tables import table
from synthgen.engine.builders import asset_builders
from synthgen.engine.stage import Builders
from synthgen.meshes.baking import to_uint8
from synthgen.meshes.joining import joined
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.normals import rigid_normals
from synthgen.meshes.shapes import sheet
from synthgen.places.bank import covering, laid, tile
from synthgen.places.props import default_colour
from synthgen.scene import Scene, load_scene
from synthgen.world.cast import Character, make_cast
from synthgen.world.clipinfo import ClipInfo
from synthgen.world.make import make_shot
from synthgen.world.moments import Moment
from synthgen.world.shot import Shot

_SCENES = Path(__file__).parent.parent / "scenes"
_HALF = np.array([0.35, 0.30, 0.88])
"""Half sizes in metres of the boxes that stand for people."""
_PIECE = 170
"""Pixels of a piece of a surface."""


def main() -> None:
    """Measures scene after scene and reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*", default=["gym", "studio", "clinic"], help="names of shipped scenes")
    parser.add_argument("--shots", type=int, default=100, help="shots of each scene")
    parser.add_argument("--draw", type=Path, help="draw all surfaces into this file instead")
    options = parser.parse_args()
    if options.draw:
        Image.fromarray(all_surfaces()).save(options.draw, quality=88)
        return
    report = {}
    for name in options.scenes:
        shots = shots_of(load_scene(_SCENES / f"{name}.yaml"), 2 * options.shots)
        first, next_ones = shots[: options.shots], shots[options.shots :]
        builders = asset_builders(Cache.at(None))
        passes = {"first": first, "same again": first, "next": next_ones}
        costs = {word: cost(builders, some) for word, some in passes.items()}
        found = variety(builders, shots)
        for word, seconds in costs.items():
            print(f"{name}: {word:10s} " + ", ".join(f"{k} {1000 * s:.1f} ms" for k, s in seconds.items()), flush=True)
        for what, (images, looks) in found.items():
            print(f"{name}: {what:10s} {images} images, {looks} looks", flush=True)
        report[name] = {"cpu_s_per_shot": costs, "variety": found}
    print(json.dumps(report))


def shots_of(scene: Scene, count: int) -> list[Shot]:
    """The first shots of a scene, its people boxes."""
    scene = scene.model_copy(update={"images": count * scene.camera.per_shot})
    cast = make_cast(scene)
    return [make_shot(scene, i, cast, _Boxes(scene)) for i in range(count)]


class _Boxes:
    """A stage on which everybody is a box that stands, in the first frame of the scene's clips by turns."""

    def __init__(self, scene: Scene) -> None:
        self._clips = [clip.source for clip in scene.clips]

    def moment(self, shot: int, place: int, attempt: int) -> Moment:
        return Moment(self._clips[(shot + place + attempt) % len(self._clips)], 0)

    def extent(self, character: Character, moment: Moment) -> ClipInfo:
        return _box(moment.clip)


def _box(clip: str) -> ClipInfo:
    """A motion of one frame: a box that stands."""
    outline = np.array([d for d in np.ndindex(3, 3, 3) if d != (1, 1, 1)]) - 1.0
    middle = np.array([0.0, 0.0, _HALF[2]])
    return ClipInfo(
        clip=clip,
        fps=10.0,
        centre=np.zeros((1, 2)),
        radius=np.array([float(np.hypot(*_HALF[:2]))]),
        height=np.array([2 * _HALF[2]]),
        low=np.zeros(1),
        yaw=np.zeros(1),
        upright=np.ones(1),
        outline=(outline * _HALF + middle)[None],
        trunk=middle[None],
        seat=np.array([0.1, 0.0, 0.45, 0.0, 0.2, 0.24]),
    )


def cost(builders: Builders, shots: Sequence[Shot]) -> dict[str, float]:
    """CPU seconds a shot of each step."""
    spent: dict[str, float] = defaultdict(float)

    def timed(step: str, work: Callable[..., Any], *given: Any) -> Any:
        begun = time.process_time()
        out = work(*given)
        spent[step] += time.process_time() - begun
        return out

    for shot in shots:
        timed("sky", builders.sky, shot.sky)
        things = [timed("room", builders.room, shot.room), *(timed("props", builders.prop, p) for p in shot.props)]
        for parts in things:
            timed("prepare", _prepare, parts)
    return {step: round(seconds / len(shots), 5) for step, seconds in spent.items()}


def _prepare(parts: Sequence[MeshPart]) -> None:
    rigid_normals(joined(parts))


def variety(builders: Builders, shots: Sequence[Shot]) -> dict[str, tuple[int, int]]:
    """What is painted → different images, different looks."""
    images: dict[str, set[bytes]] = defaultdict(set)
    looks: dict[str, set[bytes]] = defaultdict(set)
    for shot in shots:
        for part in builders.room(shot.room):
            _count(part, part.name.split("_")[0], images, looks)
        for prop in shot.props:
            for part in builders.prop(prop):
                _count(replace(part, name=prop.kind), prop.kind, images, looks)
    return {what: (len(images[what]), len(looks[what])) for what in sorted(images)}


def _count(part: MeshPart, what: str, images: dict[str, set[bytes]], looks: dict[str, set[bytes]]) -> None:
    """Notes a part's image and how it lies: where its first corner takes from, and which way its first edge runs."""
    if part.material.texture is None or part.uvs is None:
        return
    texture = part.material.texture
    corner, edge = part.uvs[part.faces[0, 0]] % 1.0, part.uvs[part.faces[0, 1]] - part.uvs[part.faces[0, 0]]
    lies = np.round([*corner, *np.sign(np.round(edge, 6)), *part.material.colour], 4)
    for picture in np.split(texture, max(1, len(texture) // texture.shape[1])):  # posters hang on one image
        image = sha256(picture.tobytes()).digest()
        images[what].add(image)
        looks[what].add(image + lies.tobytes())


def all_surfaces() -> np.ndarray:
    """(H, W, 3) uint8: three pieces of every surface in white light, one under the other, in a colour it comes in."""
    rooms = table("world/data/sets.yaml").values()
    shipped = {n: tuple(c[0]) for row in rooms for place in ("floors", "walls") for n, c in row[place].items()}
    colours = {**shipped, "plywood": default_colour("plyo_box"), "foam": default_colour("yoga_mat")}
    columns = [[_piece(name, colour, seed) for seed in range(3)] for name, colour in colours.items()]
    return np.concatenate([np.concatenate(pieces) for pieces in columns], axis=1)


def _piece(name: str, colour: Colour, seed: int) -> np.ndarray:
    """A part of a surface, shifted and turned as a seed says: half of what one image covers, at most half a metre."""
    share = min(0.5, 0.5 / tile(name))
    part = laid(sheet("piece", (0, 0, 0), (share, 0, 0), (0, share, 0), Material()), name, seed)
    assert part.uvs is not None
    at = np.linspace(0, 1, _PIECE, endpoint=False)[:, None, None]
    uv = part.uvs[0] + at.swapaxes(0, 1) * (part.uvs[1] - part.uvs[0]) + at * (part.uvs[3] - part.uvs[0])
    material = covering(name, colour, seed)
    assert material.texture is not None
    x, y = np.moveaxis((uv % 1.0 * len(material.texture)).astype(int), -1, 0)
    light = linear_from_srgb(material.texture[y, x] / 255) * linear_from_srgb(np.array(material.colour))
    return to_uint8(srgb_from_linear(light))


if __name__ == "__main__":
    main()
