"""Pictures that show at a glance what a dataset holds: a contact sheet, and one image enlarged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from synthgen.core.errors import InputError
from synthgen.core.files.whole import write_whole
from synthgen.dataset import table
from synthgen.dataset.layout import committed, parquet_path, read_plan
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.pictures import encode_image, read_image
from synthgen.dataset.report.legend import FAINT, HEADER_WIDTH, INK, PAPER, draw_header, draw_panel, short_name
from synthgen.dataset.report.overlay import draw_labels, draw_outline, font, overlay
from synthgen.dataset.report.rings import draw_rings


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
    draw_header(sheet, title, gap)
    path = out / "preview.png"
    write_whole(path, encode_image(_array(sheet), "png", 0))
    return path


def preview_image(out: Path, image_id: int, width: int = 1280) -> Path:
    """Draws ``preview/000000000012.png``: one image enlarged, with numbers, vertebra names, rings of 1σ.

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
        draw_rings(drawn, record, person, scale)
    draw_labels(drawn, people, scale)
    for person in people:
        _badge(drawn, person, scale)
    panel = draw_panel(record, drawn.height)
    page = Image.new("RGB", (drawn.width + panel.width, max(drawn.height, panel.height)), PAPER)
    page.paste(drawn, (0, 0))
    page.paste(panel, (drawn.width, 0))
    path = out / "preview" / f"{image_id:012d}.png"
    write_whole(path, encode_image(_array(page), "png", 0))
    return path


def find_image(out: Path, image_id: int) -> dict[str, Any]:
    """The record of one image, with its people.

    Raises:
        InputError: there is no such image, or it is not rendered yet.
    """
    plan = read_plan(out)
    total = plan["shots"] * plan["cameras"]
    if not 0 <= image_id < total:
        raise InputError(
            "there is no such image",
            where=str(out),
            expected=f"0 … {total - 1}",
            got=str(image_id),
            remedy="take the id that stands below a picture of the contact sheet",
        )
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
    clips = ", ".join(dict.fromkeys(short_name(p["person"]["clip"]) for p in record["people"]))
    ImageDraw.Draw(tile).text((2, picture.height + 3), f"{record['id']}  {clips}", fill=FAINT, font=font(14))
    return tile


def _badge(picture: Image.Image, person: dict[str, Any], scale: float) -> None:
    """The person's number, as in the panel and in the mask file, above the box."""
    x, y, width, _ = (v * scale for v in person["bbox"])
    at, draw = (x + width / 2, y - 16), ImageDraw.Draw(picture)
    if y < 32:  # the head leaves the image: stand beside it
        at = (min(x + width + 16, picture.width - 16), y + 16)
    draw.ellipse([at[0] - 12, at[1] - 12, at[0] + 12, at[1] + 12], fill=INK, outline=PAPER, width=2)
    draw.text(at, str(person["person"]["number"]), fill=PAPER, font=font(16), anchor="mm")


def _array(picture: Image.Image) -> Any:
    import numpy as np

    return np.asarray(picture)
