"""Random draws: weighted choices from the rows of a table, uniform numbers, and how they are rounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def choose(rng: np.random.Generator, rows: Sequence[Any]) -> Any:
    """One row, by the rows' ``weight`` where they have one."""
    return at(rng.random(), rows)


def at(share: float, rows: Sequence[Any]) -> Any:
    """The row that lies at ``share`` (0 … 1) of the rows' summed weights."""
    weights = np.array([float(r.get("weight", 1.0)) if isinstance(r, dict) else 1.0 for r in rows])
    return rows[min(int(np.searchsorted(np.cumsum(weights) / weights.sum(), share, side="right")), len(rows) - 1)]


def uniform(rng: np.random.Generator, span: Sequence[float]) -> float:
    """A uniform draw from [lower, upper]."""
    return float(span[0] + (span[1] - span[0]) * rng.random())


def rounded(value: float) -> float:
    """Six decimals: below a micrometre, and the same text on every machine. Never −0."""
    return round(float(value), 6) + 0.0


def vector(values: Sequence[float] | np.ndarray) -> tuple[Any, ...]:
    """Rounded plain floats."""
    return tuple(rounded(v) for v in values)
