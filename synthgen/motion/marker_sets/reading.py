"""A marker set as a file has it: both sides are written out, and what contradicts itself is refused."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.core.limits import Span
from synthgen.core.userfiles.yamlfile import Source, read_yaml
from synthgen.motion.marker_sets.certainty import certainty, middles
from synthgen.motion.marker_sets.model import MarkerSet
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
class _Marker:
    """A row of the file: where it sits, the landmark that it is, its σ, and the landmark whose name it takes."""

    place: Place
    landmark: str | None
    sigma: float | None
    named_as: str | None

    def mirrored(self) -> _Marker:
        """The right one of a left one."""
        landmark, named_as = (n and n.replace("left_", "right_") for n in (self.landmark, self.named_as))
        return _Marker(mirrored(self.place), landmark, self.sigma, named_as)


def read_marker_set(path: Path) -> MarkerSet:
    """Reads a marker set file; its format is shown by the shipped ones.

    Raises:
        InputError: the file is missing, is not of that form, names what the body does not have, or contradicts itself.
    """
    return _set(read_yaml(path, "marker set", expected=_EXPECTED, remedy=_SEE), reference_body())


def _set(source: Source, body: BodyModel) -> MarkerSet:
    _check_form(source)
    data = source.data
    markers = _markers(source, body)
    places = {n: m.place for n, m in markers.items()}
    computed = middles(data.get("middles"))
    loose = [str(n) for n in (*(data.get("unplaced") or ()), *computed)]
    loose += [other_side(n) for n in loose if side_of(n) == "left"]
    aliases = _aliases(data.get("aliases") or {}, places)
    needs = frozenset(map(str, data.get("needs") or ()))
    _check_known(source, "aliases", set(aliases.values()), places)
    _check_known(source, "needs", needs, places)
    return MarkerSet(
        name=data.get("name", Path(source.path).stem),
        places=places,
        landmarks={n: m.landmark for n, m in markers.items() if m.landmark},
        unplaced=frozenset(loose) - places.keys(),
        pairs=mirror_pairs(places),
        needs=needs,
        least=data.get("least", 3),
        aliases=aliases,
        suffix=str(data.get("suffix") or "").lower(),
        sigma={n: m.sigma for n, m in markers.items() if m.sigma},
        named_as={n: m.named_as for n, m in markers.items() if m.named_as},
        middles=computed,
    )


def _markers(source: Source, body: BodyModel) -> dict[str, _Marker]:
    """Every marker of the file, with the right one of each left one that stands there alone."""
    proud = float(source.data.get("proud", 0.0))
    rows = {_BLANK.sub("_", written): (written, row) for written, row in source.data["markers"].items()}
    out: dict[str, _Marker] = {}
    for name, (written, row) in rows.items():
        try:
            marker = _marker(name, row, body, proud, other_side(name) in rows)
        except InputError as error:
            raise InputError(
                error.what,
                where=source.where(("markers", written)),
                expected=error.expected,
                got=error.got,
                remedy=error.remedy or _SEE,
            ) from None
        out[name] = marker
        if side_of(name) == side_of_place(marker.place) == "left" and other_side(name) not in rows:
            out[other_side(name)] = marker.mirrored()
    return out


def _marker(name: str, row: Any, body: BodyModel, proud: float, twin: bool) -> _Marker:
    """A row; ``twin`` says that the file also has the other side's name."""
    bare, sigma, like = certainty(row)
    place, landmark = place_of(name, bare, body, proud, twin)
    if like and side_of_place(place) == "right":
        like = like.replace("left_", "right_")
    return _Marker(place, landmark, sigma, like)


def _aliases(given: dict[Any, Any], places: dict[str, Place]) -> dict[str, str]:
    """Other spelling → marker, with the right ones of left ones."""
    aliases = {str(a): str(n) for a, n in given.items()}
    return aliases | {
        other_side(a): other_side(n)
        for a, n in aliases.items()
        if side_of(n) == "left" and other_side(n) in places and side_of(a) == "left"
    }


def _check_known(source: Source, key: str, named: AbstractSet[str], places: dict[str, Place]) -> None:
    if lost := sorted(named - places.keys()):
        raise InputError(
            f"{key} name markers that are not in the set",
            where=source.where((key,)),
            expected=f"some of {', '.join(places)}",
            got=", ".join(lost),
            remedy=f"write them under markers, or take them out of {key}",
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
