"""Shots become durable one by one, shards become real at once.

A finished shot is *staged*: its files and records are written under an attempt name inside ``.partial/``, fsynced,
and renamed to the shot's own name there; the first one wins. When all shots of a shard are staged the shard is
*committed*: every file gets its final name by a hard link, the Parquet file is written, and the manifest is
created, exactly once, as the commit point. Whatever dies in between, nothing half-written carries a final name,
no staged shot is rendered again, and no byte depends on worker, time or attempt.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthgen.capture.frame import Frame
from synthgen.dataset import table
from synthgen.dataset.durable import create_once, link_over, replace_file, sha256, sync_folder, write_synced
from synthgen.dataset.layout import manifest_path, parquet_path, partial_folder, read_json
from synthgen.dataset.pictures import encode_depth, encode_image, encode_mask
from synthgen.dataset.records import frame_records
from synthgen.world.shot import Shot

MANIFEST_VERSION = 2
"""2: the records of ``table.RECORDS_VERSION`` 2."""

_RECORD = "record.json"

TRYING = "trying-"
"""Begins the names of files in ``.partial/`` that count tries at a shot; no run inherits them."""


@dataclass(frozen=True)
class OutputFormat:
    """How pictures are written.

    Attributes:
        image: ``png`` (lossless) or ``jpg``.
        quality: JPEG quality, 1…100; unused for PNG.
        depth: also write depth, 16-bit PNG in millimetres.
    """

    image: str = "png"
    quality: int = 95
    depth: bool = False

    def __post_init__(self) -> None:
        if self.image not in ("png", "jpg") or not 1 <= self.quality <= 100:
            raise ValueError(f"images are png or jpg with quality 1…100, got {self.image!r} and {self.quality}")


def staged_folder(out: Path, shard: int, shot: int) -> Path:
    """Where a finished shot waits for its shard."""
    return partial_folder(out, shard) / f"shot-{shot:06d}"


def is_staged(out: Path, shard: int, shot: int) -> bool:
    """Whether a shot is done but not yet committed."""
    return staged_folder(out, shard, shot).is_dir()


def stage_shot(
    out: Path, shard: int, shot: Shot, frames: Sequence[Frame], output: OutputFormat = OutputFormat()
) -> int:
    """Writes the files and records of one shot; the first attempt to finish wins.

    Returns:
        Bytes written.
    """
    target = staged_folder(out, shard, shot.id)
    target.parent.mkdir(parents=True, exist_ok=True)
    attempt = Path(tempfile.mkdtemp(prefix="attempt-", dir=target.parent))
    try:
        images: list[dict[str, Any]] = []
        files: list[dict[str, Any]] = []
        for frame in sorted(frames, key=lambda f: f.camera_index):
            image, people = frame_records(frame, shot, shard, output.image, output.depth)
            images.append({**image, "people": people})
            for name, data in _files(frame, image, output).items():
                local = name.replace("/", "_")
                write_synced(attempt / local, data)
                files.append({"path": name, "local": local, "bytes": len(data), "sha256": sha256(data)})
        record = json.dumps({"images": images, "files": files}, allow_nan=False).encode()
        write_synced(attempt / _RECORD, record)
        sync_folder(attempt)
        try:
            attempt.rename(target)
        except OSError:
            if not target.is_dir():
                raise
        sync_folder(target.parent)
        return sum(int(f["bytes"]) for f in files) + len(record)
    finally:
        if attempt.is_dir():
            shutil.rmtree(attempt, ignore_errors=True)


def commit_shard(out: Path, shard: int, shots: Sequence[int]) -> bool:
    """Makes a shard real from its staged shots, in order. True when this call created the manifest."""
    if manifest_path(out, shard).exists():
        _clear(out, shard)
        return False
    images: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for shot in shots:
        folder = staged_folder(out, shard, shot)
        record = read_json(folder / _RECORD, "staged shot")
        images += record["images"]
        for file in record["files"]:
            link_over(folder / file.pop("local"), out / file["path"])
            files.append(file)
    data = table.encode(images)
    parquet = parquet_path(out, shard)
    replace_file(parquet, data)
    files.append({"path": parquet.relative_to(out).as_posix(), "bytes": len(data), "sha256": sha256(data)})
    for folder in sorted({(out / f["path"]).parent for f in files}):
        sync_folder(folder)
    manifest = {
        "version": MANIFEST_VERSION,
        "shard": shard,
        "shots": list(shots),
        "images": len(images),
        "people": sum(len(i["people"]) for i in images),
        "annotations": sum(p["area"] > 0 for i in images for p in i["people"]),
        "files": sorted(files, key=lambda f: f["path"]),
    }
    text = json.dumps(manifest, indent=1) + "\n"
    created = create_once(manifest_path(out, shard), text.encode())
    _clear(out, shard)
    return created


def discard_attempts(out: Path) -> None:
    """Removes what attempts left that were killed. Only for the run that holds the folder's lock."""
    partial = out / ".partial"
    for folder in partial.glob("*/attempt-*"):
        shutil.rmtree(folder, ignore_errors=True)
    for file in partial.glob(f"*/{TRYING}*"):
        file.unlink(missing_ok=True)
    for name in ("", "shards", "failed", "annotations", "images", "masks", "depth"):
        folder = out / name
        for file in (*folder.glob(".*.attempt-*"), *folder.glob("*/.*.attempt-*")):
            file.unlink(missing_ok=True)
    for folder in partial.glob("*"):
        if folder.name.isdecimal() and manifest_path(out, int(folder.name)).exists():
            shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        partial.rmdir()


def _clear(out: Path, shard: int) -> None:
    shutil.rmtree(partial_folder(out, shard), ignore_errors=True)
    with contextlib.suppress(OSError):  # others are still in it
        partial_folder(out, shard).parent.rmdir()


def _files(frame: Frame, image: dict[str, Any], output: OutputFormat) -> dict[str, bytes]:
    files = {
        image["file_name"]: encode_image(frame.image, output.image, output.quality),
        image["mask_file_name"]: encode_mask(frame),
    }
    if output.depth:
        files[image["depth_file_name"]] = encode_depth(frame.depth)
    return files


def free_bytes(out: Path) -> int:
    """Bytes that can still be written below ``out`` (or its nearest existing parent)."""
    folder = out
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
