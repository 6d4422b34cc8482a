"""COCO files that are written record by record."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from synthgen.core.files.whole import whole_file

_BLOCK = 4 << 20


class CocoWriter:
    """One file: its head, then the images, then the annotations, then what is known at the end."""

    def __init__(self, file: BinaryIO, head: Mapping[str, Any]) -> None:
        self._file = file
        self._block = bytearray(orjson.dumps(dict(head))[:-1])
        self._member = ""
        self.counts: dict[str, int] = {}

    def add(self, member: str, line: bytes) -> None:
        """The next record of a member; members follow one another."""
        if member != self._member:
            self._begin(member)
        else:
            self._block += b",\n"
        self._block += line
        self.counts[member] += 1
        if len(self._block) > _BLOCK:
            self._flush()

    def end(self, tail: Mapping[str, Any], members: Sequence[str]) -> None:
        """Closes the file; members that got no record are empty lists."""
        for member in members:
            if member not in self.counts:
                self._begin(member)
        self._block += b"\n],\n" + orjson.dumps(dict(tail))[1:] + b"\n"
        self._flush()

    def _begin(self, member: str) -> None:
        self._block += (b"\n]" if self._member else b"") + b',\n"%s":[\n' % member.encode()
        self._member = member
        self.counts[member] = 0

    def _flush(self) -> None:
        self._file.write(self._block)
        self._block.clear()


@contextlib.contextmanager
def coco_writers(paths: Sequence[Path], head: Mapping[str, Any]) -> Iterator[list[CocoWriter]]:
    """Several files that get their names together at the end, if nothing failed."""
    with contextlib.ExitStack() as stack:
        yield [CocoWriter(stack.enter_context(whole_file(path)), head) for path in paths]
