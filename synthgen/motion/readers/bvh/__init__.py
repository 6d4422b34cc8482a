"""Reader of BVH files: joints and orientations of a skeleton."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.motion.keys import UNIT, UP, Given, Key
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip

JOINTS = Key("joints", (str,), "joints (path)", "mine.yaml", is_path=True)
"""A mapping file of the user's, like ``bvh_joints.yaml``."""


def _read(path: Path, given: Given) -> Clip:
    from synthgen.motion.readers.bvh.motion import read

    return read(path, given)


READER = Reader(
    name="BVH",
    about="joints and orientations",
    suffixes=(".bvh",),
    read=_read,
    keys=(UNIT, UP, JOINTS),
)
