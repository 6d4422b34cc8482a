"""Finds the data folders: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from synthgen.core.errors import InputError

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(relative: str) -> Path:
    """Path of a shipped data file, such as ``rigs/anny.yaml`` or ``opensim_models/body.yaml``.

    Raises:
        InputError: nothing of that name is shipped.
    """
    for base in (_PACKAGE / "_data", _PACKAGE.parent):
        path = base / relative
        if path.exists():
            return path
    raise InputError(
        f"the shipped data file {relative!r} is missing",
        expected=f"{_PACKAGE / '_data' / relative} or {_PACKAGE.parent / relative}",
        remedy="install synthgen again (pip install --force-reinstall .)",
    )
