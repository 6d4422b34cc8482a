#!/usr/bin/env python3
"""Times ``synthgen merge`` on made-up files; the last line is one JSON object.

    python scripts/bench_merge.py --annotations 1000000

Half of the people have COCO's 17 keypoints, a quarter COCO-WholeBody's, a quarter Halpe's 136; three stand in an image.
The command runs as users run it; its wall-clock and processor time and the most memory that it held are printed, beside
the time in which the same files are just parsed, whole, with orjson.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import orjson

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthgen.core.seeding import stream
from synthgen.dataset.coco import category
from synthgen.dataset.merging.keypoint_map import KeypointMap, shipped_maps

PEOPLE = 3
"""People in an image."""

SHARES = {"coco_17": 0.5, "coco_wholebody": 0.25, "halpe_136": 0.25}


def main() -> None:
    """Makes the files and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotations", type=int, default=1_000_000, help="of all files together")
    wanted = parser.parse_args().annotations
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [made_up(folder, shipped_maps()[k], int(wanted * share)) for k, share in SHARES.items()]
        command = [sys.executable, "-m", "synthgen", "merge", str(folder / "out"), *map(str, files)]
        started = time.perf_counter()
        subprocess.run([*command, "--images", "unchecked", "--json"], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        parsed = sum(parse_seconds(file) for file in files)  # last: a child's memory begins as its parent's
        measured = {
            "annotations": wanted,
            "megabytes": round(sum(f.stat().st_size for f in files) / 1e6),
            "seconds": round(seconds, 1),
            "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
            "memory_mb": round(used.ru_maxrss / 1024),
            "parse_seconds": round(parsed, 1),
        }
    print(json.dumps(measured))


def made_up(folder: Path, form: KeypointMap, people: int) -> Path:
    """A file of so many people in a format."""
    draw = stream(0, 0, form.name)
    samples = [_person(draw, form) for _ in range(200)]
    path = folder / f"{form.name}.json"
    images = [
        {"id": i, "file_name": f"{i:012d}.jpg", "width": 640, "height": 480, "license": 1}
        for i in range(-(-people // PEOPLE))
    ]
    names = [] if form.more else list(form.fields["keypoints"])
    person = {k: v for k, v in category().items() if k != "vertebrae"}
    head = {"images": images, "categories": [{**person, "keypoints": names}], "licenses": []}
    with path.open("wb") as file:
        file.write(orjson.dumps(head)[:-1] + b',"annotations":[')
        for i in range(people):
            person = samples[i % len(samples)] | {"id": i, "image_id": i // PEOPLE}
            file.write(b"," * (i > 0) + orjson.dumps(person))
        file.write(b"]}")
    return path


def _person(draw: np.random.Generator, form: KeypointMap) -> dict[str, object]:
    person: dict[str, object] = {"category_id": 1, "iscrowd": 0, "area": 5000.5, "bbox": [1.5, 2.5, 100.25, 200.125]}
    for field in form.fields:
        points = [
            (round(float(draw.uniform(0, 640)), 2), round(float(draw.uniform(0, 480)), 2), int(draw.integers(1, 3)))
        ]
        points *= form.count(field)
        person[field] = [v for point in points for v in point]
        if valid := form.valid.get(field):
            person[valid] = True
    return person


def parse_seconds(path: Path) -> float:
    """Seconds in which a file is parsed and dropped."""
    started = time.perf_counter()
    orjson.loads(path.read_bytes())
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
