"""What is merged: a COCO file, or the folder of a dataset, with the format of its keypoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.json_records import JsonRecords
from synthgen.core.skeleton import KEYPOINTS
from synthgen.dataset.layout import annotations_path
from synthgen.dataset.merging.convert import Converter
from synthgen.dataset.merging.keypoint_map import KeypointMap, keypoint_map, shipped_maps

MERGED = "merged"
"""The member of ``info`` that marks a merged file."""

_WHAT = "COCO file"


@dataclass(frozen=True)
class SourceWish:
    """What the user says of one source.

    Attributes:
        path: a COCO file, or the folder of a dataset.
        name: how the merged file calls it; None: by its path.
        map: name of a shipped keypoint map or path of one; None: recognised.
        weight: how often its images are drawn in training, next to the other sources.
        licence: of its images, where the file says none or another one.
        pictures: the folder that its file names are counted from; None: looked for.
    """

    path: Path
    name: str | None = None
    map: str | None = None
    weight: float = 1.0
    licence: str | None = None
    pictures: Path | None = None


def source_name(wish: SourceWish) -> str:
    """A source's name: the user's, the dataset's folder or the file's."""
    return wish.name or (wish.path.resolve().name if wish.path.is_dir() else wish.path.stem)


class MergeSource:
    """One file that is merged.

    Raises:
        InputError: the file cannot be read, or its keypoints are of no known format.
    """

    def __init__(self, wish: SourceWish, *, strict: bool = False) -> None:
        self.wish = wish
        self.file = annotations_path(wish.path) if wish.path.is_dir() else wish.path
        self.records = JsonRecords(self.file, _WHAT)
        self.category = _person(self.records)
        found = keypoint_map(wish.map) if wish.map else _recognised(self)
        self.map = found.without_differing() if strict else found
        self.keypoints_of = Converter(self.map, self._order(), str(self.file))

    @property
    def name(self) -> str:
        """The source's name."""
        return source_name(self.wish)

    @cached_property
    def info(self) -> Mapping[str, Any]:
        """The file's own words about itself."""
        info = self.records.value("info")
        return info if isinstance(info, dict) else {}

    @property
    def merged(self) -> bool:
        """Whether it is itself the result of a merge."""
        return MERGED in self.info

    @property
    def rendered(self) -> bool:
        """Whether this project rendered it."""
        return self.map.name == "synthgen"

    @cached_property
    def licences(self) -> list[dict[str, Any]]:
        """The file's licences."""
        found = self.records.value("licenses")
        return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []

    def images(self) -> Iterator[dict[str, Any]]:
        """Its images, one by one, with ``id`` and ``file_name``."""
        for record in self._all("images"):
            if not isinstance(record.get("file_name"), str) or not record["file_name"]:
                raise self._fault(record, "an image names no file", '"file_name": "….jpg"')
            yield record

    def annotations(self) -> Iterator[dict[str, Any]]:
        """Its people, one by one; annotations of other categories are left out."""
        person = self.category["id"]
        for record in self._all("annotations"):
            if record.get("category_id") == person:
                if "image_id" not in record:
                    raise self._fault(record, "an annotation names no image", '"image_id": 1')
                yield record

    def _all(self, member: str) -> Iterator[dict[str, Any]]:
        for batch in self.records.batches(member):
            for record in batch:
                if type(record.get("id")) not in (int, str):
                    raise self._fault(record, f"one of the {member} has no id", '"id": 1')
                yield record

    def _fault(self, record: Mapping[str, Any], what: str, expected: str) -> InputError:
        return InputError(
            what,
            where=str(self.file),
            expected=expected,
            got=str(dict(record))[:200],
            remedy="synthgen validate lists all that is wrong with the file",
        )

    def _order(self) -> tuple[str, ...]:
        """The file's own order of ``keypoints``, or the format's where the file says none."""
        names = _names(self.category)
        return names if set(names) == set(self.map.fields["keypoints"]) else self.map.fields["keypoints"]


def _person(records: JsonRecords) -> dict[str, Any]:
    """The category of people: the one with keypoints, or the one that is called person."""
    categories = records.value("categories")
    found = [c for c in categories if isinstance(c, dict) and "id" in c] if isinstance(categories, list) else []
    with_points = [c for c in found if c.get("keypoints")] or [c for c in found if c.get("name") == "person"]
    if len(with_points) == 1:
        return with_points[0]
    raise InputError(
        "this COCO file does not say which annotations are people",
        where=str(records.path),
        expected="one category with keypoints, or one called person",
        got=", ".join(str(c.get("name")) for c in found) or "no categories",
        remedy="leave just the category of people in the file",
    )


def _names(category: Mapping[str, Any]) -> tuple[str, ...]:
    names = category.get("keypoints")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def _recognised(source: MergeSource) -> KeypointMap:
    """The shipped map that a file fits: by the names of its keypoints, else by their number.

    Raises:
        InputError: none fits, or more than one.
    """
    names = _names(source.category)
    sample = _sample(source)
    if names == KEYPOINTS and ("vertebrae" in source.category or source.merged):
        return shipped_maps()["synthgen"]
    offered = [m for name, m in shipped_maps().items() if not m.named_only and name != "synthgen"]
    many = len(sample.get("keypoints") or ()) // 3
    fitting = [m for m in offered if not names or set(names) == set(m.fields["keypoints"])]
    if sample or not names:
        fitting = [m for m in fitting if m.count("keypoints") == many and all(field in sample for field in m.fields)]
    ranks = [(names == m.fields["keypoints"], len(m.fields) if sample else -len(m.fields)) for m in fitting]
    best = [m for m, rank in zip(fitting, ranks, strict=True) if rank == max(ranks)]
    if len(best) == 1:
        return best[0]
    raise InputError(
        "the keypoints of this file are of no known format" if not best else "this may be one of several formats",
        where=str(source.file),
        expected=f"the keypoints of one of {', '.join(m.name for m in best or offered)}",
        got=", ".join(names) or f"{many} keypoints without names",
        remedy=f"say which, with --map {source.name}=FORMAT; or write a map of your own (docs/dataset.md)",
    )


def _sample(source: MergeSource) -> dict[str, Any]:
    """The first person that has keypoints; an empty record where nobody has."""
    return next((a for a in source.annotations() if a.get("keypoints")), {})
