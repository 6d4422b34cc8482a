"""What is painted once for all who wear or have it, kept between runs: folds, patterns, layers of skin."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core import mapped
from synthgen.core.cache import Cache, Kind
from synthgen.core.errors import InputError

logger = logging.getLogger(__name__)

Arrays = Mapping[str, np.ndarray]


def _save(arrays: Arrays, path: Path, key: str | None) -> None:
    mapped.save(path, "painting", 1, {}, arrays, key)


def _load(path: Path, key: str | None) -> Arrays:
    return mapped.load(path, "painting", 1, key)[1]


PAINTINGS: Kind[Arrays] = Kind(
    name="paintings",
    what="painting",
    folder="paintings",
    makers=("synthgen.characters.clothing.cloth", "synthgen.characters.skin"),
    load=_load,
    save=_save,
    label="painting",
)
"""Painted layers, as arrays; read, they are mapped from their files and cannot be changed."""


@dataclass(frozen=True)
class Paintings:
    """Where paintings on bodies of one topology are kept; without a cache each is painted anew.

    Attributes:
        cache: that of the bodies.
        topology: tells bodies of different topology apart.
    """

    cache: Cache | None
    topology: int

    def painted(self, name: str, *inputs: str | float, paint: Callable[[], Arrays]) -> Arrays:
        """A painting from the cache, or painted and put there.

        A cache that cannot be written is not an error: it is painted again next time.

        Args:
            name: what it is of; inputs: what decides it.
            paint: paints it.
        """
        if self.cache is None:
            return paint()
        entry = PAINTINGS.entry(self.cache, self.topology, name, *inputs)
        found = entry.find()
        if found is None:
            found = paint()
            try:
                entry.keep(found)
            except InputError as error:
                logger.warning("%s", error)
        return found
