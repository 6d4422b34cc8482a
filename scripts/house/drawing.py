"""The drawing of the house: floors from top to bottom, and a staircase of lanes, one for each imported room.

A room's row runs to the right; a dot stands where it meets the lane of a room that it imports, with the number of
imports. The lane goes down to that room and grows with what joins it. As no room imports upwards, nothing lies left of
the staircase but arrowheads.
"""

from __future__ import annotations

import json
from math import sqrt
from xml.sax.saxutils import escape

from scripts.house.layout import FIRST_LANE, LANE, LEFT, MARGIN, RIGHT, TOP, WIDTH, Row, place_rows
from scripts.house.plan import House
from scripts.house.style import style_sheet


def draw(house: House) -> str:
    """The drawing as SVG text; the same house gives the same bytes."""
    rows, bottom = place_rows(house)
    lanes = {room: FIRST_LANE + LANE * i for i, room in enumerate(r for r in house.rooms if _importers(house, r))}
    height = bottom + 58
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="t">',
        '<title id="t">The rooms of synthgen, their order, and what each imports</title>',
        f"<metadata>{escape(json.dumps(house.structure(), ensure_ascii=False))}</metadata>",
        style_sheet(),
        f'<rect class="paper" x="1" y="1" width="{WIDTH - 2}" height="{height - 2:g}" rx="16"/>',
        _outline(rows, bottom),
        *(_row_line(house, room, rows, lanes) for room in house.rooms),
        *(_lane(house, room, rows, lanes) for room in lanes),
        *(_dots(house, room, rows, lanes) for room in house.rooms),
        *(_room(house, room, rows[room]) for room in house.rooms),
        _siblings(house, rows),
        _legend(bottom),
        "</svg>\n",
    ]
    return "\n".join(part for part in parts if part)


def structure_of(svg: str) -> dict[str, list[str]]:
    """What a drawing says of the house's structure, see :meth:`House.structure`."""
    text = svg.partition("<metadata>")[2].partition("</metadata>")[0]
    plain = text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    found: dict[str, list[str]] = json.loads(plain or "{}")
    return found


def _importers(house: House, room: str) -> list[str]:
    return [r for r in house.rooms if (r, room) in house.imports]


def _thickness(imports: int) -> float:
    return round(1.2 + 0.5 * sqrt(imports), 2)


def _outline(rows: dict[str, Row], bottom: float) -> str:
    """Roof, walls and ground."""
    left, right, eaves = LEFT - 14, RIGHT + 14, TOP - 16
    middle = (left + right) / 2
    return (
        f'<path class="slate box" stroke-width="1.5" stroke-linejoin="round" '
        f'd="M{left - 16} {eaves}L{middle:g} {MARGIN + 14}L{right + 16} {eaves}Z"/>'
        f'<text class="name middle" x="{middle:g}" y="{eaves - 44}" font-size="20">synthgen</text>'
        f'<text class="small faint middle" x="{middle:g}" y="{eaves - 18}">from a motion clip to labelled '
        "pictures</text>"
        f'<path class="line" stroke-width="1.5" d="M{left} {eaves}V{bottom + 8:g}M{right} {eaves}V{bottom + 8:g}"/>'
        f'<path class="amber" stroke-width="4" stroke-linecap="round" d="M{left - 20} {bottom + 10:g}H{right + 20}"/>'
    )


def _row_line(house: House, room: str, rows: dict[str, Row], lanes: dict[str, int]) -> str:
    """The line on which a room's imports leave it, as far as its last one."""
    last = max((lanes[b] for a, b in house.imports if a == room), default=None)
    if last is None:
        return ""
    return (
        f'<path class="{house.colours[room]}" stroke-width="1" stroke-opacity=".55" '
        f'd="M{RIGHT} {rows[room].leaving:g}H{last:g}"/>'
    )


