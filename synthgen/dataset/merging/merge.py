"""``synthgen merge``: several datasets, synthetic and real, in one COCO file with the 37 keypoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from synthgen.core.errors import InputError
from synthgen.core.files.whole import write_whole
from synthgen.core.version import __version__
from synthgen.dataset.coco import category
from synthgen.dataset.layout import ANNOTATIONS, plan_path
from synthgen.dataset.merging.licences import Licences
from synthgen.dataset.merging.pictures import Pictures
from synthgen.dataset.merging.source import MERGED, MergeSource, SourceWish
from synthgen.dataset.merging.splits import Splits
from synthgen.dataset.merging.taken import MIXED, Taken
from synthgen.dataset.merging.writing import CocoWriter, coco_writers

MERGE_FILE = "merge.json"
"""What was merged and how, beside the annotations."""

MEMBERS = ("images", "annotations")


@dataclass(frozen=True)
class MergeOptions:
    """How sources are merged.

    Attributes:
        pictures: how pictures come into the merged dataset, one of ``pictures.WAYS``.
        missing: whether images whose picture is not there are left out instead of refused.
        strict: whether points that are not quite what they are taken for are left out.
        splits: parts of the dataset; None for none.
    """

    pictures: str = "reference"
    missing: bool = False
    strict: bool = False
    splits: Splits | None = None


@dataclass(frozen=True)
class Merged:
    """What a merge wrote.

    Attributes:
        images, annotations: how many.
        left_out: images without picture.
        sources: every source as the merged file has it.
        licences: of all images.
        parts: part of the split → how many images and annotations; ``left_out``: those that would be in several.
    """

    images: int
    annotations: int
    left_out: int
    sources: list[dict[str, Any]]
    licences: list[dict[str, Any]]
    parts: dict[str, dict[str, int]]


def merge(
    out: Path,
    wishes: Sequence[SourceWish],
    options: MergeOptions | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Merged:
    """Merges datasets into ``out``: one COCO file, one for each part of a split, and ``merge.json``.

    Args:
        out: folder of the merged dataset; the files of an earlier merge are replaced.
        wishes: what is merged, in this order.
        options: how.
        told: hears what is being done.

    Raises:
        InputError: a source does not fit; no file of an earlier merge has been changed then.
    """
    options = options or MergeOptions()
    _refuse_foreign_folder(out)
    sources = [MergeSource(wish, strict=options.strict) for wish in wishes]
    licences = Licences()
    records: list[dict[str, Any]] = []
    takens = [
        Taken(s, Pictures(s, out, options.pictures), licences, records, options.splits, missing=options.missing)
        for s in sources
    ]
    parts = options.splits.names if options.splits else ()
    head = {"info": _info(records), "licenses": licences.records, "categories": [category()]}
    with coco_writers([out / ANNOTATIONS, *(part_path(out, name) for name in parts)], head) as (whole, *others):
        _write(takens, whole, others, told)
        for writer in (whole, *others):
            writer.end({"sources": records}, MEMBERS)
    counts = dict(zip(parts, (w.counts for w in others), strict=True))
    if parts:
        counts["left_out"] = {m: whole.counts[m] - sum(w.counts[m] for w in others) for m in MEMBERS}
    gone = sum(taken.gone for taken in takens)
    merged = Merged(whole.counts["images"], whole.counts["annotations"], gone, records, licences.records, counts)
    write_whole(out / MERGE_FILE, orjson.dumps(asdict(merged), option=orjson.OPT_INDENT_2) + b"\n")
    return merged


def part_path(out: Path, name: str) -> Path:
    """The COCO file of one part of the split."""
    return out / "annotations" / f"{name}.json"


def _write(
    takens: Sequence[Taken], whole: CocoWriter, others: Sequence[CocoWriter], told: Callable[[str], None]
) -> None:
    """All images, then all annotations, to the whole file and to that of their part."""
    for member, records_of in (("images", Taken.images), ("annotations", Taken.people)):
        for taken in takens:
            told(f"{taken.source.name}: {member}")
            for record, part in records_of(taken, whole.counts.get(member, 0) + 1):
                line = orjson.dumps(record)
                whole.add(member, line)
                if part != MIXED:
                    others[part].add(member, line)


def _info(sources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The merged file's words about itself; neither a clock nor a path enters them."""
    described = "synthgen: merged annotations of people's keypoints"
    return {"description": described, "version": __version__, MERGED: len(sources)}


def _refuse_foreign_folder(out: Path) -> None:
    if plan_path(out).exists():
        raise InputError(
            "this folder holds a rendered dataset",
            where=str(out),
            expected="a new folder, or that of an earlier merge",
            remedy="name another folder first: synthgen merge OUT A B",
        )
