"""Tells the kinds of ``.npz`` files apart: clips that this package saved, and motions of the SMPL family."""

from __future__ import annotations

from pathlib import Path

from synthgen import archive
from synthgen.motion import smpl
from synthgen.motion.clip import Clip
from synthgen.userfiles.arrays import declared


def read(path: Path) -> Clip:
    """Reads a saved clip or an SMPL-family motion.

    Raises:
        InputError: the file is damaged or holds something else.
    """
    names = declared(path, "motion file")
    return Clip.load(path) if archive.HEADER in names else smpl.read(path)
