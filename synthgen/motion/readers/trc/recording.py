"""The recording in a TRC file: a table of numbers between tabs, under five lines of heading.

Only what decides something is asked of the heading: rate, unit and number of frames, and which columns have a name. The
rest (numbers of frames and columns, a second rate, values below names that are not used) may be as it likes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.normalise.recording import Recording, clip_of
from synthgen.motion.normalise.times import even_times
from synthgen.motion.parsing.text import lines_of, read_text
from synthgen.motion.readers.trc.heading import Heading, heading
from synthgen.motion.readers.trc.table import frames


def read(path: Path, given: Given) -> Clip:
    """Reads a TRC file.

    Raises:
        InputError: the file is missing, damaged or cut short, or says something that cannot be
            (``motion/normalise/recording.py``).
    """
    recording, guessed = _recording(path)
    if not guessed:
        return clip_of(recording, given)
    # A name that was lost would shift all behind it, and the markers then contradict each other.
    try:
        return clip_of(replace(recording, notes=(*recording.notes, f"it is taken that {guessed}")), given)
    except InputError as error:
        raise InputError(
            error.what,
            where=error.where,
            expected=error.expected,
            got=error.got,
            remedy=f"{error.remedy}; or, if it is not so that {guessed}, write each name above its columns",
        ) from None


def _recording(path: Path) -> tuple[Recording, str]:
    """The trajectories, and what was guessed about their names; empty when nothing was."""
    text = read_text(path, "TRC")
    lines = lines_of(text)
    head = heading(path, lines)
    times, points = frames(path, lines, head, cut=not text.endswith(("\n", "\r")))
    _check_count(len(points), head, str(path))
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
        return recording, ""
    return recording, f"the {len(head.names)} names of line 4 belong to the first of {len(names)} trajectories"


def _check_count(found: int, head: Heading, where: str) -> None:
    if found != head.frames:
        raise InputError(
            "the file is truncated" if found < head.frames else "the file has more frames than it says",
            where=where,
            expected=f"{head.frames:g} frames",
            got=str(found),
            remedy=f"if it was cut on purpose, set NumFrames to {found} in its header; else copy or export it again",
        )
