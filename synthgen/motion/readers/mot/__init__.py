"""Reader of OpenSim motions (.mot) of this project's body model: coordinates → landmarks and orientations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.motion.keys import Given, Key
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip

MODEL = Key("model", (str,), "model (path of a .osim file)", "mine.osim", is_path=True)
"""The model that the motion was computed with; without it, the one of the same name."""


def _read(path: Path, given: Given) -> Clip:
    from synthgen.motion.readers.mot.motion import read

    return read(path, given)


READER = Reader(
    name="OpenSim",
    about="coordinates of this project's model; lengths from the .osim of the same name beside it",
    suffixes=(".mot",),
    read=_read,
    keys=(MODEL,),
    siblings=(".osim",),
)
