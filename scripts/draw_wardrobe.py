#!/usr/bin/env python3
"""Draws what people can wear: garments and hair on several bodies, in several poses, from in front and from behind.

python scripts/draw_wardrobe.py                                   # docs/images/wardrobe.jpg
python scripts/draw_wardrobe.py --wear tshirt,shorts --wear gown --poses bend plank --side 400 --out x.jpg
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy.spatial.transform import Rotation

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthgen.characters.clothing.cuts import garment_kinds
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.core.cache import Cache
from synthgen.core.frames import camera_to_unreal, look_at
from synthgen.core.seeding import stream
from synthgen.engine.builders import asset_builders
from synthgen.engine.cpu.renderer import CpuRenderer
from synthgen.engine.stage import Stage, StageCamera
from synthgen.world.surroundings import LightSpec, RoomSpec, SkySpec

ROOT = Path(__file__).resolve().parent.parent

BODIES = {
    "man": BodySpec(gender=0.0, muscle=0.6),
    "woman": BodySpec(gender=1.0),
    "heavy": BodySpec(gender=0.1, muscle=0.4, stature=1.76, bmi=36.0, belly=0.8),
    "heavy_woman": BodySpec(gender=0.95, muscle=0.4, age=0.8, stature=1.60, bmi=40.0, belly=0.4),
    "child": BodySpec(gender=0.5, age=0.40),
}
"""Bodies by name; see ``tests/characters/people.py``."""

Turns = dict[str, tuple[float, float, float]]


def _both(bone: str, left: tuple[float, float, float]) -> Turns:
    """The turn of a bone of the left side, and its mirror image on the right."""
    x, y, z = left
    return {f"{bone}.L": (x, y, z), f"{bone}.R": (-x, y, -z)}


POSES: dict[str, Turns] = {
    "stand": _both("upperarm01", (-35, 0, 0)),
    "bend": _both("upperleg01", (0, -60, 0))
    | _both("upperarm01", (0, -80, 0))
    | {"root": (0, 60, 0), "spine05": (0, 15, 0), "spine04": (0, 15, 0), "spine03": (0, 12, 0), "spine02": (0, 8, 0)},
    "overhead": _both("upperarm01", (95, 0, 0)) | _both("clavicle", (22, 0, 0)),
    "plank": {"root": (0, 75, 0), "neck01": (0, -12, 0)} | _both("upperarm01", (0, -80, 0)),
    "squat": _both("upperleg01", (0, -100, 0))
    | _both("lowerleg01", (0, 120, 0))
    | _both("foot", (0, -20, 0))
    | _both("upperarm01", (0, -70, 0))
    | {"root": (0, 20, 0), "spine04": (0, 15, 0)},
    "twist": {"spine05": (0, 0, 8), "spine04": (-8, 0, 10), "spine03": (-8, 0, 12), "spine02": (-6, 0, 12)}
    | _both("upperarm01", (30, -20, 0)),
    "upside_down": {"root": (0, 150, 0)} | _both("upperarm01", (0, -80, 0)),
}
"""Bone → rotation vector in degrees about the character's axes."""

VIEWS = {"front": 25.0, "back": 180.0, "back_side": 130.0, "side": 90.0}
"""Degrees that the camera stands round to the left from straight ahead."""


