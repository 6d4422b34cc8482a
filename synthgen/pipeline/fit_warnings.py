"""What a fit warns of although the gate may accept it: its report's ``reasons`` (``biomech/report.py``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MOST = 5
"""Warnings of one clip, shown where a whole report would be too long."""


def fit_warnings(report: Mapping[str, Any]) -> tuple[str, ...]:
    """All warnings of a fit, as sentences; none where it is as it should be."""
    return tuple(map(str, report.get("reasons", ())))


def first_few(warnings: Sequence[str], most: int = MOST, rest: str = "see the report") -> list[str]:
    """The first ``most`` of them, and how many more there are; ``rest`` says where."""
    told = list(warnings[:most])
    if len(warnings) > most:
        told.append(f"and {len(warnings) - most} more: {rest}")
    return told
