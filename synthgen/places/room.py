"""Rooms: floor, walls with what is on them, ceiling with light panels. Seen from inside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, merged, moved, sheet
from synthgen.places.surfaces import FLOORS, WALLS, paint, surface
from synthgen.world.shot import RoomSpec

_WHITE = Material(colour=(0.92, 0.92, 0.90), roughness=0.9)


def _table() -> dict[str, Any]:
    return table("places/data/rooms.yaml")


def room_kinds() -> tuple[str, ...]:
    """Names of the rooms that can be built."""
    return tuple(_table())


def build_room(spec: RoomSpec) -> list[MeshPart]:
    """Builds a room around the origin. World frame, metres; the floor's top is z = 0, walls face inwards.

    Args:
        spec: kind, size (length along X, width along Y, height), floor, walls, colours, seed.

    Raises:
        InputError: unknown kind, floor or wall.
    """
    if spec.kind not in _table():
        raise InputError("unknown room", expected=", ".join(_table()), got=repr(spec.kind))
    data = _table()[spec.kind]
    length, width, height = spec.size
    floor, floor_tile = surface(FLOORS, spec.floor, "floor", spec.floor_colour, spec.texture_seed)
    wall, wall_tile = surface(WALLS, spec.walls, "wall", spec.wall_colour, spec.texture_seed)
    x, y = length / 2, width / 2
    parts = [sheet("floor", (-x, -y, 0), (length, 0, 0), (0, width, 0), floor, floor_tile)]
    parts += [_upright(f"wall_{i}", w, wall, wall_tile, height) for i, w in enumerate(_walls(length, width))]
    parts += _ceiling(spec, data)
    for i, place in enumerate(_walls(length, width)):
        parts += _dress_wall(spec, data, i, place)
    return parts


def _walls(length: float, width: float) -> list[tuple[np.ndarray, float]]:
    """Each wall's turn (local X runs along it, local Y points into the room) and its length."""
    out = []
    for turn, run, off in (
        (0.0, length, width),
        (np.pi / 2, width, length),
        (np.pi, length, width),
        (1.5 * np.pi, width, length),
    ):
        c, s = np.cos(turn), np.sin(turn)
        matrix = np.eye(4)
        matrix[:2, :2] = [[c, -s], [s, c]]
        matrix[:3, 3] = matrix[:3, :3] @ [0, -off / 2, 0]
        out.append((np.round(matrix, 12), run))
    return out


def _put(part: MeshPart, matrix: np.ndarray) -> MeshPart:
    return moved(part, matrix[:3, :3], matrix[:3, 3])


def _upright(name: str, place: tuple[np.ndarray, float], material: Material, tile: float, height: float) -> MeshPart:
    matrix, run = place
    return _put(sheet(name, (run / 2, 0, 0), (-run, 0, 0), (0, 0, height), material, tile), matrix)


def _ceiling(spec: RoomSpec, data: dict[str, Any]) -> list[MeshPart]:
    """The ceiling and rows of light panels under it."""
    length, width, height = spec.size
    # Light that floor and walls throw back reaches the ceiling; the engine has no such light, so it glows a little.
    red, green, blue = (0.42 * float(c) for c in data["ceiling"])
    material = replace(paint(tuple(data["ceiling"]), spec.texture_seed), roughness=1.0, emissive=(red, green, blue))
    parts = [sheet("ceiling", (-length / 2, width / 2, height), (length, 0, 0), (0, -width, 0), material, 3.0)]
    glow = Material(colour=(1.0, 1.0, 1.0), emissive=tuple(data["lamp"]), roughness=1.0)
    long, wide = data["panel"]
    columns, rows = max(1, round(length / 3.2)), max(1, round(width / 2.8))
    panels, frames = [], []
    for i in range(columns):
        for k in range(rows):
            cx, cy = (i + 0.5) / columns * length - length / 2, (k + 0.5) / rows * width - width / 2
            low = (cx - long / 2, cy - wide / 2)
            panels.append(sheet("lamps", (low[0], low[1] + wide, height - 0.045), (long, 0, 0), (0, -wide, 0), glow))
            frames.append(
                box(
                    "lamp_frames",
                    (low[0] - 0.03, low[1] - 0.03, height - 0.04),
                    (low[0] + long + 0.03, low[1] + wide + 0.03, height),
                    _WHITE,
                )
            )
    return [*parts, merged("lamps", panels), merged("lamp_frames", frames)]


def _dress_wall(spec: RoomSpec, data: dict[str, Any], index: int, place: tuple[np.ndarray, float]) -> list[MeshPart]:
    """Skirting board, a stripe, and a door, windows, mirrors' frames or posters, as the room's kind has them."""
    matrix, run = place
    height = spec.size[2]
    rng = stream(spec.texture_seed, 0, f"room/wall/{index}")
    r, g, b = (0.45 * c for c in spec.wall_colour)
    local = [box("skirting", (-run / 2, 0, 0), (run / 2, 0.015, 0.09), Material(colour=(r, g, b), roughness=0.7))]
    accent = tuple(data["accents"][int(stream(spec.texture_seed, 0, "room/accent").integers(len(data["accents"])))])
    if data["stripe"]:
        low, high = data["stripe"]
        local.append(
            sheet(
                "stripe",
                (run / 2, 0.004, low),
                (-run, 0, 0),
                (0, 0, high - low),
                Material(colour=accent, roughness=0.8),
            )
        )
    feature = data["walls"][index]
    if feature == "windows":
        local += _windows(run, height, data)
    elif feature == "door":
        local += _door(float(rng.uniform(-0.3, 0.3)) * run, accent)
        local += _posters(run, rng, accent, skip=0.5)
    elif feature == "posters":
        local += _posters(run, rng, accent)
    return [_put(part, matrix) for part in local]


