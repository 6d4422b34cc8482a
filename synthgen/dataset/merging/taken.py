"""A source while it is taken over: its ids, sources, licences, pictures and keypoints become the merged dataset's."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.skeleton import KEYPOINTS
from synthgen.dataset.merging.convert import numbers
from synthgen.dataset.merging.licences import Licences
from synthgen.dataset.merging.people import converted
from synthgen.dataset.merging.pictures import Pictures
from synthgen.dataset.merging.source import MergeSource
from synthgen.dataset.merging.splits import Splits

MIXED = -1
"""Stands for the part of an image that shows keys of several parts, and where there are no parts."""

_OWN_IMAGE = ("id", "file_name", "license", "source", "weight", "source_id")
_OWN_PERSON = ("id", "image_id", "category_id", "source_id")


class Taken:
    """One source.

    Args:
        source: what is taken over.
        pictures: its pictures.
        licences: where its licences go.
        sources: the merged dataset's sources, to which its own are added.
        splits: parts of the merged dataset.
        missing: whether images without picture are left out; else they are refused.
    """

    def __init__(
        self,
        source: MergeSource,
        pictures: Pictures,
        licences: Licences,
        sources: list[dict[str, Any]],
        splits: Splits | None,
        *,
        missing: bool,
    ) -> None:
        self.source = source
        self._pictures, self._splits, self._missing = pictures, splits, missing
        self._licences = licences.numbers(source)
        self._entries = [{**entry, "id": len(sources) + i} for i, entry in enumerate(_entries(source), 1)]
        sources += self._entries
        self._old = {entry["id"]: new["id"] for entry, new in zip(_entries(source), self._entries, strict=True)}
        self._ids: dict[Any, int] = {}
        self._first = 0
        self._parts = array("b")
        self.gone = 0

    def images(self, first: int) -> Iterator[tuple[dict[str, Any], int]]:
        """Its images with their part, numbered from ``first``.

        Raises:
            InputError: an image is there twice, or its picture is not there.
        """
        shown = self._shown() if self._splits else {}
        self._first = first
        for image in self.source.images():
            old = image["id"]
            if old in self._ids:
                raise self._fault(f"two images have the id {old}", "every id once")
            placed = self._pictures.placed(image)
            if placed is None:
                if not self._missing:
                    raise self._no_picture()
                self._ids[old] = 0
                self.gone += 1
                continue
            self._ids[old] = first + len(self._parts)
            self._parts.append(self._part(image, shown.get(old, 0)))
            yield self._image(image, placed), self._parts[-1]

    def people(self, first: int) -> Iterator[tuple[dict[str, Any], int]]:
        """Its annotations with the part of their image, numbered from ``first``; images come before.

        Raises:
            InputError: an annotation belongs to no image, or does not fit the format.
        """
        passed = self.source.rendered
        for person in self.source.annotations():
            image = self._image_of(person)
            if not image:
                continue
            body = self._passed(person) if passed else converted(person, self.source.keypoints_of)
            record = {"id": first, "image_id": image, "category_id": 1, "source_id": self._source_id(person)} | body
            first += 1
            yield record, self._parts[image - self._first]

    def _shown(self) -> dict[Any, int]:
        """Image → parts of all keys that its people show, as bits."""
        splits = self._splits
        assert splits
        shown: dict[Any, int] = {}
        for person in self.source.annotations():
            for key in splits.keys(self.source.name, person):
                image = person["image_id"]
                shown[image] = shown.get(image, 0) | splits.bit(key)
        return shown

    def _part(self, image: Mapping[str, Any], bits: int) -> int:
        if not self._splits:
            return MIXED
        if not bits:  # nobody in it who would have to be kept apart: whoever has the same picture comes along
            bits = self._splits.bit(f"image {self._pictures.identity(image)}")
        part = self._splits.part(bits)
        return MIXED if part is None else part

    def _image(self, image: Mapping[str, Any], placed: Mapping[str, str]) -> dict[str, Any]:
        number = self._old.get(image.get("source")) if self.source.merged else None
        return {
            "id": self._ids[image["id"]],
            **{k: v for k, v in image.items() if k not in _OWN_IMAGE},
            **placed,
            "license": self._licences.get(image.get("license"), self._licences.get(None, 1)),
            "source": number or self._entries[0]["id"],
            "weight": (1.0 if image.get("weight") is None else image["weight"]) * self.source.wish.weight,
            "source_id": self._source_id(image),
        }

    def _passed(self, person: Mapping[str, Any]) -> dict[str, Any]:
        """All of a record that this project made but what numbers it.

        Raises:
            InputError: it does not have the 37 keypoints.
        """
        points = person.get("keypoints")
        if not isinstance(points, list) or len(points) != 3 * len(KEYPOINTS) or not numbers(points):
            raise self.source.fault(person, "a person does not have the 37 keypoints", '"keypoints": 111 numbers')
        return {k: v for k, v in person.items() if k not in _OWN_PERSON}

    def _source_id(self, record: Mapping[str, Any]) -> Any:
        return record.get("source_id", record["id"]) if self.source.merged else record["id"]

    def _image_of(self, person: Mapping[str, Any]) -> int:
        try:
            return self._ids[person["image_id"]]
        except KeyError:
            raise self._fault(
                f"annotation {person['id']} belongs to image {person['image_id']}, which is not there",
                "the id of an image of the same file",
            ) from None

    def _no_picture(self) -> InputError:
        return InputError(
            "a picture is not there",
            where=str(self.source.file),
            expected=self._pictures.missing[0],
            remedy=f"say where they are, with --pictures {self.source.name}=FOLDER; --missing leaves such images out",
        )

    def _fault(self, what: str, expected: str) -> InputError:
        remedy = "correct the file, or take such records out of it"
        return InputError(what, where=str(self.source.file), expected=expected, remedy=remedy)


def _entries(source: MergeSource) -> Sequence[dict[str, Any]]:
    """What is kept of a source's origin: of a merged one that of all of its sources."""
    if source.merged:
        return source.merged_of
    entry: dict[str, Any] = {
        "id": 1,
        "name": source.name,
        "format": source.map.name,
        "labels": list(source.keypoints_of.labels),
        "info": {k: v for k, v in source.info.items() if isinstance(v, str | int | float) or v is None},
    }
    if source.map.differs:
        entry["differs"] = dict(source.map.differs)
    return [entry]
