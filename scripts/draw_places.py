#!/usr/bin/env python3
"""Draws the picture of docs/places.md: shots of every kind of room, one kind a row.

python scripts/draw_places.py                                   # docs/images/places.jpg
python scripts/draw_places.py --images photos --out x.jpg       # and a row of your own photographs
python scripts/draw_places.py --kinds park --shots 12 --columns 4 --width 480 --out park.png
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.speed.scenes import Ready, changed, ready
from synthgen.core.cache import Cache
from synthgen.core.frames import camera_to_unreal, yaw_matrix
from synthgen.engine.builders import asset_builders
from synthgen.engine.cpu.renderer import CpuRenderer
from synthgen.engine.stage import Builders, Stage, StageCamera
from synthgen.world.framing import camera_of
from synthgen.world.shot import Shot

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("gym", "studio", "clinic", "office", "warehouse", "park", "track")
CLIPS = {
    "office": ["slumped_sitting", "twisted_sitting", "forward_bend", "reach_aside"],
    "warehouse": ["asymmetric_lift"],
}
"""Exercises that belong to a kind; elsewhere those of the gym's scene."""


def main() -> None:
    """Draws row after row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), help="kinds of rooms")
    parser.add_argument("--images", type=Path, help="photographs of your own, for another row")
    parser.add_argument("--environment", type=Path, help="environments of your own, for another row")
    parser.add_argument("--shots", type=int, default=4, help="pictures of each kind")
    parser.add_argument("--columns", type=int, default=4, help="pictures in a row")
    parser.add_argument("--width", type=int, default=300, help="pixels of a picture")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "places.jpg")
    options = parser.parse_args()
    wishes: list[tuple[str, dict[str, Any]]] = [(kind, {"room": {"kind": kind}}) for kind in options.kinds]
    for name in ("images", "environment"):
        folder = getattr(options, name)
        if folder is not None:
            wishes.append(
                (name, {"room": {"kind": "photo", name: str(folder.resolve())}, "camera": {"height": [1.2, 1.8]}})
            )
    renderer = CpuRenderer()
    renderer.warm_up()
    tiles: list[Image.Image] = []
    with tempfile.TemporaryDirectory(prefix="synthgen-places-") as folder_name:
        for name, changes in wishes:
            clips = CLIPS.get(name)
            wish = {
                **changes,
                "props": {"occluders": 0.0},
                **({"clips": [f"builtin:{c}" for c in clips]} if clips else {}),
            }
            made = ready(changed(ROOT / "scenes" / "gym.yaml", Path(folder_name), wish, name), options.shots)
            builders = asset_builders(Cache.at(None), Path(made.scene.locate(".")))
            for shot in made.shots:
                tile = Image.fromarray(picture(renderer, builders, made, shot))
                tile.thumbnail((options.width, options.width), Image.Resampling.LANCZOS)
                ImageDraw.Draw(tile).text((5, 3), name, fill="white", stroke_fill="black", stroke_width=2)
                tiles.append(tile)
    rows = -(-len(tiles) // options.columns)
    wide, high = tiles[0].size
    sheet = Image.new("RGB", (options.columns * wide, rows * high), "white")
    for n, tile in enumerate(tiles):
        sheet.paste(tile, (n % options.columns * wide, n // options.columns * high))
    sheet.save(options.out, quality=82)


def picture(renderer: CpuRenderer, builders: Builders, made: Ready, shot: Shot) -> np.ndarray:
    """(H, W, 3) uint8: a shot as the engine draws it."""
    stage = Stage(builders)
    stage.set_environment(shot.room, shot.lights, shot.sky)
    for prop in shot.props:
        stage.spawn_prop(prop)
    for person in shot.people:
        character = stage.spawn_character(f"person_{person.id}", person.body, person.outfit)
        character.rotation, character.location = yaw_matrix(person.yaw), np.array([*person.position, 0.0])
        bones = np.array(made.pose(person))
        bones[:, :2, 3] -= person.pivot
        stage.apply_pose(character, bones)
    camera = camera_of(shot.cameras[0])
    location, rotation = camera_to_unreal(camera)
    view = StageCamera(
        "view",
        location,
        rotation,
        float(np.degrees(camera.hfov)),
        camera.width,
        camera.height,
        float(np.log2(shot.exposure)),
    )
    out: np.ndarray = renderer.draw(stage, view).colour[..., :3]
    return out


if __name__ == "__main__":
    main()
