"""A marker set as the readers use it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from synthgen.motion.marker_sets.matching import Matches, matched
from synthgen.motion.marker_sets.places import Place


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
