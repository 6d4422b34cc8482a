"""Which part of a merged dataset an image is in: no clip, body or person is in two of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from synthgen.core.errors import InputError

BY = ("body", "clip", "person")
"""What may be kept apart: a rendered body, a motion clip, a person whom real labels tell from others."""

_TAKEN = ("person_keypoints", "left_out")
"""What no part can be called: the file of all, and what is said of images that are in no part."""

_REMEDY = "write for instance --split train=0.8,val=0.1,test=0.1"


class Splits:
    """Draws parts by hash: the same key comes into the same part in every merge with the same seed.

    Args:
        shares: name of a part → its share; they add up to one.
        by: which of :data:`BY` are kept apart.
        seed: of the draw.

    Raises:
        InputError: shares are no shares.
    """

    def __init__(self, shares: Mapping[str, float], by: Iterable[str] = BY, seed: int = 0) -> None:
        if any(not 0 < s <= 1 for s in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
            raise InputError(
                "shares of a split are above 0 and add up to 1", where="--split", got=str(dict(shares)), remedy=_REMEDY
            )
        self.names = tuple(shares)
        self._ends = [sum(list(shares.values())[: i + 1]) for i in range(len(shares))]
        self._by, self._seed = frozenset(by), seed
        self._drawn: dict[str, int] = {}

    def keys(self, source: str, annotation: Mapping[str, Any]) -> Iterator[str]:
        """What an annotation shows that is to be kept apart. Clips are the same in every source, bodies are not."""
        person = annotation.get("person")
        if isinstance(person, dict):
            if "body" in self._by and "character" in person:
                yield f"body {source}/{person['character']}"
            if "clip" in self._by and "clip" in person:
                yield f"clip {person['clip']}"
        if "person" in self._by and annotation.get("person_id") is not None:
            yield f"person {source}/{annotation['person_id']}"

    def bit(self, key: str) -> int:
        """The part of a key, as a bit."""
        if key not in self._drawn:
            digest = hashlib.sha256(f"{self._seed} {key}".encode()).digest()
            drawn = int.from_bytes(digest[:8], "big") / 2**64
            self._drawn[key] = next((i for i, end in enumerate(self._ends) if drawn < end), len(self._ends) - 1)
        return 1 << self._drawn[key]

    def part(self, bits: int) -> int | None:
        """The part of an image that shows keys of these parts; None where they are several."""
        return bits.bit_length() - 1 if bits and not bits & (bits - 1) else None


def shares_of(text: str) -> dict[str, float]:
    """``train=0.8,val=0.2`` → shares by name.

    Raises:
        InputError: it is written otherwise.
    """
    shares: dict[str, float] = {}
    for piece in text.split(","):
        name, _, share = piece.partition("=")
        try:
            number = float(share)
        except ValueError:
            number = -1.0
        if not name.isidentifier() or name in (*shares, *_TAKEN) or number < 0:
            raise InputError(
                "this is no split", where="--split", expected="NAME=SHARE,NAME=SHARE", got=piece, remedy=_REMEDY
            )
        shares[name] = number
    return shares
