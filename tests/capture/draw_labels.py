"""Draws ``docs/labels.md``'s picture: ``python -m tests.capture.draw_labels docs/images/labels-visibility.png``."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from synthgen.capture.capture import capture_shot
from synthgen.capture.frame import Frame, PersonLabels
from synthgen.capture.process import EngineProcess
from synthgen.characters.sites.place import place_sites
from synthgen.core.skeleton import KEYPOINTS, LINKS
from synthgen.world.shot import CameraSpec, Shot
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

from .people import POSES, body_of, motion, person, pose

COLOURS = {
    "visible": (40, 200, 90),
    "self": (255, 150, 30),
    "person": (225, 60, 200),
    "object": (70, 130, 255),
}
TEXT = {
    "visible": "visible: flag 2",
    "self": "self:<region>: flag 1",
    "person": "person:<id>: flag 1",
    "object": "object:<name>: flag 1",
}
SCALE = 2


def scene() -> Shot:
    return Shot(
        id=0,
        seed=0,
        people=(
            person(1, "reach", (0.1, 0.55), 0.5),
            person(2, "standing", (0.5, -0.25), -0.35, 1.0),
            person(3, "standing", (-0.9, -0.75), 0.2),
        ),
        props=(PropSpec(name="plyo_box", kind="plyo_box", position=(1.15, 0.45, 0.0), size=(0.5, 0.5, 0.45)),),
        room=RoomSpec(),
        lights=(LightSpec(kind="sun", position=(3, 2, 5), shadow=True, intensity=1.5),),
        sky=SkySpec(intensity=1.6),
        cameras=(
            CameraSpec(position=(3.3, 0.2, 1.35), target=(0.0, -0.05, 0.92), hfov=0.85),
            CameraSpec(position=(-2.9, 1.3, 1.9), target=(0.0, 0.0, 0.95), hfov=0.85),
        ),
    )


def dot(draw: ImageDraw.ImageDraw, u: float, v: float, reason: str, size: float) -> None:
    colour = COLOURS[reason.partition(":")[0]]
    box = [SCALE * u - size, SCALE * v - size, SCALE * u + size, SCALE * v + size]
    draw.ellipse(box, fill=colour if reason == "visible" else (255, 255, 255), outline=colour, width=4)


def draw_person(draw: ImageDraw.ImageDraw, labels: PersonLabels) -> None:
    points = labels.points
    at = dict(zip(points.names, points.pixels, strict=True))
    for a, b in LINKS:
        line = [tuple(SCALE * at[KEYPOINTS[k]][:2]) for k in (a, b)]
        draw.line(line, fill=(255, 255, 255), width=2)
    for name, (u, v, _), reason in zip(points.names, points.pixels, points.reasons, strict=True):
        if reason != "off_image" and (name in KEYPOINTS or name.endswith(".skin")):
            dot(draw, u, v, reason, 7 if name in KEYPOINTS else 5)


def panel(frame: Frame) -> Image.Image:
    picture = Image.fromarray(frame.image).resize((640 * SCALE, 480 * SCALE), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(picture)
    for labels in frame.people:
        draw_person(draw, labels)
    return picture


def main() -> None:
    shot = scene()
    bodies = {"c0": body_of(0.0), "c1": body_of(1.0)}
    motions = {(n, c): motion(n, b, [pose(b, p)]) for c, b in bodies.items() for n, p in POSES.items()}
    with EngineProcess() as engine:
        frames = capture_shot(engine, shot, motions, bodies, {c: place_sites(b) for c, b in bodies.items()})
    sheet = Image.new("RGB", (2 * 640 * SCALE, 480 * SCALE + 70), (255, 255, 255))
    for k, frame in enumerate(frames):
        sheet.paste(panel(frame), (k * 640 * SCALE, 0))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(32)
    for k, (key, text) in enumerate(TEXT.items()):
        x = 60 + k * 600
        dot(draw, x / SCALE, (480 * SCALE + 35) / SCALE, "visible" if key == "visible" else f"{key}:", 12)
        draw.text((x + 30, 480 * SCALE + 14), text, fill=(40, 40, 40), font=font)
    small = sheet.resize((1300, round(1300 * sheet.height / sheet.width)), Image.Resampling.LANCZOS)
    small.save(Path(sys.argv[1]), optimize=True)


if __name__ == "__main__":
    main()
