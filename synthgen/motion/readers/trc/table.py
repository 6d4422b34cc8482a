"""The table of a TRC file: times, and three columns for each trajectory."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.parsing.text import number
from synthgen.motion.readers.trc.heading import Heading

_MISSING = frozenset(
    {
        "",
        "nan",
        "-nan",
        "none",
        "null",
        "na",
        "n/a",
        "-",
        "nan(ind)",
        "-nan(ind)",
        "1.#qnan",
        "-1.#qnan",
        "1.#ind",
        "-1.#ind",
    }
)
"""What programs write where a marker was not seen, in lower case."""

_SPARSE = 10_000_000
"""Values that a table may lack, whatever it holds; more are damage, for which there is no memory."""


def frames(path: Path, lines: list[str], head: Heading, cut: bool) -> tuple[np.ndarray, np.ndarray]:
    """Times (T,) and points (T, N, 3), N at least the number of names; NaN where a marker was not seen.

    Args:
        path: the file; lines: all of its lines; head: what they say above the table.
        cut: the last line has no end, so that what it lacks was not left out on purpose.

    Raises:
        InputError: with the line: a value is none, or there are too many or too few of them.
    """
    # Some programs end with a line of tabs alone, which is no frame.
    numbered = [(i, line) for i, line in enumerate(lines[head.first :], head.first + 1) if line.strip()]
    if not numbered:
        raise InputError(
            "the motion has no frames",
            where=str(path),
            expected=f"{head.frames:g} frames",
            got="a heading alone",
            remedy="export it again",
        )
    full = 2 + 3 * len(head.names)
    rows = []
    for i, line in numbered:
        words = _words(line, full, f"{path}:{i}", cut and i == len(lines))
        rows.append(_row(words[1:], f"{path}:{i}"))
    table = _table(rows, len(head.names), str(path))
    points = table[:, 1:].reshape(len(rows), -1, 3)
    points[(points == 0).all(-1)] = np.nan  # the exact origin is what Mokka and others write for an unseen marker
    return table[:, 0], points


def _words(line: str, full: int, where: str, cut: bool) -> list[str]:
    """The values of a line, ``full`` of them and three for each trajectory without a name."""
    words = line.split("\t")
    while len(words) > full and not words[-1].strip():
        del words[-1]
    if cut and len(words) < full:
        raise InputError(
            "the last frame breaks off",
            where=where,
            expected=f"{full} columns",
            got=str(len(words)),
            remedy="copy or export the file again",
        )
    # A value lost in the middle shows at the end, where a last tab may make up the number.
    lost = len(words) == full and not words[-1].strip() and any(w.strip() for w in words[-3:])
    if (len(words) - 2) % 3 or lost:
        raise InputError(
            "a frame has too many or too few values",
            where=where,
            expected=f"{full} columns, and three more for each trajectory without a name",
            got=str(len(words) - lost),
            remedy="take out the value too many or put in the one that is missing, or export it again",
        )
    return words


def _table(rows: list[list[float]], names: int, where: str) -> np.ndarray:
    """(T, 1 + 3 N) times and coordinates, NaN behind the end of a row."""
    width = 1 + 3 * max(names, max((len(r) + 1) // 3 for r in rows))
    if len(rows) * width > _SPARSE + 10 * sum(map(len, rows)):
        raise InputError(
            "most frames lack most of their values",
            where=where,
            expected=f"{width + 1} columns each",
            got=f"{min(map(len, rows)) + 1} columns",
            remedy="export it again",
        )
    table = np.full((len(rows), width), np.nan)
    for row, values in zip(table, rows, strict=True):
        row[: len(values)] = values
    return table


def _row(words: list[str], where: str) -> list[float]:
    """Time and coordinates, NaN where a marker was not seen."""
    try:
        values = [float(w) for w in words]
        if all(map(math.isfinite, values)) and not any("_" in w for w in words):
            return values
    except ValueError:
        pass  # blanks, or what the errors are for
    words = [w.strip() for w in words]
    if words[0].lower() in _MISSING:
        raise InputError(
            "a frame has no time",
            where=where,
            expected="frame number, time and values with tabs between",
            got=repr(words[0]),
            remedy="write the time in seconds in the second column",
        )
    missing = "nothing where a marker was not seen"
    return [np.nan if w.lower() in _MISSING else number(w, where, missing) for w in words]
