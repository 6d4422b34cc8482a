"""Reader of clips that this package saved (:meth:`synthgen.motion.clip.Clip.save`), recognised by their header."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.motion.keys import Given
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip


def _read(path: Path, given: Given) -> Clip:
    from synthgen.motion.clip import Clip

    return Clip.load(path)


def _takes(path: Path) -> bool:
    from synthgen.core import archive
    from synthgen.core.userfiles.arrays import declared

    return archive.HEADER in declared(path, "motion file")


READER = Reader(name="a saved clip", about="written by this program", suffixes=(".npz",), read=_read, takes=_takes)
