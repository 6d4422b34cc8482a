"""Which of a recording's names are a set's markers: equal as far as case, subject and separators go, and no further."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_SEPARATORS = re.compile(r"[ ._-]+")
_ALIAS = 10
"""Ranks by which another spelling comes behind the marker's own name, however that is written."""


@dataclass(frozen=True)
class Matches:
    """What a recording's names are in a set.

    Attributes:
        taken: name → the set's marker. Two names of one marker are both here where nothing shows which it is.
        alike: name → marker that it resembles and is not: another name is nearer, or the file writes markers otherwise.
    """

    taken: dict[str, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)


def matched(own: Iterable[str], aliases: Mapping[str, str], suffix: str, names: Iterable[str]) -> Matches:
    """The set's markers among a recording's names.

    A subject before ``:`` or ``_`` does not count, nor does case. Of two names of one marker the nearer is taken.
    ``L_knee`` is ``LKnee`` only in a file that nowhere writes separators as the set does: beside ``L.ASIS``, ``LKnee``
    is a joint's centre. Where some names have the set's suffix, those without are other programs' points.

    Args:
        own: the set's names; aliases: other spellings → name; suffix: what programs append to the names.
        names: the recording's.
    """
    known = _Known(own, aliases)
    plain = {name: name.rpartition(":")[2].strip() for name in names}
    suffixed = {n for n, p in plain.items() if suffix and p.lower().endswith(suffix)}
    found = {}
    for name, text in plain.items():
        text = text[: -len(suffix)] if name in suffixed else text
        if hit := known.find(text) or known.find(text.rpartition("_")[2]):
            found[name] = hit
    writes = any(hit.separated and not hit.fused for hit in found.values())
    strangers = {n for n, hit in found.items() if (hit.fused and writes) or (suffixed and n not in suffixed)}
    nearest: dict[str, int] = {}
    for name, hit in found.items():
        if name not in strangers:
            nearest[hit.marker] = min(hit.rank, nearest.get(hit.marker, hit.rank))
    out = Matches()
    for name, hit in found.items():
        taken = name not in strangers and hit.rank == nearest[hit.marker]
        (out.taken if taken else out.alike)[name] = hit.marker
    return out


@dataclass(frozen=True)
class _Hit:
    """A marker, how far its spelling is from the set's, whether the set's has separators, and whether they are lost."""

    marker: str
    rank: int
    separated: bool
    fused: bool


class _Known:
    """A set's spellings, at each distance."""

    def __init__(self, own: Iterable[str], aliases: Mapping[str, str]) -> None:
        self._at: list[dict[str, tuple[str, str, int]]] = [{}, {}, {}, {}]
        spelt = [(n, n, 0) for n in own] + [(a, n, _ALIAS) for a, n in aliases.items()]
        for written, marker, rank in spelt:
            for level, key in zip(self._at, _spellings(written), strict=True):
                level.setdefault(key, (marker, written, rank))

    def find(self, text: str) -> _Hit | None:
        """The marker that is spelt most like a text, if any is."""
        for distance, (level, key) in enumerate(zip(self._at, _spellings(text), strict=True)):
            if key in level:
                marker, written, rank = level[key]
                separated = _SEPARATORS.search(written) is not None
                fused = separated and _SEPARATORS.search(text) is None
                return _Hit(marker, rank + distance, separated, fused)
        return None


def _spellings(text: str) -> tuple[str, str, str, str]:
    """A name as it is, in lower case, with all separators alike, and without them."""
    lower = text.lower()
    return text, lower, _SEPARATORS.sub(".", lower), _SEPARATORS.sub("", lower)
