"""``Manifest``: what a committed shard consists of. A shard is real when its manifest exists."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthgen.core.errors import InputError
from synthgen.dataset.layout import AGAIN, manifest_path, read_json

MANIFEST_VERSION = 3
"""2: the records of ``table.RECORDS_VERSION`` 2. 3: shots and COCO text are among the files."""


@dataclass(frozen=True)
class FileEntry:
    """One file as it was committed.

    Attributes:
        path: relative to the output folder, with forward slashes.
        bytes: its size.
        sha256: its SHA-256, hex.
    """

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A committed shard.

    Attributes:
        shard: its number.
        shots: ids of its shots, in order.
        images, people, annotations: counts; people without a visible pixel have no annotation.
        files: pictures, Parquet, shots and COCO text, ordered by path.
        plan: digest of the plan that the shard was made for; empty where an older version wrote it.
    """

    shard: int
    shots: tuple[int, ...]
    images: int
    people: int
    annotations: int
    files: tuple[FileEntry, ...]
    plan: str = ""

    def entry(self, path: str) -> FileEntry | None:
        """The file of that name, relative to the output folder."""
        return next((file for file in self.files if file.path == path), None)

    def encode(self) -> bytes:
        """As the file holds it."""
        plain = {"version": MANIFEST_VERSION, **dataclasses.asdict(self)}
        plain["files"] = [dataclasses.asdict(f) for f in sorted(self.files, key=lambda f: f.path)]
        return (json.dumps(plain, indent=1) + "\n").encode()

    @classmethod
    def load(cls, out: Path, shard: int) -> Manifest:
        """Reads a shard's manifest.

        Raises:
            InputError: it is missing, damaged, or another shard's.
        """
        path = manifest_path(out, shard)
        data = read_json(path, "manifest")
        fault = _fault(data, shard)
        if fault:
            raise InputError("this manifest cannot be read", where=str(path), got=fault, remedy=AGAIN)
        return cls(
            shard=shard,
            shots=tuple(data["shots"]),
            images=data["images"],
            people=data["people"],
            annotations=data["annotations"],
            files=tuple(FileEntry(f["path"], f["bytes"], f["sha256"]) for f in data["files"]),
            plan=data.get("plan", ""),
        )


def _fault(data: Any, shard: int) -> str | None:
    """What a manifest must hold and this one does not."""
    if not isinstance(data, dict):
        return "its content is missing or not as it should be"
    files, shots = data.get("files"), data.get("shots")
    sound = {
        "version": data.get("version") == MANIFEST_VERSION,
        "shard": data.get("shard") == shard,
        "shots": isinstance(shots, list) and all(type(s) is int for s in shots),
        "files": isinstance(files, list) and all(_is_entry(f) for f in files),
        "plan": isinstance(data.get("plan", ""), str),
        **{key: type(data.get(key)) is int for key in ("images", "people", "annotations")},
    }
    lacks = next((key for key, is_sound in sound.items() if not is_sound), None)
    return f"its {lacks} is missing or not as it should be" if lacks else None


def _is_entry(file: Any) -> bool:
    kinds = {"path": str, "bytes": int, "sha256": str}
    return isinstance(file, dict) and all(type(file.get(key)) is kind for key, kind in kinds.items())
