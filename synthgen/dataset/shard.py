"""Shots become durable one by one, shards become real at once.

A finished shot is *staged*: its files and records are written under an attempt name inside ``.partial/``, fsynced,
and renamed to the shot's own name there; the first one wins. When all shots of a shard are staged the shard is
*committed*: every file gets its final name by a hard link, Parquet file and shots are written, the COCO text is made
from the Parquet file, and the manifest is created, exactly once, as the commit point. Whatever dies in between,
nothing half-written carries a final name, no staged shot is rendered again, and no byte depends on worker, time or
attempt.

What is committed is compared with what was staged, byte by byte: a file that was cut off or changed on the disk
meanwhile is never committed, its shot is rendered again. ``reopen_shard`` is the way back, for a shard whose files
were damaged later.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from synthgen.core.files.links import create_once, link_over
from synthgen.core.files.whole import ATTEMPT, remove, sync_folder
from synthgen.dataset import table
from synthgen.dataset.coco_text import coco_text
from synthgen.dataset.layout import TRYING, coco_text_path, manifest_path, parquet_path, partial_folder, shots_path
from synthgen.dataset.manifest import FileEntry, Manifest
from synthgen.dataset.staging import discard_staged, stage_again, staged_fault, staged_folder, staged_record
from synthgen.dataset.texts import shot_lines, shots_text, write_file


def commit_shard(out: Path, shard: int, shots: Sequence[int], plan: str = "") -> dict[int, str]:
    """Makes a shard real from its staged shots, in order.

    Args:
        out: the output folder.
        shard: the shard.
        shots: its shots, all of them staged.
        plan: digest of the plan that they are for.

    Returns:
        Shot → what is wrong with it, for those that are not what was staged. They are discarded and the shard is not
        committed; empty when it is.
    """
    if manifest_path(out, shard).exists():
        _clear(out, shard)
        return {}
    faults = {shot: fault for shot in shots if (fault := staged_fault(out, shard, shot, plan))}
    if faults:
        for shot in faults:
            discard_staged(out, shard, shot)
        return faults
    images: list[dict[str, Any]] = []
    files: list[FileEntry] = []
    lines: list[str] = []
    for shot in shots:
        folder = staged_folder(out, shard, shot)
        record = staged_record(folder, plan)
        lines.append(record["shot"])
        images += record["images"]
        for file in record["files"]:
            link_over(folder / file["local"], out / file["path"])
            files.append(FileEntry(file["path"], file["bytes"], file["sha256"]))
    parquet = parquet_path(out, shard)
    files += [
        write_file(out, parquet, table.encode(images)),
        write_file(out, shots_path(out, shard), shots_text(lines)),
        write_file(out, coco_text_path(out, shard), coco_text(parquet)),
    ]
    for folder in sorted({(out / f.path).parent for f in files}):
        sync_folder(folder)
    manifest = Manifest(
        shard=shard,
        shots=tuple(shots),
        images=len(images),
        people=sum(len(i["people"]) for i in images),
        annotations=sum(p["area"] > 0 for i in images for p in i["people"]),
        files=tuple(files),
        plan=plan,
    )
    create_once(manifest_path(out, shard), manifest.encode())
    _clear(out, shard)
    return {}


def reopen_shard(out: Path, shard: int, keep: Collection[int], names: Collection[str], plan: str = "") -> None:
    """Takes a commit back: the shots that are sound are staged again, the others are to be rendered again.

    Args:
        out: the output folder.
        shard: the shard.
        keep: its sound shots. The Parquet file, the shots file and the manifest must be sound unless this is empty.
        names: names of all files of the shard, relative to ``out``; they are taken away.
        plan: digest of the plan.
    """
    if keep:
        entries = {f.path: f for f in Manifest.load(out, shard).files}
        images: dict[int, list[dict[str, Any]]] = {shot: [] for shot in keep}
        for image in table.read(parquet_path(out, shard)):
            if image["shot"] in keep:
                images[image["shot"]].append(image)
        lines = dict(zip(Manifest.load(out, shard).shots, shot_lines(out, shard), strict=True))
        for shot in sorted(keep):
            stage_again(out, shard, shot, {"shot": lines[shot], "images": images[shot]}, entries, plan)
    remove(manifest_path(out, shard))
    sync_folder(manifest_path(out, shard).parent)
    # From here on the shard is not committed, and the commit gives every one of these names anew.
    for name in names:
        remove(out / name)
    for folder in {(out / name).parent for name in names}:
        with contextlib.suppress(OSError):
            folder.rmdir()


def discard_attempts(out: Path) -> None:
    """Removes what attempts left that were killed. Only for the run that holds the folder's lock."""
    partial = out / ".partial"
    for folder in partial.glob("*/attempt-*"):
        shutil.rmtree(folder, ignore_errors=True)
    for file in partial.glob(f"*/{TRYING}*"):
        remove(file)
    for name in ("", "shards", "failed", "annotations", "preview", "images", "masks", "depth"):
        folder = out / name
        for file in (*folder.glob(f".*{ATTEMPT}*"), *folder.glob(f"*/.*{ATTEMPT}*")):
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


def free_bytes(out: Path) -> int:
    """Bytes that can still be written below ``out`` (or its nearest existing parent)."""
    folder = out
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
