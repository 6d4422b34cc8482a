"""What stands beside pictures with labels: the legend, and the panel of one enlarged image."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS
from synthgen.dataset.report.overlay import COLOURS, Pen, Rgb, font, side_of

PAPER: Rgb = (28, 31, 38)
INK: Rgb = (232, 234, 238)
FAINT: Rgb = (150, 156, 168)

HEADER_WIDTH = 940
"""Pixels that the legend of a contact sheet needs."""

LEGEND: tuple[tuple[str, str], ...] = (
    ("left", "left limbs"),
    ("right", "right limbs"),
    ("middle", "head, trunk"),
    ("cervical", "cervical, C1 to C7"),
    ("thoracic", "thoracic, T1 to T12"),
    ("lumbar", "lumbar, L1 to L5"),
)


def short_name(clip: str) -> str:
    """A clip's name without folders and scheme."""
    return clip.rsplit("/", 1)[-1].removeprefix("builtin:")


def draw_header(sheet: Image.Image, title: str, gap: int) -> None:
    """Title and legend at the top of a contact sheet."""
    draw, x = ImageDraw.Draw(sheet), float(gap)
    draw.text((x, 8), title, fill=INK, font=font(20))
    x = gap
    for key, text in LEGEND:
        x = _swatch(draw, x, 40, COLOURS[key], text)
    for hollow, text in ((False, "seen"), (True, "hidden")):
        x = _mark(draw, x, 40, hollow, text)


def _swatch(draw: ImageDraw.ImageDraw, x: float, y: float, colour: Rgb, text: str) -> float:
    draw.line([x, y, x + 18, y], fill=colour, width=5)
    draw.text((x + 24, y), text, fill=INK, font=font(14), anchor="lm")
    return x + 24 + draw.textlength(text, font=font(14)) + 18


def _mark(draw: ImageDraw.ImageDraw, x: float, y: float, hollow: bool, text: str) -> float:
    Pen(draw, 1.0, 3.0).dot(np.array((x + 6, y)), INK, 1.6, hollow)
    draw.text((x + 18, y), text, fill=INK, font=font(14), anchor="lm")
    return x + 18 + draw.textlength(text, font=font(14)) + 18


def draw_panel(record: dict[str, Any], height: int) -> Image.Image:
    """What the enlarged image shows, who is in it, and what the numbers mean."""
    panel = Image.new("RGB", (380, max(height, 940)), PAPER)
    draw, y = ImageDraw.Draw(panel), 14.0
    draw.text((16, y), f"image {record['id']}", fill=INK, font=font(22))
    draw.text((16, y + 30), f"shot {record['shot']}, camera {record['camera']}", fill=FAINT, font=font(14))
    y += 62
    for key, text in LEGEND:
        _swatch(draw, 16, y, COLOURS[key], text)
        y += 20
    _mark(draw, _mark(draw, 16, y + 4, False, "seen"), y + 4, True, "hidden")
    draw.text((16, y + 18), "spikes end at the spinous processes; rings: one sigma", fill=FAINT, font=font(13))
    y += 46
    for person in record["people"]:
        who = person["person"]
        draw.text((16, y), f"{who['number']}  {who['character']}", fill=INK, font=font(15))
        seen = sum(v == 2 for v in person["keypoints"][2::3])
        lines = [
            f"{short_name(who['clip'])}, frame {who['frame']}",
            f"{seen} seen, {person['num_keypoints'] - seen} hidden, {37 - person['num_keypoints']} off the image",
        ]
        for text in lines if person["area"] else [lines[0], "no visible pixel: no annotation"]:
            y += 19
            draw.text((32, y), text, fill=FAINT, font=font(13))
        y += 26
    y += 8
    names = [(i, n) for i, n in enumerate(KEYPOINTS) if n not in SPINE_LEVELS]
    half = -(-len(names) // 2)
    for i, (number, name) in enumerate(names):
        x, line = 16.0 + 180 * (i // half), y + 19 * (i % half)
        draw.text((x + 22, line), str(number), fill=COLOURS[side_of(name)], font=font(13), anchor="ra")
        draw.text((x + 30, line), name, fill=INK, font=font(13))
    return panel
