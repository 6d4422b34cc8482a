"""Ways to plant a fault into a dataset: what a faulty program would have written, hashes and all."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from synthgen.core.digests import sha256
from synthgen.dataset import table
from synthgen.dataset.checks.issues import broken
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.coco import export_coco
from synthgen.dataset.layout import manifest_path, parquet_path


def codes(out: Path) -> set[str]:
    issues = validate(out)
    assert broken(issues) == bool(issues)
    return {issue.code for issue in issues}


def rewrite(out: Path, change: Callable[[list[dict[str, Any]]], None], shard: int = 0) -> None:
    """Changes a shard's records as a faulty program would have written them: hashes and COCO file fit."""
    images = list(table.read(parquet_path(out, shard)))
    change(images)
    data = table.encode(images)
    parquet_path(out, shard).write_bytes(data)
    manifest = json.loads(manifest_path(out, shard).read_text())
    for file in manifest["files"]:
        if file["path"].endswith(".parquet"):
            file |= {"bytes": len(data), "sha256": sha256(data)}
    manifest_path(out, shard).write_text(json.dumps(manifest))
    with suppress(ValueError):  # JSON has no NaN
        export_coco(out)
