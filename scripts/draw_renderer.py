#!/usr/bin/env python3
"""Draws the picture of docs/renderers.md: one shot of a scene in the CPU renderer's stages.

python scripts/draw_renderer.py                      # docs/images/renderer-stages.jpg
python scripts/draw_renderer.py --shot 4 --out x.jpg
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.speed.scenes import Ready, ready
from synthgen.core.frames import yaw_matrix
from synthgen.engine.builders import asset_builders
from synthgen.engine.cpu.arrays import VisibilityBuffer
from synthgen.engine.cpu.edges import is_edge
from synthgen.engine.cpu.gather import Gatherer
from synthgen.engine.cpu.lamps import lamps_of
from synthgen.engine.cpu.occlusion import averaged, openness
from synthgen.engine.cpu.picture import drawn, lens_of
from synthgen.engine.cpu.project import to_camera, to_picture
from synthgen.engine.cpu.rasterize import BOTH, FRONT, rasterize
from synthgen.engine.cpu.resolve import encode, face_directions, shade_centres, tone_centres
from synthgen.engine.cpu.sky import sky_of
from synthgen.engine.cpu.tone import GAIN
from synthgen.engine.stage import Stage
from synthgen.engine.sunlight import OPENNESS
from synthgen.world.framing import camera_of
from synthgen.world.shot import Shot

ROOT = Path(__file__).resolve().parent.parent
SIDE = 480
"""Pixels along a panel."""


def main() -> None:
    """Draws six panels."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path, default=ROOT / "scenes" / "gym.yaml")
    parser.add_argument("--shot", type=int, default=1, help="which of the scene's shots")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "renderer-stages.jpg")
    options = parser.parse_args()
    scene = ready(options.scene, options.shot + 1)
    shot = scene.shots[options.shot]
    named = panels(staged(scene, shot), shot)
    height = round(SIDE * named[0][1].shape[0] / named[0][1].shape[1])
    sheet = Image.new("RGB", (3 * SIDE + 16, 2 * (height + 26)), "white")
    for n, (words, panel) in enumerate(named):
        at = (n % 3) * (SIDE + 8), n // 3 * (height + 26)
        ImageDraw.Draw(sheet).text((at[0] + 2, at[1] + 6), words, fill="black", font_size=14)
        sheet.paste(Image.fromarray(panel).resize((SIDE, height), Image.Resampling.BOX), (at[0], at[1] + 26))
    sheet.save(options.out, quality=88)


def staged(scene: Ready, shot: Shot) -> Stage:
    """The engine's stage as capture sets it for a shot."""
    stage = Stage(asset_builders(scene.script.cache))
    stage.set_environment(shot.room, shot.lights, shot.sky)
    for prop in shot.props:
        stage.spawn_prop(prop)
    for person in shot.people:
        character = stage.spawn_character(f"person_{person.id}", person.body, person.outfit)
        character.rotation, character.location = yaw_matrix(person.yaw), np.array([*person.position, 0.0])
        bones = scene.pose(person)
        bones[:, :2, 3] -= person.pivot
        stage.apply_pose(character, bones)
    return stage


def panels(stage: Stage, shot: Shot) -> list[tuple[str, np.ndarray]]:
    """Words and (H, W, 3) uint8 of every stage, by the renderer's own kernels."""
    camera = camera_of(shot.cameras[0])
    sky = sky_of(stage.sky_faces, OPENNESS * stage.sky.intensity)
    surfaces, looks = Gatherer().gathered(stage, len(sky.sizes))
    lamps = lamps_of(stage.lights, surfaces, [o.bounds() for o in stage.objects.values()])
    lens, fine_lens = lens_of(camera, False), lens_of(camera, True)
    samples = (2 * camera.height + 1, 2 * camera.width + 1)
    ids, nearness = np.full(samples, -1, np.int32), np.zeros(samples, np.float32)
    corners = to_camera(surfaces.places, lens)
    sides = np.where(looks.two_sided[surfaces.part], BOTH, FRONT).astype(np.int8)
    places = to_picture(corners, fine_lens, samples[1], samples[0])
    rasterize(corners, places, surfaces.faces, sides, fine_lens, ids, nearness)
    size = (camera.height, camera.width)
    light, depth, owner = np.empty((*size, 3), np.float32), np.empty(size, np.float32), np.empty(size, np.int32)
    shade_centres(ids, corners, lens, surfaces, looks, sky, lamps, True, light, depth, owner)
    open_share = averaged(openness(depth, camera.focal), depth)
    gain = GAIN * shot.exposure
    screen, at_once = np.empty_like(light), np.full((*size, 4), 255, np.uint8)
    tone_centres(light, np.ones_like(open_share), gain, screen)
    encode(screen, at_once)
    facing = np.empty(surfaces.faces.shape, np.float32)
    face_directions(corners, surfaces.faces, facing)
    buffer = VisibilityBuffer(ids, nearness, surfaces.part, facing)
    final = drawn(camera, shot.exposure, surfaces, looks, sky, lamps, True).colour[..., :3]
    return [
        ("1  which triangle is nearest: the visibility buffer", coloured(ids[1::2, 1::2])),
        ("2  the same buffer as depth, and whose it is: the labels", labelled(depth, owner)),
        ("3  how near the sun sees things: the shadow map", grey(shaped(lamps.maps[0], depth.shape))),
        ("4  light of what is seen, once for each pixel", at_once[..., :3]),
        ("5  openness: light that corners and contacts keep", grey(open_share)),
        ("6  the picture; yellow on the left: shaded again at edges", smoothed(final, buffer)),
    ]


def coloured(ids: np.ndarray) -> np.ndarray:
    """(H, W) numbers → a colour for each; white for none."""
    mixed = (ids.astype(np.uint64) + 1) * np.uint64(0x9E3779B97F4A7C15)
    shade = np.stack([mixed >> np.uint64(k) & np.uint64(255) for k in (40, 48, 56)], -1).astype(np.uint8)
    return np.where(ids[..., None] < 0, np.uint8(255), shade // 2 + 96)


def grey(values: np.ndarray) -> np.ndarray:
    """(H, W) → grey from the least to the greatest value."""
    span = np.ptp(values) or 1.0
    return np.repeat((255 * (values - values.min()) / span).astype(np.uint8)[..., None], 3, -1)


def labelled(depth: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Nearness as grey, tinted by the object that a pixel shows."""
    base = grey(np.where(np.isfinite(depth), 1.0 / depth, 0.0)).astype(float)
    tint = np.where(owner[..., None] == 0, 255.0, coloured(owner).astype(float) * 1.4)
    return np.clip((0.35 * 255 + 0.65 * base) * tint / 255, 0, 255).astype(np.uint8)


def shaped(square: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The middle of a square map, as wide and as high as the other panels are to each other."""
    height = len(square) * shape[0] // shape[1]
    begin = (len(square) - height) // 2
    return square[begin : begin + height]


def smoothed(picture: np.ndarray, buffer: VisibilityBuffer) -> np.ndarray:
    """The picture; in its left half, pixels whose samples show more than one surface are yellow."""
    out = picture.copy()
    for y, x in np.ndindex(picture.shape[0], picture.shape[1] // 2):
        if is_edge(buffer, 2 * y + 1, 2 * x + 1):
            out[y, x] = (255, 210, 0)
    return out


if __name__ == "__main__":
    main()
