"""COCO files of any known format, made up so that every number in them is told from every other."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from synthgen.dataset.merging.keypoint_map import KeypointMap, shipped_maps


def write_coco(folder: Path, form: str, *, images: int = 3, people: int = 2, named: bool = True) -> Path:
    """``folder/FORM.json`` and its pictures: flags go round; coordinates count up, each is there once."""
    used = shipped_maps()[form]
    folder.mkdir(parents=True, exist_ok=True)
    numbers = count(1)
    records = [{"id": 10 * i, "file_name": f"{form}_{i}.jpg", "width": 640, "height": 480} for i in range(images)]
    for record in records:
        (folder / str(record["file_name"])).write_bytes(b"a picture of " + str(record["id"]).encode())
    made = [person(used, numbers, 100 + n, 10 * (n % images)) for n in range(people * images)]
    names = list(used.fields["keypoints"]) if named else []
    data = {
        "info": {"description": form},
        "licenses": [{"id": 7, "name": f"licence of {form}", "url": "there"}],
        "categories": [{"id": 5, "name": "person", "keypoints": names, "skeleton": []}],
        "images": [r | {"license": 7} for r in records],
        "annotations": made,
    }
    path = folder / f"{form}.json"
    path.write_text(json.dumps(data))
    return path


def person(used: KeypointMap, numbers: Any, number: int, image: int) -> dict[str, Any]:
    """An annotation with every point of its format."""
    out: dict[str, Any] = {"id": number, "image_id": image, "category_id": 5, "bbox": [1, 2, 3, 4], "area": 9.5}
    flags = sorted(used.flags)
    for field in used.fields:
        values: list[float] = []
        for i in range(used.count(field)):
            flag = flags[(i + number) % len(flags)]
            nobody = used.flags[flag] == "unlabelled"
            values += [0, 0, flag] if nobody else [next(numbers) + 0.25, next(numbers) + 0.5, flag]
        out[field] = values
        if field in used.valid:
            out[used.valid[field]] = True
    return out


def read(path: Path) -> dict[str, Any]:
    """A JSON file."""
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def change(path: Path, **members: Any) -> Path:
    """Exchanges members of a file."""
    path.write_text(json.dumps(read(path) | members))
    return path
