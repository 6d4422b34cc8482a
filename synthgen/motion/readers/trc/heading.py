"""The five lines above a TRC file's table: what they must say, and how to put them right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError

_COLUMNS = re.compile(r"\s*Frame#?[ ]*\t\s*Times?[ ]*(\t|$)", re.IGNORECASE)
_AXES = re.compile(r"([XYZ])\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """What the heading says.

    Attributes:
        names: (N,) of the first N trajectories; empty where one has none.
        rate: frames a second; frames: how many there should be; markers: NumMarkers.
        unit: the file's word for it; empty when it has none.
        first: index of the line at which the table begins.
    """

    names: tuple[str, ...]
    rate: float
    frames: float
    markers: float
    unit: str
    first: int


def heading(path: Path, lines: list[str]) -> Heading:
    """Reads the lines above the table.

    Raises:
        InputError: they are not those of a TRC file, or lack a number or name that is needed.
    """
    _check_lines(path, lines)
    header = _header(path, lines)
    stated = {}
    for key in ("DataRate", "NumFrames", "NumMarkers"):
        try:
            stated[key] = float(header.get(key, ""))
        except ValueError:
            stated[key] = np.nan
        if not (np.isfinite(stated[key]) and stated[key] > 0):
            raise InputError(
                f"{key} must be a positive number",
                where=f"{path}:3",
                got=header.get(key) or "nothing",
                remedy=f"write it in line 3, below {key}",
            )
    first = 4 if _is_table(lines[4]) else 5
    names = _names(path, lines[3], stated["NumMarkers"])
    return Heading(names, stated["DataRate"], stated["NumFrames"], stated["NumMarkers"], header.get("Units", ""), first)


def _header(path: Path, lines: list[str]) -> dict[str, str]:
    """Key → value of the second and third line."""
    keys, values = ([w.strip() for w in line.split("\t")] for line in (lines[1].rstrip(), lines[2]))
    while len(values) > len(keys) and not values[-1]:
        del values[-1]
    if len(keys) == len(values) and all(keys):
        return dict(zip(keys, values, strict=True))
    # Some programs put two tabs between the header's words, or leave out the unit.
    keys, values = [k for k in keys if k], [v for v in values if v]
    if len(values) == len(keys) - 1 and "Units" in keys:
        at = keys.index("Units")
        if at == len(values) or not values[at][:1].isalpha():
            values.insert(at, "")
    if len(values) != len(keys):
        raise InputError(
            "the header's names and values do not agree",
            where=f"{path}:3",
            expected=f"{len(keys)} values, for {', '.join(keys)}",
            got=f"{len(values)}",
            remedy="write one value below each name, with tabs between",
        )
    return dict(zip(keys, values, strict=True))


def _names(path: Path, line: str, markers: float) -> tuple[str, ...]:
    """The trajectories' names: above their first column each, so that blanks are trajectories that nobody named.

    Some programs write the names without columns between; then there must be one for each marker.
    """
    words = [w.strip() for w in _COLUMNS.sub("", line, count=1).split("\t")]
    at = [i for i, w in enumerate(words) if w]
    named = [words[i] for i in at]
    if not named:
        raise InputError(
            "the file has no markers' names",
            where=f"{path}:4",
            expected="Frame#, Time and a name above the first of each marker's three columns",
            got=repr(line[:60]),
            remedy="export it again with names, or write them there",
        )
    if len({i % 3 for i in at}) == 1:
        return tuple(words[i] for i in range(at[0] % 3, at[-1] + 1, 3))
    if len(named) != markers:
        raise InputError(
            "the file's names and NumMarkers do not agree",
            where=f"{path}:4",
            expected=f"{markers:g} names, three tabs from one to the next",
            got=str(len(named)),
            remedy="write each name above the first of its marker's three columns",
        )
    return tuple(named)


def _is_table(line: str) -> bool:
    """True where a line begins with numbers: scripts leave out the one that numbers the columns, which says nothing."""
    return bool(re.match(r"\s*\d+\t\s*[-+.\d]", line))


def _is_axes(line: str) -> bool:
    """True for a line of X, Y, Z with any numbers behind them: files from which markers were cut do not begin at 1."""
    words = [_AXES.fullmatch(w.strip()) for w in line.split("\t") if w.strip()]
    return bool(words) and all(w and w[1].upper() == "XYZ"[i % 3] for i, w in enumerate(words))


_LINES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("PathFileType, 4, (X/Y/Z) and the file's name", lambda line: line.lstrip().startswith("PathFileType")),
    ("DataRate, CameraRate, NumFrames, NumMarkers, Units …", lambda line: line.lstrip().startswith("DataRate")),
    ("the values of line 2", lambda line: bool(line.strip())),
    ("Frame#, Time and the markers' names", lambda line: bool(_COLUMNS.match(line))),
    ("two empty columns, then X1, Y1, Z1, X2 …", lambda line: not line.strip() or _is_axes(line) or _is_table(line)),
)


def _check_lines(path: Path, lines: list[str]) -> None:
    """Refuses a file whose first five lines are not those of a TRC file."""
    wrong = next((i for i, (_, right) in enumerate(_LINES) if i >= len(lines) or not right(lines[i])), None)
    if wrong is None and (len(lines) > len(_LINES) or _is_table(lines[-1])):
        return
    if wrong is None or wrong >= len(lines):
        remedy = "export it again from the program that wrote it: it breaks off"
    elif "," in lines[wrong] and "\t" not in lines[wrong]:
        remedy = "separate the values by tabs"
    else:
        remedy = f"write in line {wrong + 1}, with tabs between: {_LINES[wrong][0]}"
    wrong = len(lines) - 1 if wrong is None or wrong >= len(lines) else wrong
    raise InputError(
        "this is no complete TRC file",
        where=f"{path}:{max(wrong, 0) + 1}",
        expected="PathFileType, DataRate …, their values, Frame#, Time and names, X1 Y1 Z1 …, then frames",
        got=(lines[wrong][:60].rstrip() or "an empty line") if any(lines) else "an empty file",
        remedy=remedy,
    )
