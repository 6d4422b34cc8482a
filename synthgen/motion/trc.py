"""Reader of TRC files (markers), over OpenSim in a process of its own.

The text is looked at first: OpenSim 4.6 never returns from a header that breaks off, takes a word for a missing
value, and does not compare the frames that it finds with those that the header promises.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.errors import InputError
from synthgen.motion.beside import beside
from synthgen.motion.clip import Clip
from synthgen.motion.native import read_native
from synthgen.motion.recording import Recording, clip_of, even_times

_HEADER = 5
_COLUMNS = re.compile(r"Frame#\t\s*Time\t")
_STRANGE = re.compile(r"[^0-9eE+\-.\s]")


def read(path: Path) -> Clip:
    """Reads a TRC file.

    Raises:
        InputError: the file is missing, damaged or cut short, or says something that cannot be
            (``motion/recording.py``).
    """
    path = Path(path)
    given = beside(path)
    stated = _check_text(path)
    meta, points = _read(path)
    if len(points) != stated["NumFrames"]:
        raise InputError("the file is truncated" if len(points) < stated["NumFrames"] else "the file has more frames "
                         "than it says", where=str(path), expected=f"{stated['NumFrames']:g} frames",
                         got=str(len(points)),
                         remedy=f"if it was cut on purpose, set NumFrames to {len(points)} in its header; else copy or "
                         "export it again")  # fmt: skip
    points, fps, notes = even_times(np.array(meta["times"], float), points, str(path))
    if len(points) > 1 and abs(fps - stated["DataRate"]) > 0.02 * stated["DataRate"]:
        raise InputError("the file's times and its rate do not agree", where=str(path),
                         expected=f"DataRate {stated['DataRate']:g}", got=f"{fps:g} frames a second",
                         remedy="correct DataRate or the column Time")  # fmt: skip
    if len(points) == 1:
        fps = stated["DataRate"]
    names = tuple(str(n).strip() for n in meta["names"])
    return clip_of(Recording(path, names, points, fps, str(meta["unit"]), notes), given)


def _read(path: Path) -> tuple[dict[str, Any], np.ndarray]:
    """What OpenSim reads; it drops a row's last value when that is blank, so such rows are completed in a copy."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    widest = 2 + 3 * len(_names(lines))
    cells = [line.split("\t")[:widest] for line in lines[_HEADER:]]
    open_rows = [i for i, row in enumerate(cells) if len(row) == widest and row[0].strip() and not row[-1].strip()]
    if not open_rows:
        return read_native("trc", path)
    for i in open_rows:
        lines[_HEADER + i] = "\t".join(w.strip() or "NaN" for w in cells[i])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_text("\n".join(lines) + "\n", encoding="utf-8")
        try:
            return read_native("trc", copy)
        except InputError as error:
            got = (error.got or "").replace(str(copy), path.name)
            raise InputError(
                error.what, where=str(path), expected=error.expected, got=got, remedy=error.remedy
            ) from None


def _check_text(path: Path) -> dict[str, float]:
    """Checks header and numbers; the header's rate and counts."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise InputError("there is no such motion file", where=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the motion file cannot be read", where=str(path), got=str(error)) from error
    _check_heading(path, lines)
    stated = {}
    # Some programs put two tabs between the header's words.
    words = [[w.strip() for w in line.split("\t") if w.strip()] for line in lines[1:3]]
    values = dict(zip(*words, strict=False))
    for key in ("DataRate", "NumFrames", "NumMarkers"):
        try:
            stated[key] = float(values.get(key, ""))
        except ValueError:
            stated[key] = float("nan")
        if not (np.isfinite(stated[key]) and stated[key] > 0):
            raise InputError(f"{key} must be a positive number", where=f"{path}:3", got=values.get(key, "nothing"))
    names = _names(lines)
    if len(names) != stated["NumMarkers"]:
        raise InputError("the file's names and NumMarkers do not agree", where=f"{path}:4",
                         expected=f"{stated['NumMarkers']:g} names", got=str(len(names)))  # fmt: skip
    if not any(line.strip() for line in lines[_HEADER:]):
        raise InputError("the motion has no frames", where=str(path), expected=f"{stated['NumFrames']:g} frames")
    widest = 2 + 3 * len(names)
    for number, line in enumerate(lines[_HEADER:], _HEADER + 1):
        strange = _STRANGE.search(line)
        if strange and _STRANGE.search(re.sub("nan", "", line, flags=re.IGNORECASE)):
            bad = next(w for w in line.split() if _STRANGE.search(w) and w.lower() != "nan")
            raise InputError("a value is not a number", where=f"{path}:{number}", got=bad[:40],
                             expected="a number, nan, or nothing where a marker was not seen")  # fmt: skip
        if len(line.rstrip().split("\t")) > widest:
            raise InputError("a frame has too many values", where=f"{path}:{number}", expected=f"{widest} columns",
                             got=str(len(line.rstrip().split('\t'))))  # fmt: skip
    return stated


def _names(lines: list[str]) -> list[str]:
    """The markers' names, which stand in the fourth line with blanks between."""
    return [n.strip() for n in lines[3].split("\t")[2:] if n.strip()]


def _check_heading(path: Path, lines: list[str]) -> None:
    """Refuses a file whose first five lines are not those of a TRC file."""
    looks = (
        lambda line: line.startswith("PathFileType"),
        lambda line: line.startswith("DataRate"),
        lambda line: bool(line.strip()),
        lambda line: bool(_COLUMNS.match(line)),
        lambda line: "X1" in line,
    )
    wrong = next((i for i, right in enumerate(looks) if i >= len(lines) or not right(lines[i])), None)
    if wrong is None and len(lines) > _HEADER:
        return
    wrong = len(lines) - 1 if wrong is None or wrong >= len(lines) else wrong
    commas = bool(lines) and "," in lines[0] and "\t" not in lines[0]
    raise InputError(
        "this is no complete TRC file",
        where=f"{path}:{max(wrong, 0) + 1}",
        expected="PathFileType, DataRate …, their values, Frame#, Time and names, X1 Y1 Z1 …, then frames",
        got=(lines[wrong][:60].rstrip() or "an empty line") if lines else "an empty file",
        remedy="separate the values by tabs" if commas else None,
    )
