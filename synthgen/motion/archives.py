"""Tells the kinds of ``.npz`` files apart: clips that this package saved, and motions of the SMPL family."""

from __future__ import annotations

import zipfile
from pathlib import Path

from synthgen.errors import InputError
from synthgen.motion import smpl
from synthgen.motion.clip import Clip


def read(path: Path) -> Clip:
    """Reads a saved clip or an SMPL-family motion.

    Raises:
        InputError: the file is damaged or holds something else.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            ours = any(name.startswith("__header__") for name in archive.namelist())
    except FileNotFoundError:
        raise InputError("there is no such motion file", where=str(path)) from None
    except OSError as error:
        raise InputError("the motion file cannot be read", where=str(path), got=str(error)) from error
    except zipfile.BadZipFile:
        size = path.stat().st_size
        raise InputError("this is no complete .npz file", where=str(path),
                         expected="arrays as numpy.savez writes them",
                         got=f"{size} bytes that are no zip archive" if size else "an empty file",
                         remedy="copy or export it again") from None  # fmt: skip
    return Clip.load(path) if ours else smpl.read(path)
