"""What writing, checking and reading labels costs at scale, on a large dataset made of a small one.

    python scripts/bench_dataset.py out/gym [--people 100000] [--keep FOLDER] [--json]

The records of the small dataset are written again and again under new ids, its pictures are linked, so that the large
one is a sound dataset of as many shards as it takes. Then, each in a process of its own: the COCO file is exported from
the shards' text, all promises are checked with pictures unread, the COCO file is loaded with pycocotools, and the
keypoints are read from the Parquet files. Processor seconds hold all processes of a step; numbers are per 100,000
people. The last line of the output is one JSON object; the exit code is 1 when the dataset breaks a promise.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.benchmarks.copies import copy_many  # noqa: E402
from scripts.benchmarks.label_steps import STEPS, measured  # noqa: E402

PER = 100_000
"""People that the numbers are for."""


def run_step(step: str, out: Path) -> dict[str, float]:
    """Runs one step in a process of its own; what it measured."""
    command = [sys.executable, str(Path(__file__)), str(out), "--step", step]
    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def summary(name: str, row: dict[str, float], people: int) -> dict[str, float]:
    """A step's numbers for :data:`PER` people; memory as it was."""
    share = PER / people
    times = {key: round(row[key] * share, 2) for key in ("cpu_s", "wall_s")}
    rest = {key: value for key, value in row.items() if key not in times}
    return {f"{name}_{key}": value for key, value in {**times, **rest}.items()}


def main() -> int:
    """Makes the large dataset and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="a small rendered dataset")
    parser.add_argument("--people", type=int, default=PER, help="people of the large one, at least")
    parser.add_argument("--keep", type=Path, help="make the large one here, and leave it")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS), help="these steps")
    parser.add_argument("--json", action="store_true", help="nothing but the last line")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(measured(options.step, options.base)))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=options.base.resolve().parent))
    out = options.keep or folder / "out"
    try:
        size = copy_many(options.base, out, options.people)
        numbers: dict[str, float] = {"cores": len(os.sched_getaffinity(0)), **size}
        for step in options.steps:
            numbers |= summary(step, run_step(step, out), int(size["people"]))
            if not options.json:
                print({k: v for k, v in numbers.items() if k.startswith(step)}, flush=True)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(numbers))
    return int(numbers.get("validate_findings", 0) > 0)


if __name__ == "__main__":
    raise SystemExit(main())
