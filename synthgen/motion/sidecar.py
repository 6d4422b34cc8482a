"""What a user says of a motion file, in a small file beside it.

``take.c3d.yaml`` speaks for ``take.c3d``; ``all.c3d.yaml`` speaks for every ``.c3d`` file of its folder that has none
of its own. Whether an ending is written ``.c3d`` or ``.C3D``, ``.yaml`` or ``.YAML`` makes no difference.
One mechanism for all formats; which keys a format knows is in :data:`KEYS`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.userfiles.yamlfile import read_yaml
from synthgen.motion.names import close_matches

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
_EXAMPLES = {
    "unit": "unit: mm",
    "up": "up: +y",
    "joints": "joints: mine.yaml",
    "markers": "markers: mine.yaml",
    "fps": "fps: 120",
    "stature": "stature: 1.70",
    "rest_joints": "rest_joints: mine.npy",
    "model": "model: mine.osim",
}
_KIND = "description of a motion"
_LARGEST = 1e6
"""No unit, rate or length of a person is larger."""


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


def sidecar(path: Path) -> dict[str, Any]:
    """What the file beside a motion says of it; empty when there is none. Paths count from the motion's folder.

    Raises:
        InputError: it cannot be read or says something that this format does not know.
    """
    path = Path(path)
    notes = notes_file(path)
    if notes is None:
        return {}
    keys = KEYS[path.suffix.lower()]
    expected = f"some of the keys {', '.join(_MEANINGS[k][1] for k in keys)}"
    source = read_yaml(notes, _KIND, expected=expected, remedy=f"write a line such as '{_EXAMPLES[keys[0]]}'")
    kind = path.suffix[1:].upper()
    for key, value in source.data.items():
        where = source.where((key,))
        if key not in keys:
            raise InputError(f"this does not describe a {kind} file: unknown key", where=where, expected=expected,
                             got=key, remedy=close_matches(key, keys) or "remove it")  # fmt: skip
        if not _fits(value, _MEANINGS[key][0]):
            raise InputError(f"this does not describe a {kind} file", where=where, expected=_MEANINGS[key][1],
                             got=str(value), remedy=f"write it as in '{_EXAMPLES[key]}'")  # fmt: skip
    return {k: path.parent / v if k in _PATHS else v for k, v in source.data.items()}


def read_notes(notes: Path) -> dict[str, Any]:
    """What such a file says, unchecked.

    Raises:
        InputError: it cannot be read.
    """
    return read_yaml(notes, _KIND, expected="keys and values").data


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    """True for a value of one of these kinds; a text says something, a number is finite and of human size."""
    if isinstance(value, bool) or not isinstance(value, kinds):
        return False
    if isinstance(value, str):
        return bool(value.strip()) and "\0" not in value
    return not isinstance(value, int | float) or abs(value) <= _LARGEST
