"""Reader of SMPL-family motions in ``.npz`` files: AMASS parameters, or joint positions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.motion.keys import FPS, UNIT, UP, Given, Key
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip

STATURE = Key("stature", (int, float), "stature (metres)", "1.70")
"""How tall the stand-in skeleton is that parameters move."""
REST_JOINTS = Key("rest_joints", (str,), "rest_joints (path of a .npy file)", "mine.npy", is_path=True)
"""The body model's own joints in its rest pose, in place of the stand-in's."""


def _read(path: Path, given: Given) -> Clip:
    from synthgen.motion.readers.smpl.motion import read

    return read(path, given)


READER = Reader(
    name="AMASS or SMPL joints",
    about="parameters or joint positions of the SMPL family",
    suffixes=(".npz",),
    read=_read,
    keys=(UNIT, UP, FPS, STATURE, REST_JOINTS),
)
