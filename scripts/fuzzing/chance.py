"""Draws that every kind of mutation shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Chance = np.random.Generator
Option = TypeVar("Option")


def pick(rng: Chance, options: Sequence[Option]) -> Option:
    """One of some options, each as likely."""
    return options[int(rng.integers(len(options)))]


def span(rng: Chance, length: int, most: int = 64) -> slice:
    """A short piece, more often near the beginning, where headers are."""
    begin = int(length * rng.random() ** float(pick(rng, (1, 3))))
    return slice(begin, min(length, begin + 1 + int(rng.integers(most))))
