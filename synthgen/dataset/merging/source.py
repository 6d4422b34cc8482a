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
from synthgen.dataset.merging.convert import Converter, numbers
from synthgen.dataset.merging.keypoint_map import KeypointMap, keypoint_map, shipped_maps
from synthgen.dataset.merging.recognise import keypoint_names, recognised

MERGED = "merged"
"""The member of ``info`` that marks a merged file."""

_WHAT = "COCO file"
FILE_NAMES = ("file_name", "mask_file_name", "depth_file_name")
"""Fields of an image that name files."""
_EXAMPLES = {int: "1", float: "1.5", str: '"…"', type(None): "null"}


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
        found = keypoint_map(wish.map) if wish.map else self._recognised()
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
        entries = found if isinstance(found, list) else []
        return [entry for entry in entries if isinstance(entry, dict) and type(entry.get("id")) in (int, str)]

    @cached_property
    def merged_of(self) -> list[dict[str, Any]]:
        """The sources of a file that is itself merged.

        Raises:
            InputError: they are damaged.
        """
        found = self.records.value("sources")
        if isinstance(found, list) and all(isinstance(entry, dict) and type(entry.get("id")) is int for entry in found):
            return found
        raise InputError(
            "this merged file does not say what it was merged of",
            where=str(self.file),
            expected='"sources": [{"id": 1, …}, …]',
            got=str(found)[:100],
            remedy="merge its sources again",
        )

    def images(self) -> Iterator[dict[str, Any]]:
        """Its images, one by one, with ``id`` and ``file_name``."""
        for record in self._all("images"):
            if not record.get("file_name"):
                raise self.fault(record, "an image names no file", '"file_name": "….jpg"')
            for name in FILE_NAMES:
                if record.get(name) is not None:
                    self._check(record, name, "a file's name is no text", str)
            self._check(record, "license", "an image's licence is no id", int, str, type(None))
            self._check(record, "weight", "an image's weight is no number", int, float, type(None))
            yield record

    def annotations(self) -> Iterator[dict[str, Any]]:
        """Its people, one by one; annotations of other categories are left out."""
        person = self.category["id"]
        for record in self._all("annotations"):
            if record.get("category_id") == person:
                self._check(record, "image_id", "an annotation names no image", int, str)
                if record.get("bbox") is not None and not _box(record["bbox"]):
                    raise self.fault(record, "a box is no box", '"bbox": [x, y, width, height]')
                if record.get("area") is not None:
                    self._check(record, "area", "an area is no number", int, float)
                yield record

    def _all(self, member: str) -> Iterator[dict[str, Any]]:
        for batch in self.records.batches(member):
            for record in batch:
                self._check(record, "id", f"one of the {member} has no id", int, str)
                yield record

    def _check(self, record: Mapping[str, Any], name: str, what: str, *kinds: type) -> None:
        if type(record.get(name)) not in kinds:
            raise self.fault(record, what, f'"{name}": ' + " or ".join(_EXAMPLES[kind] for kind in kinds))

    def fault(self, record: Mapping[str, Any], what: str, expected: str) -> InputError:
        """What is wrong with one of the file's records."""
        return InputError(
            what,
            where=str(self.file),
            expected=expected,
            got=str(dict(record))[:200],
            remedy="correct this record, or take it out of the file",
        )

    def _recognised(self) -> KeypointMap:
        names = keypoint_names(self.category)
        if names == KEYPOINTS and ("vertebrae" in self.category or self.merged):
            return shipped_maps()["synthgen"]
        sample = next((a for a in self.annotations() if a.get("keypoints")), {})
        return recognised(names, sample, str(self.file), self.name)

    def _order(self) -> tuple[str, ...]:
        """The file's own order of ``keypoints``, or the format's where the file says none."""
        names = keypoint_names(self.category)
        return names if set(names) == set(self.map.fields["keypoints"]) else self.map.fields["keypoints"]


def _box(box: Any) -> bool:
    return isinstance(box, list) and len(box) == 4 and numbers(box)


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
