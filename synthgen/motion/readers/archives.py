"""Tells the kinds of ``.npz`` files apart: clips that this package saved, and motions of the SMPL family."""

from __future__ import annotations

from pathlib import Path

from synthgen.core import archive
from synthgen.core.userfiles.arrays import declared
from synthgen.motion.clip import Clip
from synthgen.motion.readers import smpl


def read(path: Path) -> Clip:
    """Reads a saved clip or an SMPL-family motion.

    Raises:
        InputError: the file is damaged or holds something else.
    """
    names = declared(path, "motion file")
    return Clip.load(path) if archive.HEADER in names else smpl.read(path)
