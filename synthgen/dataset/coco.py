"""COCO keypoints, joined from the committed shards' COCO text (``coco_text.py``), in the order of shards.

What is beyond COCO stands in extra fields, which COCO tools ignore. People without a visible pixel have no
annotation (COCO's users take one as "there is something to find"); they stay in the Parquet files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from synthgen.core.files.whole import whole_file
from synthgen.core.skeleton import KEYPOINTS, LINKS, OKS_SIGMAS, VERTEBRAE
from synthgen.dataset import table
from synthgen.dataset.coco_text import split_text
from synthgen.dataset.layout import annotations_path, committed, read_plan
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.records import VERTEBRA_POINTS
from synthgen.dataset.texts import sound_coco_text
from synthgen.dataset.versions import records_version

LICENCES = [{"id": 1, "name": "synthetic: no person or place in it is real", "url": ""}]


def category() -> dict[str, Any]:
    """The one category; ``skeleton`` is 1-based, as COCO has it."""
    return {
        "id": 1,
        "name": "person",
        "supercategory": "person",
        "keypoints": list(KEYPOINTS),
        "skeleton": [[a + 1, b + 1] for a, b in LINKS],
        "sigmas": list(OKS_SIGMAS),
        "vertebrae": list(VERTEBRAE),
        "vertebra_points": list(VERTEBRA_POINTS),
    }


def info(out: Path) -> dict[str, Any]:
    """What the set was made from; no clock enters it."""
    plan = read_plan(out)
    return {
        "description": "synthgen: rendered people with model-derived spine labels",
        "version": plan.get("versions", {}).get("synthgen", ""),
        "contributor": "synthgen",
        "records": records_version(out, table.RECORDS_VERSION),
        "seed": plan.get("seed"),
        "scene": plan.get("scene"),
    }


def export_coco(out: Path) -> Path:
    """Writes ``annotations/person_keypoints.json``, whole or not at all: one line per image and per annotation.

    The same shards give the same bytes. No more than one shard is in memory at a time. A shard's COCO text that is
    missing or damaged is made again from its Parquet file.

    Raises:
        InputError: the folder holds no plan, or a shard cannot be read.
    """
    out = Path(out)
    pieces = coco_pieces(out, mend=True)
    first = next(pieces)  # a folder without a plan fails here, before anything is written
    target = annotations_path(out)
    with whole_file(target) as file:
        file.write(first)
        for piece in pieces:
            file.write(piece)
    return target


def coco_pieces(out: Path, *, mend: bool = False) -> Iterator[bytes]:
    """The COCO file in pieces that follow each other; ``mend`` writes COCO text that is missing or damaged."""
    yield orjson.dumps({"info": info(out), "licenses": LICENCES, "categories": [category()]})[:-1] + b",\n"
    yield b'"images":[\n'
    yield from _separated(images for images, _ in _texts(out, mend))
    yield b'],\n"annotations":[\n'
    yield from _separated(annotations for _, annotations in _texts(out, False))
    yield b"]}\n"


def _texts(out: Path, mend: bool) -> Iterator[tuple[bytes, bytes]]:
    """Lines of every shard's images, and of its annotations."""
    for shard in committed(out):
        manifest = Manifest.load(out, shard)
        yield split_text(sound_coco_text(out, manifest, mend=mend), manifest.images)


def _separated(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of all parts with commas between them: after each but the last."""
    begun = False
    for part in parts:
        if part:
            yield b",\n" * begun + part[:-1].replace(b"\n", b",\n")
            begun = True
    yield b"\n" * begun
