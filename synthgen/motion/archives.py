"""Tells the kinds of ``.npz`` files apart: clips that this package saved, and motions of the SMPL family."""

from __future__ import annotations

import zipfile
from pathlib import Path

from synthgen.motion import smpl
from synthgen.motion.clip import Clip


def read(path: Path) -> Clip:
    """Reads a saved clip or an SMPL-family motion.

    Raises:
        InputError: the file is damaged or holds something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            ours = any(name.startswith("__header__") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        ours = True  # damaged: the clip's reader says so
    return Clip.load(path) if ours else smpl.read(path)
