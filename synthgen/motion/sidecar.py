"""What a user says of a motion file, in a small file beside it.

``take.c3d.yaml`` speaks for ``take.c3d``; ``all.c3d.yaml`` speaks for every ``.c3d`` file of its folder that has none
of its own. Whether an ending is written ``.c3d`` or ``.C3D``, ``.yaml`` or ``.YAML`` makes no difference.
One mechanism for all formats; which keys a format knows is said by its reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.userfiles.yamlfile import Source, read_yaml
from synthgen.motion.keys import Key
from synthgen.motion.names import close_matches

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


def sidecar(path: Path, keys: Sequence[Key]) -> dict[str, Any]:
    """What the file beside a motion says of it; empty when there is none. Paths count from the motion's folder.

    Args:
        path: the motion; keys: those that its format knows, none of which need be given.

    Raises:
        InputError: it cannot be read or says something that this format does not know.
    """
    path = Path(path)
    notes = notes_file(path)
    if notes is None or not keys:
        return {}
    known = {key.name: key for key in keys}
    expected = f"some of the keys {', '.join(key.meaning for key in keys)}"
    source = read_yaml(notes, _KIND, expected=expected, remedy=f"write a line such as '{keys[0].line}'")
    for name, value in source.data.items():
        _check(source, name, value, known, f"this does not describe a {path.suffix[1:].upper()} file", expected)
    return {name: path.parent / v if known[name].is_path else v for name, v in source.data.items()}


def _check(source: Source, name: str, value: Any, known: dict[str, Key], what: str, expected: str) -> None:
    key, where = known.get(name), source.where((name,))
    if key is None:
        remedy = close_matches(name, known) or "remove it"
        raise InputError(f"{what}: unknown key", where=where, expected=expected, got=name, remedy=remedy)
    if not _fits(value, key.kinds):
        remedy = f"write it as in '{key.line}'"
        raise InputError(what, where=where, expected=key.meaning, got=str(value), remedy=remedy)


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