def _windows(run: float, height: float, data: dict[str, Any]) -> list[MeshPart]:
    """A row of windows onto a bright day.

    Nothing on a wall is bevelled: from across the room a bevel is thinner than a pixel and breaks into dashes.
    """
    count = max(2, int(run / 2.2))
    low, high = 1.0, min(2.4, height - 0.35)
    glass = Material(colour=(0.2, 0.2, 0.2), emissive=tuple(data["daylight"]), roughness=0.3)
    frame = Material(colour=(0.88, 0.88, 0.87), roughness=0.5)
    panes, bars = [], []
    for k in range(count):
        cx = (k + 0.5) / count * run - run / 2
        w = 0.36 * run / count
        panes.append(sheet("panes", (cx + w, 0.006, low), (-2 * w, 0, 0), (0, 0, high - low), glass))
        for x0, x1, z0, z1 in (
            (cx - w - 0.05, cx - w, low - 0.05, high + 0.05),
            (cx + w, cx + w + 0.05, low - 0.05, high + 0.05),
            (cx - w, cx + w, high, high + 0.05),
            (cx - w, cx + w, low - 0.05, low),
            (cx - 0.02, cx + 0.02, low, high),
        ):
            bars.append(box("frames", (x0, 0, z0), (x1, 0.04, z1), frame))
        bars.append(box("frames", (cx - w - 0.08, 0, low - 0.08), (cx + w + 0.08, 0.14, low - 0.05), frame))
    return [merged("panes", panes), merged("frames", bars)]


def _door(at: float, accent: Colour) -> list[MeshPart]:
    r, g, b = (0.5 * c + 0.25 for c in accent)
    leaf = Material(colour=(r, g, b), roughness=0.55)
    frame = Material(colour=(0.80, 0.80, 0.78), roughness=0.5)
    steel = Material(colour=(0.7, 0.7, 0.72), roughness=0.3, metallic=1.0)
    w, h = 0.46, 2.05
    bars = [
        box("door_frame", (at - w - 0.07, 0, 0), (at - w, 0.05, h + 0.07), frame),
        box("door_frame", (at + w, 0, 0), (at + w + 0.07, 0.05, h + 0.07), frame),
        box("door_frame", (at - w, 0, h), (at + w, 0.05, h + 0.07), frame),
    ]
    return [
        box("door", (at - w, 0, 0.008), (at + w, 0.03, h), leaf),
        merged("door_frame", bars),
        box("handle", (at + w - 0.20, 0.03, 1.02), (at + w - 0.07, 0.075, 1.045), steel, 0.008),
    ]


def _posters(run: float, rng: np.random.Generator, accent: Colour, skip: float = 0.25) -> list[MeshPart]:
    """Framed boards with plain graphics."""
    parts: list[MeshPart] = []
    count = max(1, int(run / 2.6))
    for k in range(count):
        w, h = float(rng.uniform(0.5, 0.9)), float(rng.uniform(0.6, 1.1))
        image = _graphic(rng, accent)
        if rng.random() < skip:
            continue
        cx = (k + 0.5) / count * run - run / 2
        z = 1.25
        parts.append(
            box("poster_frame", (cx - w / 2, 0, z), (cx + w / 2, 0.02, z + h), Material(colour=(0.1, 0.1, 0.1)))
        )
        picture = sheet("poster", (cx + w / 2 - 0.02, 0.022, z + 0.02), (-w + 0.04, 0, 0), (0, 0, h - 0.04), image)
        parts.append(replace(picture, uvs=np.array([[0, 1], [1, 1], [1, 0], [0, 0]], float)))
    return parts


def _graphic(rng: np.random.Generator, accent: Colour) -> Material:
    """A poster: a ground, a disc or bars, lines where text would be."""
    n = 96
    y, x = np.mgrid[0:n, 0:n] / n
    ground = np.array([[0.93, 0.92, 0.88], [0.16, 0.18, 0.22], accent][int(rng.integers(3))], float)
    ink = np.array(accent if ground.mean() > 0.6 or ground.mean() < 0.3 else (0.95, 0.95, 0.95))
    image = np.broadcast_to(ground, (n, n, 3)).copy()
    if rng.random() < 0.5:
        cx, cy, r = rng.uniform(0.35, 0.65), rng.uniform(0.3, 0.5), rng.uniform(0.15, 0.28)
        image[(x - cx) ** 2 + (y - cy) ** 2 < r**2] = ink
    else:
        for c in rng.uniform(0.15, 0.85, 4):
            image[(np.abs(x - c) < 0.05) & (y > rng.uniform(0.15, 0.5)) & (y < 0.62)] = ink
    for line in np.arange(0.70, 0.92, 0.06):
        image[(np.abs(y - line) < 0.012) & (x > 0.15) & (x < rng.uniform(0.5, 0.85))] = 0.5 * (ground + ink)
    return Material(texture=(np.clip(image, 0, 1) * 255).astype(np.uint8), roughness=0.5)
