"""The tables of what the numbers rest on, and of where published ones differ."""

from __future__ import annotations

import re
from collections import Counter

from scripts.body_page.markdown import mark, order, rows
from synthgen.core.bodydata import FILES, Number, discrepancies, numbers, source_table


def counts() -> str:
    """How many numbers rest on what."""
    table = source_table()

    def kind(number: Number) -> str:
        found = [table[k] for k in number.sources]
        if any(row.get("checked") for row in found):
            return "checked"
        return "choice" if all("choice" in row for row in found) else "unchecked"

    found = Counter(kind(n) for name in FILES for n in numbers(name))
    return (
        f"Of {sum(found.values())} numbers {found['checked']} rest on a source that was read, {found['unchecked']} on "
        f"one that was not, and {found['choice']} are choices of this project.\n"
    )


def sources() -> str:
    """The numbered list of sources."""
    table = source_table()
    lines = []
    for key, number in order().items():
        row = table[key]
        if "choice" in row:
            lines.append([str(number), f"`{key}`: {row['choice']}", "choice", row["why"]])
        else:
            link = row["where"]
            link = f"<{link}>" if re.fullmatch(r"https?://\S+", link) else link
            lines.append(
                [str(number), f"`{key}`: {row['citation']}. {link}", "yes" if row["checked"] else "**no**", row["how"]]
            )
    return rows("|source|checked|what was read, what it says", lines)


def disagreements() -> str:
    """Where a checked source says something else."""
    lines = [
        [r["what"], r["here"], f"{r['published']} ({', '.join(mark((k,)) for k in r['sources'])})", r["because"]]
        for r in discrepancies()
    ]
    return rows("what|here|published|why it stays", lines)
