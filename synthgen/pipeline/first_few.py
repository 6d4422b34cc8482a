"""Long lists of sentences, shown in part where a whole report would be too long."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 5
"""Sentences about one clip that are shown."""


def first_few(sentences: Sequence[str], most: int = MOST, rest: str = "see the report") -> list[str]:
    """The first ``most`` of them, and how many more there are; ``rest`` says where."""
    shown = list(sentences[:most])
    if len(sentences) > most:
        shown.append(f"and {len(sentences) - most} more: {rest}")
    return shown
