"""The COCO file holds exactly what the shards hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from synthgen.core.errors import InputError
from synthgen.dataset.checks.check import DAMAGE, Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.rules.records import damage_text
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.coco import coco_lines
from synthgen.dataset.layout import ANNOTATIONS, annotations_path


def check_coco(dataset: Dataset) -> Iterator[Issue]:
    """Exports the shards anew and compares line by line; the first difference is named."""
    path = annotations_path(dataset.out)
    if not path.is_file():
        yield COCO.issue("coco-missing", ANNOTATIONS, "it has not been exported")
        return
    try:
        with path.open(encoding="utf-8") as file:
            lines = itertools.zip_longest(file, coco_lines(dataset.out))
            for number, (is_, should) in enumerate(lines, start=1):
                if is_ != should:
                    where, what = f"{ANNOTATIONS}:{number}", f"{_item(should)}; it is not what the shards hold"
                    yield COCO.issue("coco-differs", where, what)
                    return
    except (*DAMAGE, InputError) as fault:
        yield COCO.issue("coco-unreadable", ANNOTATIONS, damage_text(fault))


def _item(line: str | None) -> str:
    return line[:60].rstrip() + " …" if line else "the file should have ended here"


COCO = Check(
    name="coco",
    promise="The COCO file holds exactly what the shards hold.",
    codes=("coco-missing", "coco-differs", "coco-unreadable"),
    result=check_coco,
)
