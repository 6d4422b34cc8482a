"""Tables of the page as plain data: what a template needs to show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: what stands in it; of a ``bar`` its length as CSS has it.
        kind: how it is shown: ``good`` and ``bad`` are judgements.
    """

    text: str
    kind: Literal["text", "good", "bad", "bar"] = "text"


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        head: titles of the columns.
        rows: rows of as many cells.
        numeric: columns that stand at the right.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[int, ...] = ()


def table(head: Iterable[str], rows: Iterable[Iterable[Cell | str]], numeric: Iterable[int] = ()) -> Table:
    """A table whose cells may be plain text."""
    told = tuple(tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows)
    return Table(tuple(head), told, tuple(numeric))


def judged(good: bool, otherwise: str) -> Cell:
    """``good``, or what it is instead."""
    return Cell("good", "good") if good else Cell(otherwise, "bad")
