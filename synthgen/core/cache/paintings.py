"""Painted images that many things share, kept between runs: mapped from their files, so that they cost nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core import mapped
from synthgen.core.cache.entries import Kind
from synthgen.core.cache.folder import Cache
from synthgen.core.errors import InputError

logger = logging.getLogger(__name__)

Arrays = Mapping[str, np.ndarray]


def _save(arrays: Arrays, path: Path, key: str | None) -> None:
    mapped.save(path, "painting", 1, {}, arrays, key)


def _load(path: Path, key: str | None) -> Arrays:
    return mapped.load(path, "painting", 1, key)[1]


def paintings_of(name: str, *makers: str) -> Kind[Arrays]:
    """The kind of what some modules paint."""
    return Kind(name, "painting", "paintings", makers, _load, _save, label=name)


@dataclass(frozen=True)
class Paintings:
    """Where paintings are kept; without a cache each is painted anew.

    Attributes:
        kind: of them.
        cache: where they are kept.
        of: what decides all of them, such as the body that they are painted on.
    """

    kind: Kind[Arrays]
    cache: Cache | None
    of: int = 0

    def painted(self, name: str, *inputs: str | float, paint: Callable[[], Arrays]) -> Arrays:
        """A painting from the cache, which cannot be changed; or painted and put there.

        A cache that cannot be written is not an error: it is painted again next time.

        Args:
            name: what it is of; inputs: what decides it.
            paint: paints it.
        """
        if self.cache is None:
            return paint()
        entry = self.kind.entry(self.cache, self.of, name, *inputs)
        found = entry.find()
        if found is None:
            found = paint()
            try:
                entry.keep(found)
            except InputError as error:
                logger.warning("%s", error)
        return found
