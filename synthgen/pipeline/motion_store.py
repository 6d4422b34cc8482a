"""The rig motions of a run, as worker processes read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from synthgen.core.cache import Entry
from synthgen.retarget.rig_motion import RigMotion

Pair = tuple[str, str]
"""(clip source as the scene file writes it, character name)."""

MOST_BYTES = 256 * 2**20
"""Of bone transforms that one process keeps: some 150 clips of 100 frames."""


class MotionStore(Mapping[Pair, RigMotion]):
    """Rig motions by (clip source, character), read from the cache when they are asked for.

    The last ones stay in memory, :data:`MOST_BYTES` of them, so that a process does not grow with its clips.
    """

    def __init__(self, entries: Mapping[Pair, Entry[RigMotion]]) -> None:
        self._entries = dict(entries)
        self._loaded: dict[Pair, RigMotion] = {}

    def __getitem__(self, pair: Pair) -> RigMotion:
        motion = self._loaded.pop(pair, None) or self._entries[pair].read()
        self._loaded[pair] = motion  # at the end: the first one is the one that was not asked for longest
        while len(self._loaded) > 1 and sum(m.bones.nbytes for m in self._loaded.values()) > MOST_BYTES:
            del self._loaded[next(iter(self._loaded))]
        return motion

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getstate__(self) -> dict[str, Any]:
        """Only where they are kept travels to another process."""
        return {"_entries": self._entries, "_loaded": {}}
