"""Ways to plant a fault into a dataset: what a faulty program would have written, hashes and all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from synthgen.core.digests import sha256
from synthgen.dataset import table
from synthgen.dataset.checks.issues import broken
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.coco import export_coco
from synthgen.dataset.coco_text import coco_text
from synthgen.dataset.layout import coco_text_path, manifest_path, parquet_path


def codes(out: Path) -> set[str]:
    issues = validate(out)
    assert broken(issues) == bool(issues)
    return {issue.code for issue in issues}


def rewrite(out: Path, change: Callable[[list[dict[str, Any]]], None], shard: int = 0) -> None:
    """Changes a shard's records as a faulty program would have written them: hashes and COCO file fit."""
    images = list(table.read(parquet_path(out, shard)))
    change(images)
    put(out, parquet_path(out, shard), table.encode(images), shard)
    put(out, coco_text_path(out, shard), coco_text(parquet_path(out, shard)), shard)
    export_coco(out)


def put(out: Path, path: Path, data: bytes, shard: int) -> None:
    """Writes a file of a shard, and what it adds up to into the manifest."""
    path.write_bytes(data)
    manifest = json.loads(manifest_path(out, shard).read_text())
    for file in manifest["files"]:
        if file["path"] == path.relative_to(out).as_posix():
            file |= {"bytes": len(data), "sha256": sha256(data)}
    manifest_path(out, shard).write_text(json.dumps(manifest))
