"""Draws labels over pictures: limbs by side, the spine as a chain of 24 vertebrae with their spinous tips.

A point that is seen is filled, a hidden one hollow; links that touch a hidden point are thin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from synthgen.core.skeleton import KEYPOINTS, LINKS, SPINE_LEVELS, VERTEBRAE
from synthgen.core.vectors import unit

Rgb = tuple[int, int, int]

COLOURS: dict[str, Rgb] = {
    "left": (45, 160, 255),
    "right": (255, 120, 30),
    "middle": (245, 245, 245),
    "cervical": (255, 90, 215),
    "thoracic": (255, 225, 50),
    "lumbar": (80, 240, 120),
}
"""What is drawn in which colour; the legend says the same."""

DARK: Rgb = (18, 20, 26)
_SPINE_KEYPOINTS = frozenset(SPINE_LEVELS)
_REGION_OF = {"L": "lumbar", "T": "thoracic", "C": "cervical"}
_SHOWN_LEVELS = ("L5", "L3", "L1", "T12", "T9", "T6", "T3", "T1", "C7", "C4", "C1")


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The face that Pillow brings along."""
    return ImageFont.load_default(size)


def side_of(name: str) -> str:
    """``left``, ``right`` or ``middle``: which colour a keypoint has."""
    side = name.split("_")[0]
    return side if side in ("left", "right") else "middle"


def colour_of(vertebra: str) -> Rgb:
    """A vertebra's colour, by its region."""
    return COLOURS[_REGION_OF[vertebra[0]]]


@dataclass
class Pen:
    """Draws in a picture's own pixels onto an enlarged canvas.

    Attributes:
        draw: the canvas.
        scale: canvas pixels per image pixel.
        width: line width in canvas pixels.
    """

    draw: ImageDraw.ImageDraw
    scale: float
    width: float

    def line(self, a: np.ndarray, b: np.ndarray, colour: Rgb, weight: float = 1.0) -> None:
        """A line with a dark rim between two (x, y) in image pixels."""
        ends = [*(np.asarray(a[:2]) * self.scale), *(np.asarray(b[:2]) * self.scale)]
        self.draw.line(ends, fill=DARK, width=max(1, round(self.width * (weight + 0.9))))
        self.draw.line(ends, fill=colour, width=max(1, round(self.width * weight)))

    def dot(self, at: np.ndarray, colour: Rgb, radius: float, hollow: bool) -> None:
        """A dot at (x, y); hollow for a hidden point. ``radius`` counts line widths."""
        x, y = np.asarray(at[:2]) * self.scale
        r = self.width * radius
        rim, core = self.width * 0.45, r - self.width * 0.6
        self.draw.ellipse([x - r - rim, y - r - rim, x + r + rim, y + r + rim], fill=DARK)
        self.draw.ellipse([x - r, y - r, x + r, y + r], fill=colour)
        if hollow:
            self.draw.ellipse([x - core, y - core, x + core, y + core], fill=DARK)


def draw_person(pen: Pen, person: dict[str, Any]) -> None:
    """Skeleton and spine of one annotation."""
    points = np.array(person["keypoints"], float).reshape(-1, 3)
    for a, b in LINKS:
        if KEYPOINTS[a] in _SPINE_KEYPOINTS and KEYPOINTS[b] in _SPINE_KEYPOINTS:
            continue  # the vertebrae are drawn there
        if points[a, 2] and points[b, 2]:
            sides = {side_of(KEYPOINTS[a]), side_of(KEYPOINTS[b])} - {"middle"}
            colour = COLOURS[sides.pop() if len(sides) == 1 else "middle"]
            pen.line(points[a], points[b], colour, 1.0 if min(points[a, 2], points[b, 2]) == 2 else 0.45)
    for name, point in zip(KEYPOINTS, points, strict=True):
        if point[2] and name not in _SPINE_KEYPOINTS:
            pen.dot(point, COLOURS[side_of(name)], 1.5, hollow=point[2] < 2)
    draw_spine(pen, person)


def draw_spine(pen: Pen, person: dict[str, Any]) -> None:
    """24 body centres as a chain from the sacrum, and a spike from each to its spinous tip."""
    bodies = np.array(person["vertebrae"]["body"]["keypoints"], float)
    tips = np.array(person["vertebrae"]["spinous"]["keypoints"], float)
    hip = np.array(person["keypoints"], float).reshape(-1, 3)[KEYPOINTS.index("hip")]
    chain = np.concatenate([hip[None], bodies])
    for name, body, tip in zip(VERTEBRAE, bodies, tips, strict=True):
        if body[2] and tip[2]:
            pen.line(body, tip, colour_of(name), 0.5)
    for name, a, b in zip(VERTEBRAE, chain[:-1], chain[1:], strict=True):
        if a[2] and b[2]:
            pen.line(a, b, colour_of(name), 1.6)
    for name, tip in zip(VERTEBRAE, tips, strict=True):
        if tip[2]:
            pen.dot(tip, colour_of(name), 0.65, hollow=False)
    for name, body in zip(VERTEBRAE, bodies, strict=True):
        if body[2]:
            pen.dot(body, colour_of(name), 1.25, hollow=body[2] < 2)
    if hip[2]:
        pen.dot(hip, COLOURS["middle"], 1.6, hollow=hip[2] < 2)


