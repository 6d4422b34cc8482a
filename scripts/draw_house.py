"""Draws docs/images/house.svg from the code, and writes the table of rooms in docs/architecture.md.

    python scripts/draw_house.py            # after a change of the rooms or of what they import
    python scripts/draw_house.py --check    # only says whether both are current: exits with 1 when they are not

Rooms and their order are those of the import contract in pyproject.toml; arrows are the imports between their modules.
The check compares what the drawing says of the structure (rooms, arrows, what is handed on), not the numbers in it, so
that an import more or a line less does not ask for a new drawing.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.house.drawing import draw, structure_of  # noqa: E402
from scripts.house.plan import House, read_house, table_of_rooms  # noqa: E402

DRAWING = Path("docs") / "images" / "house.svg"
PAGE = Path("docs") / "architecture.md"
TABLE = re.compile(r"(<!-- rooms -->\n).*?(<!-- /rooms -->)", re.DOTALL)


def out_of_date(house: House, root: Path) -> list[str]:
    """What the drawing and the page in ``root`` say otherwise than the code, one line each."""
    found = []
    drawn, now = structure_of((root / DRAWING).read_text(encoding="utf-8")), house.structure()
    for kind, items in now.items():
        old = drawn.get(kind, [])
        found += [f"{DRAWING} lacks {kind} {item}" for item in items if item not in old]
        found += [f"{DRAWING} still has {kind} {item}" for item in old if item not in items]
        if set(old) == set(items) and old != items:
            found.append(f"{DRAWING} has another order of {kind}")
    text = (root / PAGE).read_text(encoding="utf-8")
    if _with_table(text, house) != text:
        found.append(f"{PAGE} has another table of rooms")
    return found


def _with_table(text: str, house: House) -> str:
    return TABLE.sub(lambda m: m[1] + table_of_rooms(house) + m[2], text)


def main() -> None:
    """Draws or checks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 if the drawing is out of date")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout whose docs/ are written or checked")
    asked = parser.parse_args()
    house = read_house(ROOT)
    if asked.check:
        found = out_of_date(house, asked.root)
        sys.exit("\n".join([*found, "run python scripts/draw_house.py"]) if found else 0)
    (asked.root / DRAWING).write_text(draw(house), encoding="utf-8")
    page = asked.root / PAGE
    page.write_text(_with_table(page.read_text(encoding="utf-8"), house), encoding="utf-8")


if __name__ == "__main__":
    main()
