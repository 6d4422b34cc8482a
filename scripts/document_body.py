"""Writes the tables of docs/evidence/body.md from the data files in opensim_models/.

Run it after a change of these files; ``--check`` only says whether the page is current.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.body_page.provenance import counts, disagreements, sources
from scripts.body_page.segments import levels, limbs
from scripts.body_page.sexes import proportions, sexes_table
from synthgen.core.files.whole import write_whole

PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence" / "body.md"
TABLES = {
    "counts": counts,
    "levels": levels,
    "limbs": limbs,
    "sexes": sexes_table,
    "proportions": proportions,
    "discrepancies": disagreements,
    "sources": sources,
}
"""Name of the place on the page → what makes the table in it."""


def written(text: str) -> str:
    """The page with its tables made anew."""
    for name, table in TABLES.items():
        found = re.search(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", text, re.DOTALL)
        if not found:
            sys.exit(f"{PAGE} has no place for {name}")
        text = text[: found.start()] + table() + text[found.end() :]
    return text


def main() -> None:
    """Writes or checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the page is not current")
    asked = parser.parse_args()
    text = PAGE.read_text(encoding="utf-8")
    new = written(text)
    if asked.check:
        sys.exit(0 if new == text else "docs/evidence/body.md is not current: run scripts/document_body.py")
    write_whole(PAGE, new.encode())


if __name__ == "__main__":
    main()