def overlay(picture: Image.Image, people: list[dict[str, Any]], width: int, smooth: int = 2) -> Image.Image:
    """The picture at ``width`` pixels with all people drawn; ``smooth`` is the oversampling of lines."""
    scale = width / picture.width
    size = (width * smooth, round(picture.height * scale) * smooth)
    canvas = picture.convert("RGB").resize(size, Image.Resampling.BICUBIC)
    # Far people first, so that near ones are drawn over them.
    for person in sorted(people, key=lambda p: -np.mean([c[2] for c in p["keypoints_3d_camera"]])):
        # Lines grow with the person, so that a far one is not a blot of ink.
        tall = max(person["bbox"][2:]) * scale
        draw_person(Pen(ImageDraw.Draw(canvas), scale * smooth, smooth * float(np.clip(tall / 150, 0.8, 3.0))), person)
    return canvas.resize((width, size[1] // smooth), Image.Resampling.LANCZOS)


def draw_labels(picture: Image.Image, people: list[dict[str, Any]], scale: float, size: float = 13) -> None:
    """Writes keypoints' numbers and some vertebrae's names beside their points, where there is room for them."""
    draw, face = ImageDraw.Draw(picture), font(size)
    taken: list[tuple[float, float, float, float]] = []
    for person in people:
        points = np.array(person["keypoints"], float).reshape(-1, 3) * (scale, scale, 1)
        bodies = np.array(person["vertebrae"]["body"]["keypoints"], float) * (scale, scale, 1)
        for x, y, flag in (*points, *bodies):
            if flag:
                taken.append((x - 5, y - 5, x + 5, y + 5))
        for i, name in enumerate(KEYPOINTS):
            if points[i, 2] and name not in _SPINE_KEYPOINTS:
                _write(draw, face, str(i), points[i, :2], _AROUND, COLOURS[side_of(name)], taken)
        tips = np.array(person["vertebrae"]["spinous"]["keypoints"], float) * (scale, scale, 1)
        for name, away in zip(VERTEBRAE, _outwards(bodies, tips), strict=True):
            i = VERTEBRAE.index(name)
            if name in _SHOWN_LEVELS and tips[i, 2] and bodies[i, 2]:
                _write(draw, face, name, tips[i, :2], np.outer((22, 34, -22, -34, 48), away), colour_of(name), taken)


_AROUND = np.array([(12, -9), (-12, -9), (12, 9), (-12, 9), (0, -16), (0, 16), (22, 0), (-22, 0)], float)


def _outwards(bodies: np.ndarray, tips: np.ndarray) -> np.ndarray:
    """(24, 2) unit vectors across the spine in the image, to the side of the spinous tips where that can be seen."""
    labelled = bodies[:, 2] > 0
    if labelled.sum() < 2:
        return np.tile((1.0, 0.0), (len(bodies), 1))
    along = np.gradient(np.where(labelled[:, None], bodies[:, :2], bodies[labelled, :2].mean(0)), axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    across = unit(across, least=1e-6)
    side = np.sum(across * (tips[:, :2] - bodies[:, :2]), axis=1)[labelled].sum()
    return across * (1.0 if side >= 0 else -1.0)


def _write(
    draw: ImageDraw.ImageDraw,
    face: Any,
    text: str,
    at: np.ndarray,
    offsets: np.ndarray,
    colour: Rgb,
    taken: list[tuple[float, float, float, float]],
) -> None:
    """Writes at the first offset where nothing stands yet, with a hair line back to the point; else not at all."""
    width, height = draw.im.size
    for offset in offsets:
        x, y = at + offset
        box = draw.textbbox((x, y), text, font=face, anchor="mm")
        inside = min(box[:2]) >= 0 and box[2] <= width and box[3] <= height
        if inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            taken.append(box)
            if np.hypot(*offset) > 18:
                draw.line([*at, *(at + offset * (1 - 10 / np.hypot(*offset)))], fill=colour, width=1)
            draw.text((x, y), text, fill=colour, font=face, anchor="mm", stroke_width=2, stroke_fill=DARK)
            return


def draw_outline(picture: Image.Image, person: dict[str, Any], colour: Rgb) -> None:
    """The rim of a person's segmentation, drawn onto a picture of any size."""
    from pycocotools import mask as rle

    mask = Image.fromarray(rle.decode(person["segmentation"]) * 255).resize(picture.size, Image.Resampling.BILINEAR)
    inside = np.pad(np.asarray(mask) > 127, 1)
    core = inside[1:-1, 1:-1] & inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    rim = Image.fromarray((inside[1:-1, 1:-1] & ~core).astype(np.uint8) * 255)
    picture.paste(colour, mask=rim)
