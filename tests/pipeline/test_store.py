"""A process keeps some things, not all that it ever read."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from synthgen.pipeline.store import Store


@dataclass
class Kept:
    """Stands for an entry of the cache and counts how often it is read."""

    name: str
    reads: list[str] = field(default_factory=list)

    def read(self) -> np.ndarray:
        self.reads.append(self.name)
        return np.full(8, ord(self.name), float)


def _store(*names: str, most: int = 10**6) -> tuple[Store[np.ndarray], list[str]]:
    reads: list[str] = []
    entries: dict[str, Any] = {n: Kept(n, reads) for n in names}
    return Store(entries, bytes_of, most), reads


def bytes_of(thing: np.ndarray) -> int:
    return thing.nbytes


def test_a_thing_is_read_once() -> None:
    store, reads = _store("a", "b")
    assert store["a"] is store["a"]
    assert reads == ["a"] and len(store) == 2
    with pytest.raises(KeyError):
        store["c"]


def test_what_was_not_asked_for_longest_goes_first() -> None:
    store, reads = _store("a", "b", "c", most=2 * 64)
    for name in "abac":
        assert store[name][0] == ord(name)
    assert reads == ["a", "b", "c"]
    assert store["a"][0] == ord("a") and reads == ["a", "b", "c"], "asked for since"
    assert store["b"][0] == ord("b") and reads == ["a", "b", "c", "b"]


def test_one_that_is_larger_than_all_that_may_be_kept_is_given_all_the_same() -> None:
    store, reads = _store("a", "b", most=1)
    assert [chr(int(store[n][0])) for n in "aab"] == ["a", "a", "b"] and reads == ["a", "b"]


def test_only_where_things_are_kept_travels() -> None:
    store, _ = _store("a")
    assert store["a"].size and pickle.loads(pickle.dumps(store))._loaded == {}
