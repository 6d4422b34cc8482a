"""What is done with a large dataset, step by step, each measured in a process of its own."""

from __future__ import annotations

import contextlib
import io
import resource
import time
from collections.abc import Callable
from pathlib import Path

from synthgen.dataset.layout import annotations_path

Found = dict[str, float]


def _export(out: Path) -> Found:
    from synthgen.dataset.coco import export_coco

    size = export_coco(out).stat().st_size
    return {"file_mb": round(size / 1e6, 1)}


def _validate(out: Path) -> Found:
    from synthgen.dataset.checks.validate import validate

    return {"findings": len(validate(out, pictures=False))}


def _coco(out: Path) -> Found:
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        return {"annotations": len(COCO(str(annotations_path(out))).anns)}


def _parquet(out: Path) -> Found:
    import pyarrow.dataset as ds

    files = sorted(map(str, (out / "shards").glob("*.parquet")))
    people = 0
    for batch in ds.dataset(files, format="parquet").to_batches(columns=["people"], use_threads=False):
        column = batch.column("people").flatten()
        people += len(column.field("keypoints").flatten().to_numpy().reshape(-1, 37, 3))
    return {"people": people}


STEPS: dict[str, Callable[[Path], Found]] = {
    "export": _export,
    "validate": _validate,
    "coco": _coco,
    "parquet": _parquet,
}
"""Name → what is done: export of the COCO file, validation with pictures unread, loading COCO, reading Parquet."""


def measured(step: str, out: Path) -> Found:
    """Does one step in this process; its numbers, with processor and wall seconds and the largest process in MB."""
    began = time.perf_counter()
    found = STEPS[step](out)
    wall = time.perf_counter() - began
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(u.ru_utime + u.ru_stime for u in usage)
    peak = max(u.ru_maxrss for u in usage) / 1024
    return {"cpu_s": round(cpu, 2), "wall_s": round(wall, 2), "peak_mb": round(peak), **found}
