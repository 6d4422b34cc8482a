"""What a user says of a motion file, in a small file beside it.

``take.c3d.yaml`` speaks for ``take.c3d``; ``all.c3d.yaml`` speaks for every ``.c3d`` file of its folder that has none
of its own. Whether an ending is written ``.c3d`` or ``.C3D``, ``.yaml`` or ``.YAML`` makes no difference.
One mechanism for all formats; which keys a format knows is in :data:`KEYS`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from synthgen.errors import InputError
from synthgen.motion.text import decoded

_MEANINGS: dict[str, tuple[tuple[type, ...], str]] = {
    "unit": ((str, int, float), "unit (name or metres)"),
    "up": ((str,), "up (such as +y)"),
    "joints": ((str,), "joints (path)"),
    "markers": ((str,), "markers (name or path of a marker set)"),
    "fps": ((int, float), "fps (frames a second)"),
    "stature": ((int, float), "stature (metres)"),
    "rest_joints": ((str,), "rest_joints (path of a .npy file)"),
    "model": ((str,), "model (path of a .osim file)"),
}
KEYS: dict[str, tuple[str, ...]] = {
    ".bvh": ("unit", "up", "joints"),
    ".c3d": ("unit", "up", "markers"),
    ".trc": ("unit", "up", "markers"),
    ".npz": ("unit", "up", "fps", "stature", "rest_joints"),
    ".mot": ("model",),
}
"""File ending → keys that may be given."""
_PATHS = ("joints", "rest_joints", "model")


def notes_file(path: Path) -> Path | None:
    """The file that speaks for a motion: its own, else its folder's, else None.

    The motion's own spelling of the ending goes before the lower-case and the upper-case one.
    """
    path = Path(path)
    names = [f"{stem}{ending}" for stem in (path.stem, "all") for ending in _spellings(path.suffix)]
    return next((p for n in names for end in _spellings(".yaml") if (p := path.with_name(n + end)).exists()), None)


def sibling(path: Path, ending: str) -> Path | None:
    """The file of the same name with another ``ending`` such as ``.osim``, in lower or upper case; None without."""
    return next((p for end in _spellings(ending) if (p := Path(path).with_suffix(end)).exists()), None)


def _spellings(ending: str) -> tuple[str, ...]:
    """The ending as it is, in lower and in upper case."""
    return tuple(dict.fromkeys((ending, ending.lower(), ending.upper())))


def beside(path: Path) -> dict[str, Any]:
    """What the file beside a motion says of it; empty when there is none. Paths count from the motion's folder.

    Raises:
        InputError: it cannot be read or says something that this format does not know.
    """
    path = Path(path)
    notes = notes_file(path)
    if notes is None:
        return {}
    keys = KEYS[path.suffix.lower()]
    expected = f"a table with some of {', '.join(_MEANINGS[k][1] for k in keys)}"
    try:
        given = yaml.safe_load(decoded(notes.read_bytes()))
    except (OSError, yaml.YAMLError) as error:
        raise InputError("the file cannot be read", where=str(notes), expected=expected, got=str(error)) from error
    if not isinstance(given, dict) or not all(
        k in keys and isinstance(v, _MEANINGS[k][0]) and not isinstance(v, bool) for k, v in given.items()
    ):
        kind = path.suffix[1:].upper()
        raise InputError(f"this does not describe a {kind} file", where=str(notes), expected=expected,
                         got=str(given)[:80])  # fmt: skip
    return {k: path.parent / v if k in _PATHS else v for k, v in given.items()}
