"""Things of the cache by name, as worker processes read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.cache import Entry

Value = TypeVar("Value")

MOST_BYTES = 256 * 2**20
"""Of fits that one process keeps: some 300 clips of 100 frames."""


class Store(Mapping[str, Value]):
    """Things by name, read from the cache when they are asked for.

    The last ones stay in memory, so that a process does not grow with what it ever read.

    Args:
        entries: name → where it is kept.
        size: bytes that a thing takes.
        most: bytes that are kept.
    """

    def __init__(self, entries: Mapping[str, Entry[Value]], size: Callable[[Value], int], most: int) -> None:
        self._entries, self._size, self._most = dict(entries), size, most
        self._loaded: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        thing = self._loaded.pop(name) if name in self._loaded else self._entries[name].read()
        self._loaded[name] = thing  # at the end: the first one is the one that was not asked for longest
        while len(self._loaded) > 1 and sum(map(self._size, self._loaded.values())) > self._most:
            del self._loaded[next(iter(self._loaded))]
        return thing

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getstate__(self) -> dict[str, Any]:
        """Only where things are kept travels to another process."""
        return {**self.__dict__, "_loaded": {}}


def fit_store(entries: Mapping[str, Entry[SpineMotion]]) -> Store[SpineMotion]:
    """Fits by their clips' sources."""
    return Store(entries, fit_bytes, MOST_BYTES)


def fit_bytes(fit: SpineMotion) -> int:
    """Bytes of what is large in a fit."""
    return int(fit.q.nbytes + fit.transforms.nbytes + fit.vertebra_covariance.nbytes)
