"""The recording in a TRC file: a table of numbers between tabs, under five lines of heading.

Only what decides something is asked of the heading: rate, unit and number of frames, and which columns have a name. The
rest (numbers of frames and columns, a second rate, values below names that are not used) may be as it likes.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.normalise.recording import Recording, clip_of, even_times
from synthgen.motion.parsing.text import lines_of, number, read_text
from synthgen.motion.readers.trc.heading import Heading, heading

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


def read(path: Path, given: Given) -> Clip:
    """Reads a TRC file.

    Raises:
        InputError: the file is missing, damaged or cut short, or says something that cannot be
            (``motion/normalise/recording.py``).
    """
    text = read_text(path, "TRC")
    lines = lines_of(text)
    head = heading(path, lines)
    times, points = _frames(path, lines, head, cut=not text.endswith(("\n", "\r")))
    if len(points) != head.frames:
        raise InputError(
            "the file is truncated" if len(points) < head.frames else "the file has more frames than it says",
            where=str(path),
            expected=f"{head.frames:g} frames",
            got=str(len(points)),
            remedy=f"if it was cut on purpose, set NumFrames to {len(points)} in its header; else copy or "
            "export it again",
        )
    points, fps, notes = even_times(times, points, str(path))
    if len(points) > 1 and abs(fps - head.rate) > 0.02 * head.rate:
        raise InputError(
            "the file's times and its rate do not agree",
            where=str(path),
            expected=f"DataRate {head.rate:g}",
            got=f"{fps:g} frames a second",
            remedy="correct DataRate or the column Time",
        )
    names = (*head.names, *("",) * (points.shape[1] - len(head.names)))
    if head.markers != len(names):
        notes += (f"NumMarkers says {head.markers:g}, the file has {len(names)} trajectories",)
    recording = Recording(path, names, points, fps if len(points) > 1 else head.rate, head.unit, notes)
    if not head.markers == len(names) > len(head.names):
        return clip_of(recording, given)
    # A name that was lost would shift all behind it, and the markers then contradict each other.
    first = f"the {len(head.names)} names of line 4 belong to the first of {len(names)} trajectories"
    try:
        return clip_of(replace(recording, notes=(*notes, f"it is taken that {first}")), given)
    except InputError as error:
        raise InputError(
            error.what,
            where=error.where,
            expected=error.expected,
            got=error.got,
            remedy=f"{error.remedy}; or, if it is not so that {first}, write each name above its columns",
        ) from None


def _frames(path: Path, lines: list[str], head: Heading, cut: bool) -> tuple[np.ndarray, np.ndarray]:
    """Times (T,) and points (T, N, 3), N at least the number of names; NaN where a marker was not seen.

    ``cut`` says that the last line has no end, so that what it lacks was not left out on purpose.
    """
    rows: list[list[float]] = []
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
    for i, line in numbered:
        words = line.split("\t")
        while len(words) > full and not words[-1].strip():
            del words[-1]
        if cut and i == len(lines) and len(words) < full:
            raise InputError(
                "the last frame breaks off",
                where=f"{path}:{i}",
                expected=f"{full} columns",
                got=str(len(words)),
                remedy="copy or export the file again",
            )
        # A value lost in the middle shows at the end, where a last tab may make up the number.
        lost = len(words) == full and not words[-1].strip() and any(w.strip() for w in words[-3:])
        if (len(words) - 2) % 3 or lost:
            raise InputError(
                "a frame has too many or too few values",
                where=f"{path}:{i}",
                expected=f"{full} columns, and three more for each trajectory without a name",
                got=str(len(words) - lost),
                remedy="take out the value too many or put in the one that is missing, or export it again",
            )
        rows.append(_row(words[1:], f"{path}:{i}"))
    width = 1 + 3 * max(len(head.names), max((len(r) + 1) // 3 for r in rows))
    if len(rows) * width > _SPARSE + 10 * sum(map(len, rows)):
        raise InputError(
            "most frames lack most of their values",
            where=str(path),
            expected=f"{width + 1} columns each",
            got=f"{min(map(len, rows)) + 1} columns",
            remedy="export it again",
        )
    table = np.full((len(rows), width), np.nan)
    for row, values in zip(table, rows, strict=True):
        row[: len(values)] = values
    points = table[:, 1:].reshape(len(rows), -1, 3)
    points[(points == 0).all(-1)] = np.nan  # the exact origin is what Mokka and others write for an unseen marker
    return table[:, 0], points


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
