"""A large dataset made of a small one: the same records under new ids, the same pictures by links."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from synthgen.core.digests import sha256
from synthgen.dataset import table
from synthgen.dataset.coco_text import coco_text
from synthgen.dataset.layout import (
    clips_path,
    coco_text_path,
    committed,
    depth_name,
    image_name,
    manifest_path,
    mask_name,
    parquet_path,
    plan_path,
    read_plan,
    shots_path,
)
from synthgen.dataset.manifest import FileEntry, Manifest
from synthgen.dataset.records import annotation_id, image_id
from synthgen.dataset.texts import shot_line, shots_text
from synthgen.world.shot import Shot


def copy_many(base: Path, out: Path, people: int) -> dict[str, float]:
    """Copies the full shards of ``base`` in turn until ``out`` has so many people; how large it became.

    Raises:
        FileExistsError: ``out`` is there already.
    """
    plan = read_plan(base)
    full = [m for m in (Manifest.load(base, s) for s in committed(base)) if len(m.shots) == plan["shard_size"]]
    sources = [_Source(base, manifest) for manifest in full]
    (out / "shards").mkdir(parents=True)
    total = shards = written = 0
    while total < people:
        manifest, size = sources[shards % len(sources)].copy(out, shards, plan)
        total, shards, written = total + manifest.people, shards + 1, written + size
    plan_path(out).write_text(json.dumps({**plan, "shots": shards * plan["shard_size"]}, indent=1))
    shutil.copy(clips_path(base), clips_path(out))
    return {"people": total, "shards": shards, "coco_text_bytes_per_person": round(written / total)}


class _Source:
    """One shard of the small dataset."""

    def __init__(self, base: Path, manifest: Manifest) -> None:
        self._base, self._manifest = base, manifest
        self._images = list(table.read(parquet_path(base, manifest.shard)))
        lines = shots_path(base, manifest.shard).read_text().splitlines()
        self._shots = [Shot.model_validate_json(line) for line in lines]
        self._entries = {file.path: file for file in manifest.files}
        self._names = [{key: image[key] for key in _FILES} for image in self._images]

    def copy(self, out: Path, shard: int, plan: dict[str, Any]) -> tuple[Manifest, int]:
        """Writes the shard under another number; its manifest, and the bytes of its COCO text."""
        first, cameras, files = shard * plan["shard_size"], plan["cameras"], []
        for at, (image, names) in enumerate(zip(self._images, self._names, strict=True)):
            shot = first + at // cameras
            _number(image, shot, image_id(shot, cameras, image["camera"]), shard, plan["output"])
            for key in _FILES:
                if names[key]:
                    was = self._entries[names[key]]
                    (out / image[key]).parent.mkdir(parents=True, exist_ok=True)
                    os.link(self._base / was.path, out / image[key])
                    files.append(FileEntry(image[key], was.bytes, was.sha256))
        shots = [shot.model_copy(update={"id": first + k}) for k, shot in enumerate(self._shots)]
        parquet = parquet_path(out, shard)
        parquet.write_bytes(table.encode(self._images))
        text = coco_text(parquet)
        for path, data in (
            (parquet, parquet.read_bytes()),
            (shots_path(out, shard), shots_text(map(shot_line, shots))),
            (coco_text_path(out, shard), text),
        ):
            path.write_bytes(data)
            files.append(FileEntry(path.relative_to(out).as_posix(), len(data), sha256(data)))
        old = self._manifest
        manifest = Manifest(
            shard, tuple(s.id for s in shots), old.images, old.people, old.annotations, tuple(files), old.plan
        )
        manifest_path(out, shard).write_bytes(manifest.encode())
        return manifest, len(text)


_FILES = ("file_name", "mask_file_name", "depth_file_name")


def _number(image: dict[str, Any], shot: int, number: int, shard: int, output: dict[str, Any]) -> None:
    """Gives an image record, its files and its people new ids."""
    image |= {
        "id": number,
        "shot": shot,
        "file_name": image_name(shard, number, output["image"]),
        "mask_file_name": mask_name(shard, number),
        "depth_file_name": depth_name(shard, number) if output["depth"] else None,
    }
    for index, person in enumerate(image["people"]):
        person |= {"id": annotation_id(number, index), "image_id": number}
