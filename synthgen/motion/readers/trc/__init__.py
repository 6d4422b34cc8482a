"""Reader of TRC files (markers): tables of numbers between tabs, under five lines of heading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.motion.keys import MARKERS, UNIT, UP, Given
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip


def _read(path: Path, given: Given) -> Clip:
    from synthgen.motion.readers.trc.recording import read

    return read(path, given)


READER = Reader(
    name="TRC",
    about="markers, keypoints of pose estimators, SMPL joints",
    suffixes=(".trc",),
    read=_read,
    keys=(UNIT, UP, MARKERS),
)
