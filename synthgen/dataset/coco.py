"""COCO keypoints, exported from committed shards by streaming: concatenation in the order of shards.

What is beyond COCO stands in extra fields, which COCO tools ignore. People without a visible pixel have no
annotation (COCO's users take one as "there is something to find"); they stay in the Parquet files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synthgen.core.files.whole import whole_file
from synthgen.core.skeleton import KEYPOINTS, LINKS, OKS_SIGMAS, VERTEBRAE
from synthgen.dataset import table
from synthgen.dataset.layout import annotations_path, read_plan
from synthgen.dataset.records import VERTEBRA_POINTS

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
        "records": table.RECORDS_VERSION,
        "seed": plan.get("seed"),
        "scene": plan.get("scene"),
    }


def coco_lines(out: Path) -> Iterator[str]:
    """The COCO file line by line: one line per image and per annotation, so that files can be compared by line."""
    head = {"info": info(out), "licenses": LICENCES, "categories": [category()]}
    yield f"{_text(head)[:-1]},\n"
    yield '"images":[\n'
    yield from _separated(_image(image) for image in table.read_all(out))
    yield "],\n"
    yield '"annotations":[\n'
    yield from _separated(p for image in table.read_all(out) for p in image["people"] if p["area"] > 0)
    yield "]}\n"


def export_coco(out: Path) -> Path:
    """Writes ``annotations/person_keypoints.json``, whole or not at all. The same shards give the same bytes.

    Raises:
        InputError: the folder holds no plan.
    """
    out = Path(out)
    lines = coco_lines(out)
    first = next(lines)  # a folder without a plan fails here, before anything is written
    target = annotations_path(out)
    with whole_file(target) as file:
        file.write(first.encode())
        for line in lines:
            file.write(line.encode())
    return target


def _image(image: dict[str, Any]) -> dict[str, Any]:
    return {"license": 1, **{key: value for key, value in image.items() if key != "people"}}


def _separated(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """One line per row, with a comma after each but the last."""
    last = next(rows, None)
    if last is None:
        return
    for row in rows:
        yield _text(last) + ",\n"
        last = row
    yield _text(last) + "\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
