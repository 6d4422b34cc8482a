"""Finished shots wait here for their shard: written whole, sealed with what they hash to, checked when they are taken.

A staged shot is a folder in ``.partial/``: its pictures and a record. It is written under an attempt name, fsynced,
and renamed; the first attempt to finish wins. What became of it on the disk meanwhile is found by
:func:`staged_fault`, and then the shot is rendered again: it is plain data, the same pictures come of it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from synthgen.capture.frame import Frame
from synthgen.core.digests import file_fault, sha256
from synthgen.core.files.links import link_over
from synthgen.core.files.whole import remove, sync_folder, write_synced
from synthgen.dataset.layout import partial_folder
from synthgen.dataset.manifest import FileEntry
from synthgen.dataset.pictures import PLAIN_PNG, OutputFormat, encode_depth, encode_image, encode_mask
from synthgen.dataset.records import frame_records
from synthgen.dataset.texts import shot_line
from synthgen.world.shot import Shot

STAGED_VERSION = 2
"""Of the records of staged shots. 2: the shot itself is part of it."""

_RECORD = "record.jsonl"
"""Two lines: the seal (what the second line hashes to, the plan it is for), and shot, images with people, files."""


def staged_folder(out: Path, shard: int, shot: int) -> Path:
    """Where a finished shot waits for its shard."""
    return partial_folder(out, shard) / f"shot-{shot:06d}"


def is_staged(out: Path, shard: int, shot: int) -> bool:
    """Whether a shot is done but not yet committed."""
    return staged_folder(out, shard, shot).is_dir()


def stage_shot(
    out: Path, shard: int, shot: Shot, frames: Sequence[Frame], output: OutputFormat = PLAIN_PNG, plan: str = ""
) -> int:
    """Writes the files and records of one shot; the first attempt to finish wins.

    Args:
        out: the output folder, which must exist: one that was removed is not made again.
        shard: the shard that the shot belongs to.
        shot: what was rendered.
        frames: one per camera.
        output: how pictures are written.
        plan: digest of the plan that the shot is for.

    Returns:
        Bytes written.

    Raises:
        OSError: it cannot be written, or ``out`` is gone.
    """
    with _attempt(out, shard) as attempt:
        images: list[dict[str, Any]] = []
        files: list[dict[str, Any]] = []
        for frame in sorted(frames, key=lambda f: f.camera_index):
            image, people = frame_records(frame, shot, shard, output.image, output.depth)
            images.append({**image, "people": people})
            for name, data in _files(frame, image, output).items():
                local = _local(name)
                write_synced(attempt / local, data)
                files.append({"path": name, "local": local, "bytes": len(data), "sha256": sha256(data)})
        return sum(int(f["bytes"]) for f in files) + _stage(
            attempt, out, shard, shot.id, {"shot": shot_line(shot), "images": images, "files": files}, plan
        )


@contextlib.contextmanager
def _attempt(out: Path, shard: int) -> Iterator[Path]:
    """A folder beside the staged shots of a shard that goes away unless it is renamed."""
    folder = partial_folder(out, shard)
    for level in (folder.parent, folder):  # one by one: the output folder itself is never made here
        with contextlib.suppress(FileExistsError):
            level.mkdir()
    attempt = Path(tempfile.mkdtemp(prefix="attempt-", dir=folder))
    try:
        yield attempt
    finally:
        if attempt.is_dir():
            shutil.rmtree(attempt, ignore_errors=True)


def _stage(
    attempt: Path,
    out: Path,
    shard: int,
    shot: int,
    record: Mapping[str, Any],
    plan: str,
) -> int:
    """Seals an attempt's record and gives the attempt the staged shot's name; bytes of the record."""
    target = staged_folder(out, shard, shot)
    content = json.dumps(record, allow_nan=False).encode()
    seal = json.dumps({"version": STAGED_VERSION, "plan": plan, "sha256": sha256(content)}).encode()
    data = seal + b"\n" + content + b"\n"
    write_synced(attempt / _RECORD, data)
    sync_folder(attempt)
    try:
        attempt.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    sync_folder(target.parent)
    return len(data)


class StagedDamage(Exception):
    """What is wrong with a staged shot, as the end of a sentence."""


def staged_plan(folder: Path) -> str:
    """Digest of the plan that a staged shot says it is for; empty where it says none."""
    try:
        with (folder / _RECORD).open("rb") as file:
            plan = json.loads(file.readline(1000))["plan"]
    except (OSError, ValueError, LookupError, TypeError):
        return ""
    return plan if isinstance(plan, str) else ""


def staged_record(folder: Path, plan: str) -> dict[str, Any]:
    """The record of a staged shot. Raises StagedDamage."""
    try:
        seal, content, rest = (folder / _RECORD).read_bytes().split(b"\n")
        sealed = json.loads(seal)
        sound = sealed["sha256"] == sha256(content) and sealed["version"] == STAGED_VERSION and not rest
    except FileNotFoundError:
        raise StagedDamage("its record is missing") from None
    except (NotADirectoryError, IsADirectoryError, ValueError, LookupError, TypeError):
        sound = False
    if not sound:
        raise StagedDamage("its record does not hold what was written")
    if sealed.get("plan") != plan:
        raise StagedDamage("it was made for another plan")
    record: dict[str, Any] = json.loads(content)
    return record


def staged_fault(out: Path, shard: int, shot: int, plan: str = "", contents: bool = True) -> str | None:
    """What is wrong with a staged shot; None for a sound one.

    Args:
        out, shard, shot: which one.
        plan: digest of the plan that it must be for.
        contents: also read and compare the pictures, not just their sizes.

    Raises:
        OSError: a file of it may not be read.
    """
    folder = staged_folder(out, shard, shot)
    try:
        for file in staged_record(folder, plan)["files"]:
            fault = file_fault(folder / file["local"], file["bytes"], file["sha256"] if contents else None)
            if fault:
                raise StagedDamage(f"{file['path']} {fault}")
    except StagedDamage as damage:
        return str(damage)
    return None


def discard_staged(out: Path, shard: int, shot: int) -> None:
    """Removes a staged shot, so that it is rendered again."""
    remove(staged_folder(out, shard, shot))


def stage_again(
    out: Path, shard: int, shot: int, record: dict[str, Any], entries: Mapping[str, FileEntry], plan: str
) -> None:
    """Stages a committed shot by links to its files; its record has ``shot`` and ``images``."""
    with _attempt(out, shard) as attempt:
        files = []
        for image in record["images"]:
            for key in ("file_name", "mask_file_name", "depth_file_name"):
                if name := image[key]:
                    entry = entries[name]
                    link_over(out / name, attempt / _local(name))
                    files.append({"path": name, "local": _local(name), "bytes": entry.bytes, "sha256": entry.sha256})
        _stage(attempt, out, shard, shot, {**record, "files": files}, plan)


def _local(name: str) -> str:
    """What a file is called while its shot is staged."""
    return name.replace("/", "_")


def _files(frame: Frame, image: dict[str, Any], output: OutputFormat) -> dict[str, bytes]:
    files = {
        image["file_name"]: encode_image(frame.image, output.image, frame.quality or output.quality),
        image["mask_file_name"]: encode_mask(frame),
    }
    if output.depth:
        files[image["depth_file_name"]] = encode_depth(frame.depth)
    return files
