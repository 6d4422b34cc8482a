"""Text as programs of all ages and countries wrote it: one place that decides how its lines and numbers are meant.

How bytes become text is decided in ``core/userfiles/content.py``, which also serves the files beside motions, marker
sets and joint mappings.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.core.userfiles.content import decoded, read_bytes

LARGEST = 2_000_000_000
"""Bytes of a motion file: an hour of hundreds of markers, as text."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMA = re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?")


def read_text(path: Path, kind: str) -> str:
    """The text of a motion file of a ``kind`` such as ``TRC``.

    Raises:
        InputError: the file is missing, cannot be read, or holds no text.
    """
    text = decoded(read_bytes(path, "motion file", LARGEST))
    if "\0" in text:
        raise InputError(
            "the motion file cannot be read",
            where=str(path),
            expected=f"text, as {kind} files are",
            got="bytes that are no text",
            remedy=f"export it as {kind} in UTF-8, or give it the ending of what it is, such as .c3d",
        )
    return text


def read_lines(path: Path, kind: str) -> list[str]:
    """The lines of a motion file's text, as Windows, Unix and old Macs end them; an end of the last line adds none.

    Raises:
        InputError: as in :func:`read_text`.
    """
    return lines_of(read_text(path, kind))


def lines_of(text: str) -> list[str]:
    """The lines of a text. ``str.splitlines`` also breaks where a name holds one of eight rare characters."""
    lines = _LINE_END.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def number(word: str, where: str, also: str = "") -> float:
    """The finite number that a word of a file is.

    Args:
        word: without blanks around it.
        where: file and line, for the error.
        also: what else could stand there, such as ``nothing where a marker was not seen``.

    Raises:
        InputError: it is none.
    """
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and "_" not in word:  # Python's own liberty with numbers
        return value
    comma = _COMMA.fullmatch(word) is not None
    raise InputError(
        "a value is not a number",
        where=where,
        expected="a finite number" + (f", or {also}" if also else ""),
        got=repr(word[:40]) if word else "nothing",
        remedy="write decimal points instead of commas (a setting of the program or computer that exported it)"
        if comma
        else "correct the value, or export the file again",
    )
