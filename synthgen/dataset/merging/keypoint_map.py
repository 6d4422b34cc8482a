"""Which of a source's keypoints are which of the 37: one YAML file per source format, shipped or the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synthgen.core.errors import InputError
from synthgen.core.skeleton import INDEX
from synthgen.core.tables import tables
from synthgen.core.userfiles.yamlfile import Source, read_yaml

Meaning = Literal["seen", "hidden", "outside", "unlabelled"]
"""What a source's flag says of a point; ``outside``: it is known not to be in the picture."""

FLAGS: Mapping[Meaning, int] = MappingProxyType({"seen": 2, "hidden": 1, "outside": 0, "unlabelled": 0})
"""Meaning → COCO's flag."""

_Name = Annotated[str, Field(min_length=1, max_length=100)]
_EXPECTED = "fields, and what of them is which of the 37 keypoints"
_SEE = "docs/merging.md shows such a file"


class _Form(BaseModel):
    """How a map's file is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: _Name
    fields: dict[_Name, Annotated[list[_Name], Field(min_length=1)]] = Field(min_length=1)
    points: dict[_Name, _Name] = {}
    left_out: list[_Name] = []
    more: dict[_Name, Annotated[int, Field(ge=1)]] = {}
    valid: dict[_Name, _Name] = {}
    flags: dict[int, Meaning] = {0: "unlabelled", 1: "hidden", 2: "seen"}
    differs: dict[_Name, _Name | Annotated[str, Field(max_length=1000)]] = {}
    named_only: bool = False


@dataclass(frozen=True)
class KeypointMap:
    """One format's map.

    Attributes:
        name: of the shipped map, or the path of the user's.
        title: the format, for people.
        fields: field of an annotation → names of its points, in their order.
        points: name of a source's point → index among the 37; points without counterpart are not in it.
        more: field → how many further points it has, without names.
        valid: field → the field that is false where nobody labelled it.
        flags: a source's flag → what it says.
        differs: name of a source's point → in which way it is not quite the point that it is taken for.
        named_only: it is never recognised, only named.
    """

    name: str
    title: str
    fields: Mapping[str, tuple[str, ...]]
    points: Mapping[str, int]
    more: Mapping[str, int]
    valid: Mapping[str, str]
    flags: Mapping[int, Meaning]
    differs: Mapping[str, str]
    named_only: bool

    def count(self, field: str) -> int:
        """Points that a field holds, named or not."""
        return len(self.fields[field]) + self.more.get(field, 0)

    def without_differing(self) -> KeypointMap:
        """The map without the points that are not quite what they are taken for."""
        same = {n: i for n, i in self.points.items() if n not in self.differs}
        return KeypointMap(**(self.__dict__ | {"points": same, "differs": {}}))


@cache
def shipped_maps() -> Mapping[str, KeypointMap]:
    """Every format that the project knows, by name."""
    found = tables("dataset/merging/maps/*.yaml")
    return {name: _checked(name, Source(str(found.path(name)), found[name])) for name in found}


def keypoint_map(given: str) -> KeypointMap:
    """A shipped map by its name, or the user's by the path of its file.

    Raises:
        InputError: there is none of that name, or the file is not sound.
    """
    if given in shipped_maps():
        return shipped_maps()[given]
    path = Path(given)
    if not path.suffix:
        raise InputError(
            "there is no keypoint map of this name",
            expected=f"one of {', '.join(shipped_maps())}, or the path of a YAML file",
            got=given,
            remedy=_SEE,
        )
    return _checked(given, read_yaml(path, "keypoint map", expected=_EXPECTED, remedy=_SEE))


def _checked(name: str, source: Source) -> KeypointMap:
    """A map out of plain data; every point that it names must be ours, mapped or left out."""
    try:
        form = _Form.model_validate(source.data)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            "this keypoint map cannot be used",
            where=source.where(first["loc"]),
            expected=first["msg"],
            got=str(first["input"])[:200],
            remedy=_SEE,
        ) from error
    names = [n for field in form.fields.values() for n in field]
    points = {n: _index(n, form, source) for n in names if n not in form.left_out}
    _refuse_doubles(list(points.values()), names, source)
    for key, known in (("points", names), ("left_out", names), ("differs", list(points)), ("valid", list(form.fields))):
        for entry in getattr(form, key):
            if entry not in known:
                raise _fault(source, (key,), "this is not in the map's fields", f"one of {', '.join(known)}", entry)
    plain: dict[str, Any] = form.model_dump(exclude={"fields", "points", "left_out"})
    fields = {field: tuple(names) for field, names in form.fields.items()}
    return KeypointMap(name=name, fields=fields, points=points, **plain)


def _index(name: str, form: _Form, source: Source) -> int:
    ours = form.points.get(name, name)
    if ours not in INDEX:
        raise _fault(
            source,
            ("points", name) if name in form.points else ("fields",),
            "this is none of the 37 keypoints",
            f"a line under points, such as '{name}: neck', or {name} under left_out",
            ours,
        )
    return INDEX[ours]


def _refuse_doubles(indices: list[int], names: list[str], source: Source) -> None:
    for what, all_of in (("point", names), ("keypoint of ours", indices)):
        if len(set(all_of)) < len(all_of):
            twice = next(x for x in all_of if list(all_of).count(x) > 1)
            got = twice if isinstance(twice, str) else next(n for n, i in INDEX.items() if i == twice)
            raise _fault(source, ("fields",), f"a {what} is there twice", "each once", str(got))


def _fault(source: Source, key: tuple[str, ...], what: str, expected: str, got: str) -> InputError:
    return InputError(what, where=source.where(key), expected=expected, got=got, remedy=_SEE)
