"""The side of the body that a marker's name says, its twin's name, and what happens where a place says another side."""

from __future__ import annotations

import re

from synthgen.core.errors import InputError

_WORDS = {"left": "right", "l": "r"}
_OTHER = _WORDS | {right: left for left, right in _WORDS.items()}
_LONE = re.compile(r"(?:^|(?<=[ ._\-:])|(?<=[a-z]))[LR](?![A-Za-z0-9])|(?:^|(?<=[ ._\-:]))[lr](?![A-Za-z0-9])")
"""An L or R with no letter beside it, or a capital one after a small letter."""


def side_of(name: str) -> str | None:
    """``left`` or ``right`` as a marker's name says; None where it says neither.

    A word, or an L or R of its own at either end, goes before a first letter: ``Lat_Knee_R`` is on the right.
    """
    word = _word(name)
    letter = word.group()[0].lower() if word else name[:1].lower()
    return {"l": "left", "r": "right"}.get(letter)


def other_side(name: str) -> str:
    """The name of the same marker on the other side: ``LKNE`` → ``RKNE``, ``kneeLeft`` → ``kneeRight``."""
    word = _word(name)
    start, end = word.span() if word else (0, 1)
    old = name[start:end]
    new = _OTHER.get(old.lower(), old)
    new = new.upper() if old.isupper() else new.capitalize() if old[:1].isupper() else new
    return name[:start] + new + name[end:]


def _word(name: str) -> re.Match[str] | None:
    """Where a name says its side by a word, or by a letter of its own."""
    if word := re.search(r"left|right", name, re.IGNORECASE):
        return word
    letters = [w for w in _LONE.finditer(name) if w.start() in (0, len(name) - 1)]
    return letters[0] if len(letters) == 1 else None


def check_side(name: str, where: str, twin: bool) -> None:
    """Refuses a marker whose name says another side than the place that its set gives it.

    Args:
        name: the marker; where: the side of its place.
        twin: the set also has a marker of the other side's name, so that a first letter is no chance.

    Raises:
        InputError: the name says the other side.
    """
    said = side_of(name)
    if said in (None, where) or not (twin or _word(name) or name[1:2].isupper() or name[1:2].isdigit()):
        return
    raise InputError(
        f"{name} is on the {said} by its name and on the {where} by its place",
        expected="one side",
        got="two",
        remedy=f"give its place on the {said}; or, if the name says no side, add side: {where}",
    )