def main() -> None:
    """Draws rows of what is worn, columns of bodies, poses and views."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wear", action="append", help="garments from the inside out, then maybe :hair; kind*pattern")
    parser.add_argument("--bodies", nargs="+", default=["man", "woman", "heavy"], choices=BODIES)
    parser.add_argument("--poses", nargs="+", default=["stand", "bend", "overhead", "plank"], choices=POSES)
    parser.add_argument("--views", nargs="+", default=["front", "back"], choices=VIEWS)
    parser.add_argument("--side", type=int, default=150, help="pixels along a picture")
    parser.add_argument("--near", default="", help="look closely at this bone")
    parser.add_argument("--span", type=float, default=0.6, help="metres of the picture when looking closely")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "wardrobe.jpg")
    options = parser.parse_args()
    wear = options.wear or [f"{kind}:bald" for kind in garment_kinds()]
    columns = [(b, p, v) for b in options.bodies for p in options.poses for v in options.views]
    side, label = options.side, 14
    sheet = Image.new("RGB", (len(columns) * side, len(wear) * (side + label)), "white")
    renderer = CpuRenderer()
    for row, what in enumerate(wear):
        for column, picture in enumerate(pictures(renderer, what, columns, side, options.near, options.span)):
            sheet.paste(Image.fromarray(picture), (column * side, row * (side + label) + label))
        ImageDraw.Draw(sheet).text((3, row * (side + label) + 1), what, fill="black", font_size=11)
    sheet.save(options.out, quality=85)


def pictures(
    renderer: CpuRenderer, what: str, columns: Sequence[tuple[str, str, str]], side: int, near: str, span: float
) -> Iterator[np.ndarray]:
    """(side, side, 3) uint8 for every column."""
    stage = Stage(asset_builders(Cache.at(None)))
    stage.set_environment(RoomSpec(kind="studio", size=(14.0, 14.0, 5.0)), lights(), SkySpec())
    outfit = outfit_of(what)
    for body, pose, view in columns:
        if "who" in stage.objects:
            stage.destroy("who")
        who = stage.spawn_character("who", BODIES[body], outfit)
        stage.apply_pose(who, posed(who.asset.rest, POSES[pose]))
        bones = who.bones_world()
        joints = bones[:, :3, 3]
        if near:
            middle, extent = joints[who.asset.rest.bone_names.index(near)], span
        else:
            low, high = joints.min(0), joints.max(0)
            middle, extent = 0.5 * (low + high), float((high - low).max()) + 0.22
        yield renderer.draw(stage, camera(middle, extent, VIEWS[view], side)).colour[..., :3]


def camera(middle: np.ndarray, extent: float, degrees: float, side: int) -> StageCamera:
    """A camera that sees ``extent`` metres round a point."""
    fov, angle = 30.0, np.radians(degrees)
    distance = 0.5 * extent / np.tan(np.radians(fov / 2))
    place = middle + distance * np.array([np.cos(angle), np.sin(angle), 0.18])
    location, rotation = camera_to_unreal(look_at(place, middle, np.radians(fov), side, side))
    return StageCamera("c", location, rotation, fov, side, side)


def lights() -> tuple[LightSpec, ...]:
    """A key from the left and above, two lamps."""
    return (
        LightSpec(kind="sun", position=(4.0, 5.0, 6.0), target=(0.0, 0.0, 1.0), intensity=1.6, shadow=True),
        LightSpec(kind="sun", position=(-5.0, -3.0, 5.0), target=(0.0, 0.0, 1.0), intensity=0.9),
    )


def outfit_of(what: str) -> OutfitSpec:
    """``tshirt*stripes,shorts:bob`` → an outfit in drawn colours."""
    garments, _, hair = what.partition(":")
    rng = stream(7, 0, "wardrobe")
    worn = []
    for word in filter(None, garments.split(",")):
        kind, _, pattern = word.partition("*")
        r, g, b = np.round(0.25 + 0.5 * rng.random(3), 3)
        worn.append(GarmentSpec(kind=kind, colour=(r, g, b), accent=(0.93, 0.9, 0.85), pattern=pattern or "plain"))
    return OutfitSpec(garments=tuple(worn), hair=hair or "bald", skin_tone=0.3, texture_seed=3)


def posed(body: RestBody, turns: dict[str, tuple[float, float, float]]) -> np.ndarray:
    """(B, 4, 4) bones after turning some of them (and what hangs on them) about their heads; soles stay at z = 0."""
    bones = body.bones.copy()
    for name, degrees in turns.items():
        root = 0 if name == "root" else body.bone(name)
        moving = np.zeros(len(body.parents), bool)
        moving[root] = True
        for i, parent in enumerate(body.parents):
            moving[i] |= parent >= 0 and moving[parent]
        turn = Rotation.from_rotvec(np.radians(degrees)).as_matrix()
        pivot = bones[root, :3, 3].copy()
        bones[moving, :3, 3] = (bones[moving, :3, 3] - pivot) @ turn.T + pivot
        bones[moving, :3, :3] = turn @ bones[moving, :3, :3]
    bones[:, 2, 3] += 0.02 - bones[:, 2, 3].min()
    return bones


if __name__ == "__main__":
    main()
