"""JSON files of any size read record by record: which values the outermost object has, and its arrays in batches.

COCO files of a million people have gigabytes, and their members come in any order, so a reader looks first where each
member lies and then goes through the arrays that it wants. Brackets are found with numpy, a chunk of the file at a
time (some 300 MB/s); the records between them are parsed by orjson, many at once. Streaming parsers that exist build
records one event at a time, ten times slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson

from synthgen.core.errors import InputError

CHUNK = 8 << 20
"""Bytes that are looked at at once."""

_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_SPACE = b" \t\r\n"
_MARKS = np.zeros(256, bool)
_MARKS[list(b'"[]{}')] = True


@dataclass(frozen=True)
class _Span:
    """Where a member's value lies: from its opening bracket to behind its closing one, bytes of the file."""

    start: int
    end: int


class JsonRecords:
    """A JSON file with an object outermost.

    Args:
        path: the file; it is looked through once.
        what: what it is meant to be, for errors.

    Raises:
        InputError: it cannot be read, is no JSON object, or is cut off.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path, self.what = path, what
        try:
            self._outline, self._spans = _outline(path)
        except (OSError, ValueError) as error:
            raise self._refusal(error) from error

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the outermost object's members, in their order."""
        return tuple(self._outline)

    def value(self, name: str) -> Any:
        """A whole member; None where there is none.

        Raises:
            InputError: it is no JSON.
        """
        value = self._outline.get(name)
        if not isinstance(value, dict):
            return value
        span = self._spans[value["span"]]
        try:
            with self.path.open("rb") as file:
                file.seek(span.start)
                return orjson.loads(file.read(span.end - span.start))
        except (OSError, ValueError) as error:
            raise self._refusal(error) from error

    def batches(self, name: str) -> Iterator[list[dict[str, Any]]]:
        """The records of a member that is an array, some megabytes of them at a time.

        Raises:
            InputError: the member is missing or no array, or something in it is no JSON object.
        """
        outlined = self._outline.get(name)
        span = self._spans[outlined["span"]] if isinstance(outlined, dict) else None
        try:
            with self.path.open("rb") as file:
                if span is None or self._first_byte(file, span) != b"[":
                    raise self._no_list(name)
                for text in _pieces(file, span):
                    records = orjson.loads(text)
                    if not all(type(r) is dict for r in records):
                        raise self._no_list(name)
                    yield records
        except (OSError, ValueError) as error:
            raise self._refusal(error) from error

    @staticmethod
    def _first_byte(file: BinaryIO, span: _Span) -> bytes:
        file.seek(span.start)
        return file.read(1)

    def _no_list(self, name: str) -> InputError:
        found = "nothing of that name" if name not in self._outline else "something else"
        return InputError(
            f"this {self.what} has no list of {name}",
            where=str(self.path),
            expected=f'"{name}": [{{…}}, …]',
            got=f"{found}; the file has {', '.join(self.members) or 'nothing'}",
            remedy="give a COCO file, whose images, annotations and categories are lists of objects",
        )

    def _refusal(self, error: Exception) -> InputError:
        return InputError(
            f"this {self.what} cannot be read",
            where=str(self.path),
            expected="one JSON object",
            got=str(error)[:300],
            remedy="check that it is the right file, and whole",
        )


def _outline(path: Path) -> tuple[dict[str, Any], list[_Span]]:
    """The outermost object with ``{"span": i}`` in place of each array and object in it, and where those lie."""
    outside: list[bytes] = []
    spans: list[_Span] = []
    depth, quoted, at, start = 0, False, 0, 0
    with path.open("rb") as file:
        for chunk in _chunks(file):
            places, depths, opens, quoted = _brackets(chunk, depth, quoted)
            done = 0
            inner = np.flatnonzero(np.where(opens, depths == 2, depths == 1))
            for i in inner.tolist():
                place = int(places[i])
                if opens[i]:
                    outside.append(chunk[done:place])
                    start = at + place
                else:
                    outside.append(b'{"span":%d}' % len(spans))
                    spans.append(_Span(start, at + place + 1))
                    done = place + 1
            depth = int(depths[-1]) if len(depths) else depth
            if depth <= 1:
                outside.append(chunk[done:])
            at += len(chunk)
    if depth or quoted:
        raise ValueError("it ends in the middle")
    outline = orjson.loads(b"".join(outside).removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(outline, dict):
        raise ValueError("the outermost value is no object")
    return outline, spans


def _pieces(file: BinaryIO, span: _Span) -> Iterator[bytes]:
    """An array's text in pieces that each are an array: whole records, as many as a chunk holds."""
    file.seek(span.start + 1)
    left = span.end - span.start - 2
    rest, separated = b"", True
    while left:
        fresh = file.read(min(CHUNK, left))
        if not fresh:
            raise ValueError("the file has become shorter")
        left -= len(fresh)
        rest += fresh
        if not left:
            break
        places, depths, opens, _ = _brackets(rest, 0, False)
        ends = places[(depths == 0) & ~opens]
        if len(ends):
            end = int(ends[-1]) + 1
            yield b"[" + _after_comma(rest[:end], separated) + b"]"
            rest, separated = rest[end:], False
    if rest.strip(_SPACE):
        yield b"[" + _after_comma(rest, separated) + b"]"


def _after_comma(text: bytes, separated: bool) -> bytes:
    """What follows the comma that ``text`` begins with, unless the record before it is separated already."""
    if separated:
        return text
    text = text.lstrip(_SPACE)
    if text[:1] != b",":
        raise ValueError("a comma is missing between two records")
    return text[1:]


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The file in chunks, none of which ends within an escape."""
    while chunk := file.read(CHUNK):
        while chunk.endswith(b"\\") and (more := file.read(1)):
            chunk += more
        yield chunk


def _brackets(text: bytes, depth: int, quoted: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """Brackets outside strings: their places, the depth after each, whether they open; and whether a string is open.

    Args:
        text: JSON that does not begin within an escape.
        depth: how deep it begins.
        quoted: whether it begins within a string.
    """
    data = np.frombuffer(_ESCAPED.sub(b"__", text) if b"\\" in text else text, np.uint8)
    places = np.flatnonzero(_MARKS[data])
    marks = data[places]
    quote = marks == ord('"')
    within = (np.cumsum(quote) + quoted) % 2 == 1
    bare = ~quote & ~within
    places, marks = places[bare], marks[bare]
    opens = (marks & 2) > 0  # [ and { have that bit, ] and } do not
    still = bool(within[-1]) if len(within) else quoted
    return places, depth + np.cumsum(np.where(opens, 1, -1)), opens, still
