"""Pictures that show at a glance what a dataset holds: a contact sheet, and one image enlarged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from synthgen.core.durable import replace_file
from synthgen.core.errors import InputError
from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS
from synthgen.dataset import table
from synthgen.dataset.layout import committed, parquet_path, read_plan
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.pictures import encode_image, read_image
from synthgen.dataset.report.overlay import COLOURS, Pen, Rgb, draw_labels, draw_outline, font, overlay, side_of

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


def contact_sheet(out: Path, images: int = 24, columns: int = 4, tile: int = 440) -> Path:
    """Draws ``preview.png``: images spread evenly over the dataset, with skeletons and spines.

    Args:
        out: the dataset.
        images: at most so many images.
        columns: images per row.
        tile: width of an image in pixels.

    Raises:
        InputError: no image is committed yet.
    """
    out = Path(out)
    total = sum(Manifest.load(out, shard).images for shard in committed(out))
    if total == 0:
        raise InputError("there is no finished image to draw", where=str(out), remedy="render first")
    count = min(images, total)
    wanted = {i * total // count for i in range(count)}
    tiles = [_tile(out, record, tile) for record in _records_at(out, wanted)]
    columns = min(columns, len(tiles))
    height, gap, head = max(t.height for t in tiles), 8, 54
    rows = -(-len(tiles) // columns)
    size = (max(columns * (tile + gap) + gap, HEADER_WIDTH), head + rows * (height + gap))
    sheet = Image.new("RGB", size, PAPER)
    for i, picture in enumerate(tiles):
        sheet.paste(picture, (gap + i % columns * (tile + gap), head + i // columns * (height + gap)))
    title = (
        f"{out.resolve().name}: {count} of {total} images" if count < total else f"{out.resolve().name}: {total} images"
    )
    _header(sheet, title, gap)
    path = out / "preview.png"
    replace_file(path, encode_image(_array(sheet), "png", 0))
    return path


def preview_image(out: Path, image_id: int, width: int = 1280) -> Path:
    """Draws ``preview/000000000012.png``: one image enlarged, with numbers, vertebra names and a legend.

    Raises:
        InputError: there is no such image.
    """
    out = Path(out)
    record = find_image(out, image_id)
    people = [p for p in record["people"] if p["area"] > 0]
    picture = read_image(out / record["file_name"])
    scale = width / picture.width
    drawn = overlay(picture, people, width)
    for person in people:
        draw_outline(drawn, person, INK)
    draw_labels(drawn, people, scale)
    for person in people:
        _badge(drawn, person, scale)
    panel = _panel(record, drawn.height)
    page = Image.new("RGB", (drawn.width + panel.width, max(drawn.height, panel.height)), PAPER)
    page.paste(drawn, (0, 0))
    page.paste(panel, (drawn.width, 0))
    path = out / "preview" / f"{image_id:012d}.png"
    replace_file(path, encode_image(_array(page), "png", 0))
    return path


def find_image(out: Path, image_id: int) -> dict[str, Any]:
    """The record of one image, with its people.

    Raises:
        InputError: there is no such image, or it is not rendered yet.
    """
    plan = read_plan(out)
    total = plan["shots"] * plan["cameras"]
    if not 0 <= image_id < total:
        raise InputError("there is no such image", where=str(out), expected=f"0 … {total - 1}", got=str(image_id))
    shard = image_id // plan["cameras"] // plan["shard_size"]
    if shard in committed(out):
        for record in table.read(parquet_path(out, shard)):
            if record["id"] == image_id:
                return record
    raise InputError(
        "this image is not rendered yet", where=str(out), got=f"image {image_id}", remedy="finish the run first"
    )


def _records_at(out: Path, wanted: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Records at positions of the whole dataset, opening only the shards that hold them."""
    left, begin = set(wanted), 0
    for shard in committed(out):
        count = Manifest.load(out, shard).images
        if any(begin <= i < begin + count for i in left):
            for i, record in enumerate(table.read(parquet_path(out, shard)), start=begin):
                if i in left:
                    yield record
        begin += count


def _tile(out: Path, record: dict[str, Any], width: int) -> Image.Image:
    """One image of the sheet with its caption."""
    picture = overlay(read_image(out / record["file_name"]), [p for p in record["people"] if p["area"] > 0], width)
    tile = Image.new("RGB", (width, picture.height + 24), PAPER)
    tile.paste(picture, (0, 0))
    clips = ", ".join(dict.fromkeys(_short(p["person"]["clip"]) for p in record["people"]))
    ImageDraw.Draw(tile).text((2, picture.height + 3), f"{record['id']}  {clips}", fill=FAINT, font=font(14))
    return tile


def _short(clip: str) -> str:
    return clip.rsplit("/", 1)[-1].removeprefix("builtin:")


def _header(sheet: Image.Image, title: str, gap: int) -> None:
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
    Pen(draw, 1.0, 3.0).dot((x + 6, y), INK, 1.6, hollow)  # type: ignore[arg-type]
    draw.text((x + 18, y), text, fill=INK, font=font(14), anchor="lm")
    return x + 18 + draw.textlength(text, font=font(14)) + 18


def _badge(picture: Image.Image, person: dict[str, Any], scale: float) -> None:
    """The person's number, as in the panel and in the mask file, above the box."""
    x, y, width, _ = (v * scale for v in person["bbox"])
    at, draw = (x + width / 2, y - 16), ImageDraw.Draw(picture)
    if y < 32:  # the head leaves the image: stand beside it
        at = (min(x + width + 16, picture.width - 16), y + 16)
    draw.ellipse([at[0] - 12, at[1] - 12, at[0] + 12, at[1] + 12], fill=INK, outline=PAPER, width=2)
    draw.text(at, str(person["person"]["number"]), fill=PAPER, font=font(16), anchor="mm")


def _panel(record: dict[str, Any], height: int) -> Image.Image:
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
    draw.text((16, y + 18), "spikes end at the spinous processes", fill=FAINT, font=font(13))
    y += 46
    for person in record["people"]:
        who = person["person"]
        draw.text((16, y), f"{who['number']}  {who['character']}", fill=INK, font=font(15))
        seen = sum(v == 2 for v in person["keypoints"][2::3])
        lines = [
            f"{_short(who['clip'])}, frame {who['frame']}",
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


def _array(picture: Image.Image) -> Any:
    import numpy as np

    return np.asarray(picture)
