"""A process keeps some motions, not all that it ever read."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from synthgen.pipeline import motion_store
from synthgen.pipeline.motion_store import MotionStore
from synthgen.retarget.rig_motion import RigMotion


@dataclass
class Kept:
    """Stands for an entry of the cache and counts how often it is read."""

    name: str
    reads: list[str] = field(default_factory=list)

    def read(self) -> RigMotion:
        self.reads.append(self.name)
        return RigMotion(
            self.name, "anny", 30.0, np.zeros((2, 1, 4, 4)), np.zeros((2, 24)), {}, np.zeros((2, 2)), np.zeros(2)
        )


def _store(*names: str) -> tuple[MotionStore, list[str]]:
    reads: list[str] = []
    entries: dict[Any, Any] = {(n, "ann"): Kept(n, reads) for n in names}
    return MotionStore(entries), reads


def test_a_motion_is_read_once() -> None:
    store, reads = _store("a", "b")
    assert store["a", "ann"] is store["a", "ann"]
    assert reads == ["a"] and len(store) == 2


def test_what_was_not_asked_for_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(motion_store, "MOST_BYTES", 2 * 2 * 16 * 8)  # two of them
    store, reads = _store("a", "b", "c")
    for name in "abac":
        assert store[name, "ann"].clip == name
    assert reads == ["a", "b", "c"]
    assert store["a", "ann"].clip == "a" and reads == ["a", "b", "c"], "asked for since"
    assert store["b", "ann"].clip == "b" and reads == ["a", "b", "c", "b"]


def test_one_that_is_larger_than_all_that_may_be_kept_is_given_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(motion_store, "MOST_BYTES", 1)
    store, reads = _store("a", "b")
    assert [store[n, "ann"].clip for n in "aab"] == ["a", "a", "b"] and reads == ["a", "b"]


def test_only_where_motions_are_kept_travels() -> None:
    store, _ = _store("a")
    full = store["a", "ann"].bones.nbytes
    assert full and pickle.loads(pickle.dumps(store))._loaded == {}
