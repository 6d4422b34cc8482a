"""Reader of TRC files (markers), over OpenSim in a process of its own.

The text is looked at first: OpenSim 4.6 never returns from a header that breaks off, takes a word for a missing
value, and does not compare the frames that it finds with those that the header promises.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from synthgen.errors import InputError
from synthgen.motion.beside import beside
from synthgen.motion.clip import Clip
from synthgen.motion.native import read_native_text
from synthgen.motion.recording import Recording, clip_of, even_times
from synthgen.motion.text import read_text

_HEADER = 5
_KEYS = ("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
         "OrigNumFrames")  # fmt: skip
_COLUMNS = re.compile(r"\s*Frame#?[ ]*\t\s*Times?[ ]*\t", re.IGNORECASE)
_STRANGE = re.compile(r"[^0-9eE+\-.\s]")


def read(path: Path) -> Clip:
    """Reads a TRC file.

    Raises:
        InputError: the file is missing, damaged or cut short, or says something that cannot be
            (``motion/recording.py``).
    """
    path = Path(path)
    given = beside(path)
    lines = read_text(path, "TRC").splitlines()
    _check_heading(path, lines)
    header = _header(path, lines)
    stated = _check_text(path, lines, header)
    meta, points = read_native_text("trc", path, _clean(lines, header))
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
    return clip_of(Recording(path, names, points, fps, header["Units"], notes), given)


def _header(path: Path, lines: list[str]) -> dict[str, str]:
    """Key → value of the second and third line; ``Units`` is there in any case, and empty when the file has no word."""
    # Some programs put two tabs between the header's words.
    keys, values = ([w.strip() for w in line.split("\t") if w.strip()] for line in lines[1:3])
    if len(values) == len(keys) - 1 and "Units" in keys:
        at = keys.index("Units")
        if at == len(values) or not values[at][:1].isalpha():
            values.insert(at, "")
    if len(values) != len(keys):
        raise InputError("the header's names and values do not agree", where=f"{path}:3",
                         expected=f"{len(keys)} values, for {', '.join(keys)}", got=f"{len(values)}",
                         remedy="write one value below each name, with tabs between")  # fmt: skip
    header = dict(zip(keys, values, strict=True))
    header.setdefault("Units", "")
    return header


def _clean(lines: list[str], header: dict[str, str]) -> str:
    """The text as OpenSim takes it.

    It wants eight names in the header, in their order and each with a word, and the columns' own names to the letter,
    and drops a row's last value when that is blank. Of the header only the numbers of frames and markers are of
    consequence there: numbers are read as they are, whatever the unit.
    """
    widest = 2 + 3 * len(_names(lines))
    rate, frames = header["DataRate"], header["NumFrames"]
    full = dict(zip(_KEYS, (rate, rate, frames, header["NumMarkers"], "mm", rate, "1", frames), strict=True))
    out = [lines[0], "\t".join(full), "\t".join(full.values()),
           _COLUMNS.sub("Frame#\tTime\t", lines[3], count=1), *lines[4:]]  # fmt: skip
    for i, line in enumerate(lines[_HEADER:], _HEADER):
        row = line.split("\t")[:widest]
        if len(row) == widest and row[0].strip() and not row[-1].strip():
            out[i] = "\t".join(w.strip() or "NaN" for w in row)
    # Some programs end with a line of tabs alone, which OpenSim takes for a frame that breaks off.
    return "\n".join([*out[: _HEADER + 1], *(line for line in out[_HEADER + 1 :] if line.strip())]) + "\n"


def _check_text(path: Path, lines: list[str], header: dict[str, str]) -> dict[str, float]:
    """Checks numbers and names; the header's rate and counts."""
    stated = {}
    for key in ("DataRate", "NumFrames", "NumMarkers"):
        try:
            stated[key] = float(header.get(key, ""))
        except ValueError:
            stated[key] = float("nan")
        if not (np.isfinite(stated[key]) and stated[key] > 0):
            raise InputError(f"{key} must be a positive number", where=f"{path}:3", got=header.get(key, "nothing"))
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
    return [n.strip() for n in _COLUMNS.sub("", lines[3], count=1).split("\t") if n.strip()]


_LINES = (
    ("PathFileType, 4, (X/Y/Z) and the file's name", lambda line: line.startswith("PathFileType")),
    ("DataRate, CameraRate, NumFrames, NumMarkers, Units …", lambda line: line.startswith("DataRate")),
    ("the values of line 2", lambda line: bool(line.strip())),
    ("Frame#, Time and the markers' names", lambda line: bool(_COLUMNS.match(line))),
    ("two empty columns, then X1, Y1, Z1 …", lambda line: "X1" in line),
)


def _check_heading(path: Path, lines: list[str]) -> None:
    """Refuses a file whose first five lines are not those of a TRC file."""
    wrong = next((i for i, (_, right) in enumerate(_LINES) if i >= len(lines) or not right(lines[i])), None)
    if wrong is None and len(lines) > _HEADER:
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
        got=(lines[wrong][:60].rstrip() or "an empty line") if lines else "an empty file",
        remedy=remedy,
    )
