"""Tables and numbers in Markdown, and the marks of sources."""

from __future__ import annotations

from synthgen.core.bodydata import source_table


def order() -> dict[str, int]:
    """Source key → its number on the page: publications first, as the file lists them."""
    table = source_table()
    keys = [k for k in table if "choice" not in table[k]] + [k for k in table if "choice" in table[k]]
    return {key: i for i, key in enumerate(keys, 1)}


def mark(keys: tuple[str, ...]) -> str:
    """``8✓``: source 8, which was read; ``2?`` one that was not; ``30`` a choice."""
    table, number = source_table(), order()
    signs = {True: "✓", False: "?", None: ""}
    return " ".join(f"{number[k]}{signs[table[k].get('checked')]}" for k in keys)


def rows(head: str, lines: list[list[str]]) -> str:
    """A Markdown table."""
    names = head.split("|")
    out = [names, ["---"] * len(names), *lines]
    return "".join(f"| {' | '.join(x.strip() for x in line)} |\n" for line in out)


def plain(value: float) -> str:
    """A number without needless digits."""
    return f"{value:g}".replace("-", "−")
