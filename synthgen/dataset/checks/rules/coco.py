"""The COCO file holds exactly what the shards hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from synthgen.core.digests import sha256
from synthgen.core.errors import InputError
from synthgen.dataset.checks.check import DAMAGE, Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.rules.records import damage_text
from synthgen.dataset.checks.shard_records import ShardRecords
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.coco import coco_pieces
from synthgen.dataset.layout import ANNOTATIONS, annotations_path, coco_text_path


def check_text(dataset: Dataset, records: ShardRecords) -> Iterator[Issue]:
    """Makes a shard's COCO text anew and compares it with what the manifest says of it."""
    name = coco_text_path(dataset.out, records.manifest.shard).relative_to(dataset.out).as_posix()
    entry = records.manifest.entry(name)
    if entry is None or entry.sha256 != sha256(records.text.encode()):
        yield COCO.issue("coco-text-differs", name, "it is not what the shard's Parquet file holds")


def check_coco(dataset: Dataset) -> Iterator[Issue]:
    """Joins the shards' COCO text anew and compares; the first difference is named by its line."""
    path = annotations_path(dataset.out)
    if not path.is_file():
        yield COCO.issue("coco-missing", ANNOTATIONS, "it has not been exported")
        return
    try:
        with path.open("rb") as file:
            number = 1
            for piece in coco_pieces(dataset.out):
                found = file.read(len(piece))
                if found != piece:
                    yield _difference(number, found + file.readline(), piece)
                    return
                number += piece.count(b"\n")
            if rest := file.readline():
                yield _difference(number, rest, b"")
    except (*DAMAGE, InputError) as fault:
        yield COCO.issue("coco-unreadable", ANNOTATIONS, damage_text(fault))


def _difference(number: int, is_: bytes, should: bytes) -> Issue:
    """The first line that differs, of texts that begin with the line of that number."""
    lines = itertools.zip_longest(is_.splitlines(), should.splitlines())
    for at, (found, line) in enumerate(lines, start=number):
        if found != line:
            what = line.decode()[:60].rstrip() + " …" if line else "the file should have ended here"
            return COCO.issue("coco-differs", f"{ANNOTATIONS}:{at}", f"{what}; it is not what the shards hold")
    return COCO.issue("coco-differs", f"{ANNOTATIONS}:{number}", "its line ends are not what the shards hold")


COCO = Check(
    name="coco",
    promise="The COCO file holds exactly what the shards hold.",
    codes=("coco-missing", "coco-differs", "coco-text-differs", "coco-unreadable"),
    shard=check_text,
    result=check_coco,
)
