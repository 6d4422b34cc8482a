"""Every file is as its manifest says, and there is no other."""

from __future__ import annotations

from collections.abc import Iterator

from synthgen.core.digests import file_fault
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.manifest import Manifest

FOLDERS = ("images", "masks", "depth", "shards")
"""Folders all of whose files some manifest lists."""


def check_listed(dataset: Dataset, manifest: Manifest) -> Iterator[Issue]:
    """Compares sizes and sums of a shard's files with its manifest; of pictures that are not read the sizes alone."""
    for file in manifest.files:
        path = dataset.out / file.path
        if not path.is_file():
            yield FILES.issue("file-missing", file.path, f"shard {manifest.shard} lists it")
        elif fault := file_fault(path, file.bytes, file.sha256 if dataset.pictures or _is_text(file.path) else None):
            yield FILES.issue("file-changed", file.path, f"it {fault}")


def _is_text(name: str) -> bool:
    """Whether it is a file of labels and not a picture."""
    return name.startswith("shards/")


def check_unknown(dataset: Dataset) -> Iterator[Issue]:
    """Looks for files that no manifest lists."""
    out, known = dataset.out, {file.path for m in dataset.manifests for file in m.files}
    for folder in FOLDERS:
        for path in sorted((out / folder).rglob("*")):
            name = path.relative_to(out).as_posix()
            manifest = folder == "shards" and path.suffix == ".json"
            if path.is_file() and name not in known and not manifest and not path.name.startswith("."):
                yield FILES.issue("file-unknown", name, "no manifest lists it")


FILES = Check(
    name="files",
    promise="Every file has the size and the SHA-256 that its manifest says, and there is no other.",
    codes=("file-missing", "file-changed", "file-unknown"),
    files=check_unknown,
    manifest=check_listed,
)
