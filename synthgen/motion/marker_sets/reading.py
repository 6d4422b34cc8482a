"""A marker set as a file has it, and as the readers use it, both sides written out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.core.limits import Span
from synthgen.core.userfiles.yamlfile import Source, read_yaml
from synthgen.motion.marker_sets.certainty import certainty, middles
from synthgen.motion.marker_sets.matching import Matches, matched
from synthgen.motion.marker_sets.named_sides import other_side, side_of
from synthgen.motion.marker_sets.places import FORMS, Place, mirror_pairs, mirrored, place_of, side_of_place
from synthgen.motion.names import close_matches

_EXPECTED = f"name, markers: NAME: {FORMS}, and optionally proud, least, needs, aliases, suffix, unplaced, middles"
_SEE = "docs/motion.md shows such a file"
_KEYS: dict[str, tuple[Any, str]] = {
    "name": (str, "a text"),
    "markers": (dict, "a table of markers"),
    "proud": ((int, float), "metres"),
    "least": (int, "a number of markers"),
    "needs": (list, "a list of markers"),
    "aliases": (dict, "a table: other spelling, name"),
    "suffix": (str, "a text"),
    "unplaced": (list, "a list of markers"),
    "middles": (dict, "a table: marker, [one, other]"),
}
_RANGES = {"proud": Span(0.0, 0.1), "least": Span(0, 1000)}
_BLANK = re.compile(r"[\s*+\\/]")
"""What OpenSim allows in no name."""


@dataclass(frozen=True)
class MarkerSet:
    """Markers of one convention, both sides written out.

    Attributes:
        name: what it is called.
        places: marker → where it sits.
        landmarks: marker → landmark of the body model that it is.
        unplaced: markers whose place on the bone nobody knows.
        pairs: (left, right) names.
        needs: markers without which a recording is not of this set; least: how many it must have.
        aliases: other name of a marker → its name here.
        suffix: what some programs append to the names.
        sigma: marker → metres per axis, by which its place is uncertain, where that is more than for a marker that a
            hand puts on.
        named_as: marker → landmark that it is not but whose name it takes in a clip, with its own place.
        middles: marker → the two whose middle some programs write in its place, or all of them where it has no place.
    """

    name: str
    places: dict[str, Place]
    landmarks: dict[str, str] = field(default_factory=dict)
    unplaced: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, str], ...] = ()
    needs: frozenset[str] = frozenset()
    least: int = 3
    aliases: dict[str, str] = field(default_factory=dict)
    suffix: str = ""
    sigma: dict[str, float] = field(default_factory=dict)
    named_as: dict[str, str] = field(default_factory=dict)
    middles: dict[str, tuple[str, str]] = field(default_factory=dict)

    def called(self, marker: str) -> str:
        """A marker's name in a clip."""
        return self.landmarks.get(marker) or self.named_as.get(marker, marker)

    def match(self, names: Iterable[str]) -> dict[str, str]:
        """A recording's names → this set's.

        ``anna:L_ASIS`` is ``L.ASIS``; how far such spellings are made equal is the business of ``matching.py``.
        """
        return self.matches(names).taken

    def matches(self, names: Iterable[str]) -> Matches:
        """The same, and what only resembles this set's markers."""
        return matched((*self.places, *self.unplaced), self.aliases, self.suffix, names)

    def fits(self, names: Iterable[str]) -> bool:
        """True when a recording of these names is one of this set."""
        found = set(self.match(names).values())
        return self.needs <= found and len(found & self.places.keys()) >= self.least


def read_marker_set(path: Path) -> MarkerSet:
    """Reads a marker set file; its format is shown by the shipped ones.

    Raises:
        InputError: the file is missing, is not of that form, names what the body does not have, or contradicts itself.
    """
    return _set(read_yaml(path, "marker set", expected=_EXPECTED, remedy=_SEE), reference_body())


def _set(source: Source, body: BodyModel) -> MarkerSet:
    _check_form(source)
    data = source.data
    places: dict[str, Place] = {}
    landmarks: dict[str, str] = {}
    sigma: dict[str, float] = {}
    named_as: dict[str, str] = {}
    proud = float(data.get("proud", 0.0))
    rows = {_BLANK.sub("_", written): (written, row) for written, row in data["markers"].items()}
    for name, (written, row) in rows.items():
        try:
            bare, unsure, like = certainty(row)
            places[name], mark = place_of(name, bare, body, proud, other_side(name) in rows)
        except InputError as error:
            raise InputError(
                error.what,
                where=source.where(("markers", written)),
                expected=error.expected,
                got=error.got,
                remedy=error.remedy or _SEE,
            ) from None
        if mark:
            landmarks[name] = mark
        if unsure:
            sigma[name] = unsure
        if like:
            named_as[name] = like if side_of_place(places[name]) != "right" else like.replace("left_", "right_")
        if side_of(name) == side_of_place(places[name]) == "left" and (other := other_side(name)) not in rows:
            places[other] = mirrored(places[name])
            if mark:
                landmarks[other] = mark.replace("left_", "right_")
            sigma |= {other: unsure} if unsure else {}
            named_as |= {other: like.replace("left_", "right_")} if like else {}
    computed = middles(data.get("middles"))
    loose = [str(n) for n in (*(data.get("unplaced") or ()), *computed)]
    loose += [other_side(n) for n in loose if side_of(n) == "left"]
    aliases = {str(a): str(n) for a, n in (data.get("aliases") or {}).items()}
    aliases |= {
        other_side(a): other_side(n)
        for a, n in aliases.items()
        if side_of(n) == "left" and other_side(n) in places and side_of(a) == "left"
    }
    needs = frozenset(map(str, data.get("needs") or ()))
    for key, named in (("aliases", set(aliases.values())), ("needs", needs)):
        if lost := sorted(named - places.keys()):
            raise InputError(
                f"{key} name markers that are not in the set",
                where=source.where((key,)),
                expected=f"some of {', '.join(places)}",
                got=", ".join(lost),
                remedy=f"write them under markers, or take them out of {key}",
            )
    return MarkerSet(
        data.get("name", Path(source.path).stem),
        places,
        landmarks,
        frozenset(loose) - places.keys(),
        mirror_pairs(places),
        needs,
        data.get("least", 3),
        aliases,
        str(data.get("suffix") or "").lower(),
        sigma,
        named_as,
        computed,
    )


def _check_form(source: Source) -> None:
    """Refuses keys that a marker set does not have, and values that are not of their kind or beyond any marker."""
    for key, value in source.data.items():
        kind, words = _KEYS.get(key, (object, ""))
        if not words:
            raise InputError(
                "a marker set has no such key",
                where=source.where((key,)),
                expected=", ".join(_KEYS),
                got=key,
                remedy=close_matches(key, _KEYS) or "remove it",
            )
        if not isinstance(value, kind) or isinstance(value, bool):
            raise InputError(f"{key} is {words}", where=source.where((key,)), got=repr(value)[:80], remedy=_SEE)
        span = _RANGES.get(key)
        if span and not span.holds(value):
            raise InputError(
                f"{key} is {words}", where=source.where((key,)), expected=str(span), got=str(value), remedy=_SEE
            )
    if not source.data.get("markers"):
        raise InputError(
            "the marker set has no markers",
            where=source.where(("markers",)),
            expected=_EXPECTED,
            got="none",
            remedy=_SEE,
        )
