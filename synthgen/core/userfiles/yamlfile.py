"""The one way in which a user's YAML files are read: scenes, marker sets, joint mappings, notes beside motions.

All have the same limits and the same words for faults of their form; what may stand in them is their rooms' business.
The package's own files are the business of :mod:`synthgen.core.tables`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from synthgen.core.errors import InputError
from synthgen.core.userfiles.content import decoded, read_bytes
from synthgen.core.userfiles.yamldata import KeyPath, plain
from synthgen.core.userfiles.yamlnodes import Fault

LARGEST = 1_000_000
"""Bytes: such a file is some pages of text."""
_TOLD = 50
"""Doubled keys that are reported one by one."""


@dataclass
class Source:
    """A parsed file.

    Attributes:
        path: the file.
        data: what it says.
        lines: key path → its line, from 1; empty where the data was in no file.
        problems: what is wrong with its form although it could be read; ``untold`` more are not put into words.
    """

    path: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[InputError] = field(default_factory=list)
    untold: int = 0

    def value(self, key: KeyPath) -> Any:
        """The plain data at a key path."""
        here: Any = self.data
        for part in key:
            here = here[part]
        return here

    def line(self, key: KeyPath) -> int:
        """The line of a key, or of the nearest one above it."""
        near = key
        while near and near not in self.lines:
            near = near[:-1]
        return self.lines.get(near, 1)

    def where(self, key: KeyPath) -> str:
        """``scenes/gym.yaml:12 people.max``; without a line where the data was in no file."""
        text = f"{self.path}:{self.line(key)}" if self.lines else self.path
        return f"{text} {dotted(key)}" if key else text


def dotted(key: KeyPath) -> str:
    """``("clips", 2, "time")`` → ``clips[2].time``."""
    out = ""
    for part in key:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def parse_yaml(path: Path, kind: str, *, expected: str, remedy: str | None = None) -> Source:
    """Reads a YAML file of keys and values; keys that are given twice are reported in ``problems``.

    Args:
        path: the file.
        kind: what it should be, for messages: ``scene file``.
        expected: what such a file says.
        remedy: where to see how it is written.

    Raises:
        InputError: the file is missing, unreadable, too large, no YAML, or not one table of keys and values.
    """
    text = decoded(read_bytes(path, kind, LARGEST, expected=expected))
    if bad := yaml.reader.Reader.NON_PRINTABLE.search(text):
        raise InputError(
            f"a {kind} holds no control characters",
            got=ascii(bad.group()),
            where=f"{path}:{text.count(chr(10), 0, bad.start()) + 1}",
            remedy="remove this character, or give a text file",
        )
    try:
        told = plain(text)
    except Fault as fault:
        lines = text.splitlines()
        at = None if fault.line is None else lines[fault.line - 1].strip() if fault.line <= len(lines) else "its end"
        raise InputError(
            fault.what,
            where=f"{path}:{fault.line}" if fault.line else str(path),
            expected=expected,
            got=fault.got or at,
            remedy=fault.remedy or remedy,
        ) from None
    if not isinstance(told.data, dict):
        raise InputError(
            f"a {kind} holds keys and values",
            where=f"{path}:1",
            expected=expected,
            got="an empty file" if told.data is None else "something else",
            remedy=remedy,
        )
    source = Source(str(path), told.data, told.lines, untold=len(told.doubled[_TOLD:]))
    for key, line, first in told.doubled[:_TOLD]:
        source.problems.append(
            InputError(
                "this key is there twice",
                where=f"{path}:{line} {dotted(key)}",
                expected="every key once",
                got=f"the same key in line {first}",
                remedy="remove one of the two",
            )
        )
    return source


def read_yaml(path: Path, kind: str, *, expected: str, remedy: str | None = None) -> Source:
    """As :func:`parse_yaml`, for files whose first fault is enough: a doubled key is an error at once."""
    source = parse_yaml(path, kind, expected=expected, remedy=remedy)
    if source.problems:
        raise source.problems[0]
    return source
