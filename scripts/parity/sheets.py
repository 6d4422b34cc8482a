"""Side-by-side sheets: the same shot by both renderers, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from synthgen.capture.frame import Frame

WIDTH = 480
"""Pixels of a picture on a sheet."""

GAIN = 8
"""How much a difference of colour is enlarged."""


def write_sheet(pairs: Sequence[tuple[str, Frame, Frame]], path: Path) -> None:
    """Writes one row for each pair: the first picture, the second, and their difference eight times enlarged.

    Args:
        pairs: words above the row, and the two frames.
        path: a PNG file.
    """
    rows = []
    for words, a, b in pairs:
        apart = np.abs(a.image.astype(np.int16) - b.image)
        pictures = [a.image, b.image, np.minimum(GAIN * apart, 255).astype(np.uint8)]
        height = round(WIDTH * a.image.shape[0] / a.image.shape[1])
        row = Image.new("RGB", (3 * WIDTH, height + 16), "white")
        ImageDraw.Draw(row).text((4, 2), words, fill="black")
        for column, picture in enumerate(pictures):
            row.paste(Image.fromarray(picture).resize((WIDTH, height), Image.Resampling.LANCZOS), (column * WIDTH, 16))
        rows.append(row)
    sheet = Image.new("RGB", (3 * WIDTH, sum(r.height for r in rows)), "white")
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    sheet.save(path)
