"""Reader of C3D files (markers)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.motion.keys import MARKERS, UNIT, UP, Given
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip


def _read(path: Path, given: Given) -> Clip:
    from synthgen.motion.readers.c3d.recording import read

    return read(path, given)


READER = Reader(
    name="C3D",
    about="markers, keypoints of pose estimators, SMPL joints",
    suffixes=(".c3d",),
    read=_read,
    keys=(UNIT, UP, MARKERS),
    module="ezc3d",
)
