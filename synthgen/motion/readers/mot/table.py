"""The numbers of an OpenSim motion file, under the names of its coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.parsing.text import number, read_lines


@dataclass(frozen=True)
class CoordinateTable:
    """What the file holds, in its own units.

    Attributes:
        names: (C,) of the columns but the time's.
        times: (T,) seconds; values: (T, C).
        degrees: its word for ``inDegrees``.
    """

    names: tuple[str, ...]
    times: np.ndarray
    values: np.ndarray
    degrees: str


def read_table(path: Path) -> CoordinateTable:
    """The file's numbers; OpenSim 4.6 never returns from a file that lacks ``endheader`` or rows.

    Raises:
        InputError: the file is missing, damaged or cut short.
    """
    lines = read_lines(path, "OpenSim motion (.mot)")
    end = next((i for i, line in enumerate(lines) if line.strip().lower() == "endheader"), len(lines))
    labels = lines[end + 1].split() if end + 1 < len(lines) else []
    rows = [(i, line.split()) for i, line in enumerate(lines[end + 2 :], end + 3) if line.strip()]
    if [n.lower() for n in labels[:1]] != ["time"] or len(labels) < 2 or not rows:
        raise InputError(
            "this is no complete OpenSim motion",
            where=f"{path}:{min(end + 2, len(lines)) or 1}",
            expected="a header up to endheader, time and names, then rows",
            got=f"{len(lines)} lines, {len(rows)} rows",
            remedy="export it again from OpenSim as .mot",
        )
    header = {k.strip().lower(): v.strip() for k, _, v in (line.partition("=") for line in lines[:end])}
    stated = header.get("nrows") or str(len(rows))
    if stated != str(len(rows)):
        raise InputError(
            "the file is truncated",
            where=str(path),
            expected=f"{stated} rows",
            got=str(len(rows)),
            remedy=f"copy or export it again; if it was cut on purpose, write nRows={len(rows)}",
        )
    _check_single(labels, f"{path}:{end + 2}")
    values = _values(path, labels, rows)
    return CoordinateTable(tuple(labels[1:]), values[:, 0], values[:, 1:], header.get("indegrees", ""))


def _check_single(labels: list[str], where: str) -> None:
    if len(set(labels)) != len(labels):
        doubled = sorted({n for n in labels if labels.count(n) > 1})
        raise InputError(
            "a coordinate comes twice",
            where=where,
            expected="one column per name",
            got=", ".join(doubled),
            remedy="take one of the two columns out",
        )


def _values(path: Path, labels: list[str], rows: list[tuple[int, list[str]]]) -> np.ndarray:
    """(T, 1 + C) numbers of rows, each with the number of its line."""
    values = np.empty((len(rows), len(labels)))
    for t, (i, words) in enumerate(rows):
        if len(words) != len(labels):
            raise InputError(
                "a row is not complete",
                where=f"{path}:{i}",
                expected=f"{len(labels)} numbers, one per name",
                got=str(len(words)),
                remedy="copy or export the file again",
            )
        values[t] = [number(w, f"{path}:{i} {n}") for n, w in zip(labels, words, strict=True)]
    return values
