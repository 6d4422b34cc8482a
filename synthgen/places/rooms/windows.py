"""Windows: holes in a wall through which the outside is seen, with frames, sills and blinds.

Lengths in metres in the wall's own frame: X along it, Y into the room, Z up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, merged, sheet

_DEEP = 0.16
"""Metres of wall that a window lies in."""
_FRAME = Material(colour=(0.88, 0.88, 0.87), roughness=0.5)
_JAMB = Material(colour=(0.86, 0.86, 0.84), roughness=0.8)
_FABRICS = ((0.82, 0.80, 0.74), (0.62, 0.64, 0.66), (0.74, 0.68, 0.60))


@dataclass(frozen=True)
class Hole:
    """A window's opening: from ``left`` to ``right`` and from ``low`` to ``high``."""

    left: float
    right: float
    low: float
    high: float


def holes_of(run: float, height: float, data: dict[str, Any]) -> list[Hole]:
    """The openings of a wall of a length; the room's row may say how high they begin and end."""
    count = max(2, int(run / float(data.get("pane", 2.2))))
    low, high = data.get("window", (1.0, 2.4))
    high = min(float(high), height - 0.35)
    half = 0.36 * run / count
    middles = [(k + 0.5) / count * run - run / 2 for k in range(count)]
    return [Hole(x - half, x + half, float(low), high) for x in middles]


def with_holes(wall: MeshPart, holes: list[Hole]) -> MeshPart:
    """An upright sheet (local X from the right to the left, as ``hall`` makes it) with openings left out."""
    assert wall.uvs is not None
    corner, across, up = wall.vertices[0], wall.vertices[1] - wall.vertices[0], wall.vertices[3] - wall.vertices[0]
    run, height = float(np.linalg.norm(across)), float(np.linalg.norm(up))
    low, high = holes[0].low, holes[0].high
    edges = [run / 2, *(x for h in reversed(holes) for x in (h.right, h.left)), -run / 2]
    pieces = [((run / 2, 0.0), (-run / 2, low)), ((run / 2, high), (-run / 2, height))]
    pieces += [((edges[k], low), (edges[k + 1], high)) for k in range(0, len(edges), 2)]
    places, uvs = [], []
    for (x0, z0), (x1, z1) in pieces:
        for x, z in ((x0, z0), (x1, z0), (x1, z1), (x0, z1)):
            a, b = (run / 2 - x) / run, z / height
            places.append(corner + a * across + b * up)
            uvs.append(wall.uvs[0] + a * (wall.uvs[1] - wall.uvs[0]) + b * (wall.uvs[3] - wall.uvs[0]))
    first = 4 * np.arange(len(pieces))[:, None]
    faces = np.concatenate([first + (0, 1, 2), first + (0, 2, 3)])
    return replace(wall, vertices=np.array(places), faces=faces, uvs=np.array(uvs))


def windows(run: float, height: float, data: dict[str, Any], rng: np.random.Generator, open_: bool) -> list[MeshPart]:
    """A row of windows; where nothing is seen of the outside their panes are a bright day.

    Nothing on a wall is bevelled: from across the room a bevel is thinner than a pixel and breaks into dashes.
    """
    holes = holes_of(run, height, data)
    glass = Material(colour=(0.2, 0.2, 0.2), emissive=tuple(data["daylight"]), roughness=0.3)
    back = -_DEEP if open_ else 0.0
    panes, bars, jambs = [], [], []
    for h in holes:
        wide, tall = h.right - h.left, h.high - h.low
        if open_:
            jambs += [
                sheet("jambs", (h.left, 0, h.low), (0, back, 0), (0, 0, tall), _JAMB),
                sheet("jambs", (h.right, back, h.low), (0, -back, 0), (0, 0, tall), _JAMB),
                sheet("jambs", (h.left, back, h.low), (wide, 0, 0), (0, -back, 0), _JAMB),
                sheet("jambs", (h.left, 0, h.high), (wide, 0, 0), (0, back, 0), _JAMB),
            ]
        else:
            panes.append(sheet("panes", (h.right, 0.006, h.low), (-wide, 0, 0), (0, 0, tall), glass))
        rim = 0.06 if open_ else -0.05
        middle = (h.left + h.right) / 2
        for x0, x1, z0, z1 in (
            (h.left, h.left + rim, h.low, h.high),
            (h.right - rim, h.right, h.low, h.high),
            (h.left, h.right, h.high - rim, h.high),
            (h.left, h.right, h.low, h.low + rim),
            (middle - 0.025, middle + 0.025, h.low, h.high),
        ):
            low, high = (min(x0, x1), back, min(z0, z1)), (max(x0, x1), back + 0.05, max(z0, z1))
            bars.append(box("frames", low, high, _FRAME))
        bars.append(box("frames", (h.left - 0.08, 0, h.low - 0.05), (h.right + 0.08, 0.14, h.low - 0.02), _FRAME))
    out = [merged("frames", bars)]
    if open_:
        out += [merged("jambs", jambs), *_blinds(holes, rng)]
    else:
        out.append(merged("panes", panes))
    return out


def _blinds(holes: list[Hole], rng: np.random.Generator) -> list[MeshPart]:
    """Roller blinds, some of them let down a part of the way; half of the walls have none."""
    if rng.random() < 0.5:
        return []
    fabric = Material(colour=_FABRICS[int(rng.integers(len(_FABRICS)))], roughness=0.95)
    out = []
    for h in holes:
        share = float(rng.choice([0.06, 0.2, 0.45, 0.7]))
        bottom = h.high - share * (h.high - h.low)
        out.append(box("blinds", (h.left + 0.01, -0.06, bottom), (h.right - 0.01, -0.055, h.high), fabric))
    return [merged("blinds", out)]
