"""Rooms: floor, walls with what is on them, ceiling with light panels. Seen from inside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from synthgen.core.cache import Cache
from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.meshes.joining import on_one_image
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, merged, moved, sheet
from synthgen.places.bank import covering, laid, surface, tile
from synthgen.places.rooms.fittings import fittings, gate, radiator, whiteboard
from synthgen.places.rooms.outdoors import surroundings
from synthgen.places.rooms.posters import posters
from synthgen.places.rooms.windows import holes_of, windows, with_holes
from synthgen.world.surroundings import RoomSpec

_WHITE = Material(colour=(0.92, 0.92, 0.90), roughness=0.9)


def hall(spec: RoomSpec, data: dict[str, Any], cache: Cache | None = None) -> list[MeshPart]:
    """A room with walls and a ceiling, as its row of ``places/data/rooms.yaml`` has it.

    Raises:
        InputError: unknown floor or wall.
    """
    length, width, height = spec.size
    floor = covering(surface(spec.floor, "floor"), spec.floor_colour, spec.texture_seed)
    wall = covering(surface(spec.walls, "wall"), spec.wall_colour, spec.texture_seed)
    x, y = length / 2, width / 2
    ground = sheet("floor", (-x, -y, 0), (length, 0, 0), (0, width, 0), floor, tile(spec.floor))
    parts = [laid(ground, spec.floor, spec.texture_seed)]
    for i, place in enumerate(_walls(length, width)):
        upright = sheet(f"wall_{i}", (place[1] / 2, 0, 0), (-place[1], 0, 0), (0, 0, height), wall, tile(spec.walls))
        upright = laid(upright, spec.walls, spec.texture_seed)
        if spec.backdrop is not None and data["walls"][i] == "windows":
            upright = with_holes(upright, holes_of(place[1], height, data))
        parts.append(_put(upright, place[0]))
    parts += _ceiling(spec, data)
    if spec.backdrop is not None and "windows" in data["walls"]:
        sides = [i for i, what in enumerate(data["walls"]) if what == "windows"]
        parts += surroundings(spec, spec.backdrop, None, cache, sides)
    dress = [p for i, place in enumerate(_walls(length, width)) for p in _dress_wall(spec, data, i, place)]
    pictures = on_one_image("poster", [p for p in dress if p.name == "poster"])
    return [*parts, *(p for p in dress if p.name != "poster"), *pictures]


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


def _ceiling(spec: RoomSpec, data: dict[str, Any]) -> list[MeshPart]:
    """The ceiling and rows of light panels under it."""
    length, width, height = spec.size
    # Light that floor and walls throw back reaches the ceiling; the engine has no such light, so it glows a little.
    red, green, blue = (0.42 * float(c) for c in data["ceiling"])
    paint = covering("paint", tuple(data["ceiling"]), spec.texture_seed)
    material = replace(paint, roughness=1.0, emissive=(red, green, blue))
    corner = (-length / 2, width / 2, height)
    ceiling = sheet("ceiling", corner, (length, 0, 0), (0, -width, 0), material, tile("paint"))
    parts = [laid(ceiling, "paint", spec.texture_seed)]
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
        local += windows(run, height, data, rng, spec.backdrop is not None)
        if data.get("window", (1.0,))[0] > 0.8 and rng.random() < 0.6:
            local += radiator(run, rng)
    elif feature == "door":
        local += _door(float(rng.uniform(-0.3, 0.3)) * run, accent)
        local += posters(run, rng, accent, skip=0.5)
    elif feature == "posters":
        local += posters(run, rng, accent)
    elif feature == "gate":
        local += gate(run, height, rng)
    elif feature == "board":
        local += whiteboard(run, rng)
    local += fittings(run, height, data.get("fittings", []), rng)
    return [_put(part, matrix) for part in local]


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