def _lane(house: House, room: str, rows: dict[str, Row], lanes: dict[str, int]) -> str:
    """The lane of an imported room: thicker with every importer that joins, ending in an arrow."""
    x, end, colour, total, parts = lanes[room], rows[room].coming, house.colours[room], 0, []
    importers = _importers(house, room)
    for here, following in zip(importers, [*importers[1:], None], strict=True):
        total += house.imports[here, room]
        start = rows[here].leaving
        if following:
            parts.append(
                f'<path class="{colour}" stroke-width="{_thickness(total)}" '
                f'd="M{x:g} {start:g}V{rows[following].leaving:g}"/>'
            )
        else:
            tip = RIGHT + 6 + 1.6 * _thickness(total)
            parts.append(
                f'<path class="{colour}" stroke-width="{_thickness(total)}" fill="none" '
                f'd="M{x:g} {start:g}V{end - 10:g}Q{x:g} {end:g} {x - 10:g} {end:g}H{tip:g}"/>'
            )
            half = 3.5 + 0.8 * _thickness(total)
            parts.append(
                f'<path class="{colour} dot" stroke="none" '
                f'd="M{RIGHT + 1} {end:g}L{tip + 2:g} {end - half:g}V{end + half:g}Z"/>'
            )
    top = rows[importers[0]].leaving - 5 - _radius(house.imports[importers[0], room])
    parts.append(f'<text class="small faint halo" transform="translate({x + 4:g} {top:g}) rotate(-90)">{room}</text>')
    return f'<g id="lane-{room}">{"".join(parts)}</g>'


def _radius(imports: int) -> float:
    return round(6 + 0.95 * sqrt(imports), 1)


def _dots(house: House, room: str, rows: dict[str, Row], lanes: dict[str, int]) -> str:
    """The dots on a room's row, with the number of imports."""
    parts = []
    for target in (t for t in house.rooms if (room, t) in house.imports):
        n, x, y = house.imports[room, target], lanes[target], rows[room].leaving
        parts.append(
            f"<g><title>{room} imports {target}: {n}</title>"
            f'<circle class="{house.colours[target]} dot" cx="{x:g}" cy="{y:g}" r="{_radius(n)}"/>'
            f'<text class="number" x="{x:g}" y="{y + 3.2:g}">{n}</text></g>'
        )
    return "".join(parts)


def _room(house: House, room: str, row: Row) -> str:
    """The box of a room: its name, what lives there, what it hands on, its size."""
    words, colour = house.words[room], house.colours[room]
    gives = " · ".join(g.split(".")[-1] for g in words["gives"])
    upper, lower = row.middle - 5, row.middle + 15
    pill = ""
    if gives:
        wide = 30 + 7.4 * len(gives)
        pill = (
            f'<rect class="pill {colour}" x="{RIGHT - 10 - wide:g}" y="{upper - 14:g}" width="{wide:g}" height="19" '
            f'rx="9.5"/><text class="words middle" x="{RIGHT - 10 - wide / 2:g}" y="{upper - 0.5:g}">'
            f"↑ {escape(gives)}</text>"
        )
    return (
        f'<g id="room-{room}"><rect class="{colour} box" x="{LEFT}" y="{row.y:g}" width="{RIGHT - LEFT}" '
        f'height="{row.height:g}" rx="7" stroke-width="1.4"/>'
        f'<text class="name" x="{LEFT + 14}" y="{upper:g}">{house.names[room]}</text>'
        f'<text class="words" x="{LEFT + 14}" y="{lower:g}">{escape(words["drawn"])}</text>'
        f'<text class="small faint end" x="{RIGHT - 14}" y="{lower:g}">{house.lines[room]:,} lines</text>{pill}</g>'
    )


def _siblings(house: House, rows: dict[str, Row]) -> str:
    """Brackets at rooms of one floor, which do not import each other."""
    parts = []
    for floor in (f for f in house.floors if len(f) > 1):
        top, end = rows[floor[0]].y + 6, rows[floor[-1]].y + rows[floor[-1]].height - 6
        parts.append(
            f'<path class="line" d="M{LEFT - 4} {top:g}H{LEFT - 9}V{end:g}H{LEFT - 4}"/>'
            f'<text class="small faint middle" transform="translate({LEFT - 22} {(top + end) / 2:g}) '
            'rotate(-90)">one floor</text>'
        )
    return "".join(parts)


def _legend(bottom: float) -> str:
    """What the signs mean."""
    x, y = FIRST_LANE + 14, MARGIN + 16
    lines = (
        "Imports go down only: a room knows the rooms below it, never those above.",
        "A dot is an import; its number counts import lines between modules.",
        "A lane ends at the room that is imported, and is as wide as it is used.",
        "↑ is what a room hands on to those above. Higher boxes hold more code.",
    )
    words = "".join(f'<text class="words faint" x="{x}" y="{y + 20 * i}">{line}</text>' for i, line in enumerate(lines))
    return words + (
        f'<text class="small faint middle" x="{(LEFT + RIGHT) / 2:g}" y="{bottom + 34:g}">drawn from the code '
        "by scripts/draw_house.py</text>"
    )
