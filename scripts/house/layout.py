"""Where everything stands in the drawing, in its own units."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scripts.house.plan import House

WIDTH, MARGIN, TOP, GAP = 1180, 28, 178, 11
LEFT, RIGHT = 78, 540
FIRST_LANE, LANE = RIGHT + 46, 38


@dataclass(frozen=True)
class Row:
    """Where a room stands: its upper edge, its height, and the heights at which imports leave and come in."""

    y: float
    height: float

    @property
    def leaving(self) -> float:
        """Height of the line on which the room's own imports leave it."""
        return self.y + 0.34 * self.height

    @property
    def coming(self) -> float:
        """Height of the arrow of those who import the room."""
        return self.y + 0.76 * self.height

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return self.y + self.height / 2


def place_rows(house: House) -> tuple[dict[str, Row], float]:
    """Room → its row, taller the more code it holds, and the lower edge of the last."""
    rows, y = {}, float(TOP)
    for floor in house.floors:
        for room in floor:
            height = round(46 + 0.33 * sqrt(house.lines[room]))
            rows[room] = Row(y, height)
            y += height + (4 if room != floor[-1] else GAP)
    return rows, y - GAP
