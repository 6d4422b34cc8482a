"""Finds shipped data: beside the code that reads it, or in the data folders at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from synthgen.core.errors import InputError

PACKAGE = Path(__file__).resolve().parents[1]
"""Folder of the package ``synthgen``."""
_BASES = (PACKAGE, PACKAGE / "_data", PACKAGE.parent)
"""A room's own data; the data folders in an installed package; the same folders in a checkout."""


def resource(relative: str) -> Path:
    """Path of a shipped data file, such as ``rigs/anny.yaml`` or ``characters/data/hair.yaml``.

    Raises:
        InputError: nothing of that name is shipped.
    """
    for base in _BASES:
        path = base / relative
        if path.exists():
            return path
    raise InputError(
        f"the shipped data file {relative!r} is missing",
        expected=" or ".join(str(base / relative) for base in _BASES),
        remedy="install synthgen again (pip install --force-reinstall .)",
    )
