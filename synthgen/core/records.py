"""Records: small frozen dataclasses that become JSON and come back as what they were."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, ClassVar, Self, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

from synthgen.core.errors import InputError

_MARK = "left out while None"

LEFT_OUT: Mapping[str, Any] = {_MARK: True}
"""Metadata of a field whose key JSON does not have while its value is None."""


@dataclasses.dataclass(frozen=True)
class Record:
    """Base of frozen dataclasses that :meth:`to_dict` writes and :meth:`from_dict` reads.

    Keys are the attributes' names, in their order. What is nested may be records or other dataclasses, tuples (lists in
    JSON), mappings of text, numbers, text and None.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {name: _plain(value) for name, value in _written(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], where: str | None = None) -> Self:
        """What :meth:`to_dict` wrote.

        Args:
            data: as it came from JSON.
            where: the file, for the message.

        Raises:
            InputError: a key is missing or unknown, or a value of another type.
        """
        try:
            # As JSON, because only there a list may stand for a tuple while text may not stand for a number.
            return cast(Self, _reader(cast(Hashable, cls)).validate_json(json.dumps(data), strict=True))
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(
                f"this is no {cls.__name__}",
                where=where,
                expected=f"the keys and types of {cls.__module__}.{cls.__name__}",
                got=f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}",
                remedy="make it again with this version of synthgen",
            ) from error


@cache
def _reader(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(type[Any], kind))


def _written(record: Any) -> list[tuple[str, Any]]:
    """Names and values of a dataclass' fields, without those that are left out."""
    fields = dataclasses.fields(record)
    pairs = [(f.name, getattr(record, f.name), _MARK in f.metadata) for f in fields]
    return [(name, value) for name, value, may_be_left_out in pairs if value is not None or not may_be_left_out]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {name: _plain(inner) for name, inner in _written(value)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
