"""Lines of a BVH file with their numbers, and numbers in them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

LARGEST = 1e7
"""Offsets and values beyond this are damage in any unit."""


class Lines:
    """The lines that are not blank, one after the other; ``number`` is that of the last one given."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.number = path, 0
        self._lines = self._numbered(text)

    def _numbered(self, text: str) -> Iterator[str]:
        for self.number, line in enumerate(StringIO(text, newline=None), 1):
            if not line.isspace():
                yield line

    def __iter__(self) -> Iterator[str]:
        return self._lines

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.path}:{self.number}"


def number(word: str) -> float | None:
    """The finite number that a word spells, else None; ``1_000`` is none, though Python takes it."""
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in word else None


def comma(line: str) -> str | None:
    """What to do about a decimal comma, if there is one."""
    return "write decimal points in place of decimal commas, or export with English numbers" if "," in line else None


def excerpt(line: str) -> str:
    """A line for an error, not longer than that may be."""
    line = " ".join(line.split())
    return line if len(line) <= 80 else line[:79] + "…"
