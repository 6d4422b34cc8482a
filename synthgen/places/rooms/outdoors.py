"""Outdoors: the ground out to the horizon, trees, a fence, people far off, and the dome behind all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, merged, moved, sheet
from synthgen.places.bank import covering, laid, surface, tile
from synthgen.places.rooms.crowd import figure
from synthgen.places.rooms.dome import painted_dome
from synthgen.places.rooms.greenery import bush, tree
from synthgen.world.daylight import daylight
from synthgen.world.surroundings import BackdropSpec, RoomSpec

_EDGE = 98.0
"""Metres to which the ground goes: before the dome, and before ``engine.sunlight.HORIZON``."""


def surroundings(
    spec: RoomSpec,
    backdrop: BackdropSpec,
    ground: tuple[str, Colour] | None,
    cache: Cache | None,
    sides: Sequence[int] = range(4),
) -> list[MeshPart]:
    """What is around a room.

    Args:
        spec: the room; nothing stands within its size.
        backdrop: its painted one.
        ground: surface and colour of the ground; None where it is drawn, so that it does not show inside a building.
        cache: where painted panoramas are kept.
        sides: of a building those to which it has windows, −Y, +X, +Y, −X: nothing else is seen from inside.

    Raises:
        InputError: unknown scenery.
    """
    rows = table("places/data/sceneries.yaml")
    if backdrop.scenery not in rows:
        raise InputError("unknown scenery", expected=", ".join(rows), got=repr(backdrop.scenery))
    data, rng = rows[backdrop.scenery], stream(spec.texture_seed, 0, "surroundings")
    half = np.array(spec.size[:2]) / 2
    parts: list[MeshPart] = []
    if ground is None:
        name = sorted(data["ground"])[int(rng.integers(len(data["ground"])))]
        colours = data["ground"][name]
        colour = tuple(colours[int(rng.integers(len(colours)))])
        parts += _around(half, name, colour, spec.texture_seed, _by_day(backdrop))
    else:
        parts.append(_ground(*ground, spec.texture_seed))
    for kind, make, tall in (("trees", tree, (4.5, 9.5)), ("bushes", bush, (0.8, 1.8))):
        for _ in range(int(rng.integers(data[kind]["count"][0], data[kind]["count"][1] + 1))):
            spot = _beyond(rng, half + 2.5, *data[kind]["ring"])
            if not _on(spot, half, sides):
                continue
            parts += make(
                int(rng.integers(64)), spot, float(rng.uniform(*tall)), float(rng.uniform(0, 6)), int(rng.integers(4))
            )
    if rng.random() < data["fence"]["share"]:
        parts += _fence(rng, data["fence"])
    for _ in range(spec.crowd):
        far = max(spec.crowd_from + 1, min(90.0, 2 * spec.crowd_from))
        spot = _beyond(rng, half, spec.crowd_from, far)
        if _on(spot, half, sides):
            parts += figure(rng, spot)
    if ground is None:  # the building's floor is a step, or a storey or two, above the ground
        down = (0.15, 0.15, 3.4, 6.8)[int(rng.integers(4))]
        parts = [moved(part, shift=(0, 0, -down)) for part in parts]
    return [painted_dome(backdrop, spec.texture_seed, cache), *parts]


def _ground(name: str, colour: Colour, seed: int) -> MeshPart:
    cover = covering(surface(name, "floor"), colour, seed)
    whole = sheet("floor", (-_EDGE, -_EDGE, 0), (2 * _EDGE, 0, 0), (0, 2 * _EDGE, 0), cover, tile(name))
    return laid(whole, name, seed)


def _by_day(backdrop: BackdropSpec) -> float:
    """How bright level ground outside is: the light inside is not its light."""
    ground = daylight(backdrop.sun, backdrop.overcast).ground
    return float(np.mean(ground)) / 0.36 * (0.8 if backdrop.overcast else 1.05)


def _around(half: np.ndarray, name: str, colour: Colour, seed: int, light: float) -> list[MeshPart]:
    """The ground with the building left out, as bright as the day makes it."""
    cover, (x, y), z = covering(surface(name, "floor"), colour, seed), half, 0.0
    cover = replace(cover, unlit=True, emissive=(light, light, light))
    out = []
    for low, high in (
        ((-_EDGE, -_EDGE), (_EDGE, -y)),
        ((-_EDGE, y), (_EDGE, _EDGE)),
        ((-_EDGE, -y), (-x, y)),
        ((x, -y), (_EDGE, y)),
    ):
        size = np.subtract(high, low)
        out.append(sheet("outside", (*low, z), (size[0], 0, 0), (0, size[1], 0), cover, tile(name)))
    return out


def _beyond(rng: np.random.Generator, half: np.ndarray, near: float, far: float) -> tuple[float, float]:
    """A spot in a ring (metres), outside a rectangle of half sizes around the origin."""
    angle = float(rng.uniform(-np.pi, np.pi))
    ahead = np.array([np.cos(angle), np.sin(angle)])
    edge = float((half / np.maximum(np.abs(ahead), 1e-9)).min())
    reach = max(near, edge) + float(rng.random()) * max(far - max(near, edge), 1.0)
    return float(reach * ahead[0]), float(reach * ahead[1])


def _on(spot: tuple[float, float], half: np.ndarray, sides: Sequence[int]) -> bool:
    """Whether a spot lies beyond one of the sides of a rectangle."""
    (x, y), (a, b) = spot, half
    return any((y < -b, x > a, y > b, x < -a)[side] for side in sides)


def _fence(rng: np.random.Generator, data: dict[str, Any]) -> list[MeshPart]:
    """Posts and rails along one or two sides of a square."""
    away, tall = float(rng.uniform(*data["distance"])), float(data["height"])
    post = Material(colour=(0.45, 0.46, 0.46), roughness=0.6, metallic=0.2)
    bars = []
    for side in rng.permutation(4)[: int(rng.integers(1, 3))]:
        turn = int(side) * np.pi / 2
        c, s = round(np.cos(turn)), round(np.sin(turn))
        for k in np.arange(-away, away + 0.1, 2.5):
            bars.append(_bar((c, s), away, (k - 0.03, k + 0.03), (0.0, tall)))
        bars += [_bar((c, s), away, (-away, away), (z, z + 0.05)) for z in np.linspace(0.25, tall - 0.05, 4)]
    return [merged("fence", [box("fence", low, high, post) for low, high in bars])] if bars else []


def _bar(
    axis: tuple[int, int], away: float, along: tuple[float, float], up: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Corners of a bar ``away`` along an axis of the ground, between two places along the other one."""
    (c, s), t = axis, 0.02
    ends = np.array([[c * (away + d) - s * a, s * (away + d) + c * a, z] for d in (-t, t) for a in along for z in up])
    return ends.min(0), ends.max(0)


def outdoor_room(spec: RoomSpec, data: dict[str, Any], cache: Cache | None = None) -> list[MeshPart]:
    """A place without walls: its ground goes on to the horizon; a track has lanes, a park may have a path."""
    backdrop = spec.backdrop or BackdropSpec(scenery=data["scenery"])
    base = tuple(data["around"]["colour"]) if "around" in data else spec.floor_colour
    name = data["around"]["surface"] if "around" in data else spec.floor
    parts = surroundings(spec, backdrop, (name, base), cache)
    if "lanes" in data:
        parts += _lanes(spec, data["lanes"])
    if "path" in data:
        parts += _path(spec, data["path"])
    return parts


def _lanes(spec: RoomSpec, data: dict[str, Any]) -> list[MeshPart]:
    """A straight of a running track along X, as wide as its lanes, with the lines between them."""
    wide, count = float(data["width"]), int(data["count"])
    half, long = wide * count / 2, 60.0
    cover = covering(surface(spec.floor, "floor"), spec.floor_colour, spec.texture_seed)
    bed = sheet("lanes", (-long, -half, 0.004), (2 * long, 0, 0), (0, 2 * half, 0), cover, tile(spec.floor))
    white = Material(colour=(0.86, 0.86, 0.84), roughness=0.8)
    lines = [
        sheet("lines", (-long, -half + k * wide - 0.025, 0.008), (2 * long, 0, 0), (0, 0.05, 0), white)
        for k in range(count + 1)
    ]
    across = float(stream(spec.texture_seed, 0, "track/start").uniform(-4, 4))
    lines.append(sheet("lines", (across, -half, 0.008), (0.05, 0, 0), (0, 2 * half, 0), white))
    return [laid(bed, spec.floor, spec.texture_seed), merged("lines", lines)]


def _path(spec: RoomSpec, data: dict[str, Any]) -> list[MeshPart]:
    """A straight path beside the middle, in some of the places."""
    rng = stream(spec.texture_seed, 0, "path")
    if rng.random() >= data["share"]:
        return []
    name, wide, off = data["surface"], float(rng.uniform(1.8, 3.2)), float(rng.uniform(-6, 6))
    cover = covering(surface(name, "floor"), tuple(data["colour"]), spec.texture_seed)
    long, low = 2 * _EDGE, off - wide / 2
    if rng.random() < 0.5:
        strip = sheet("path", (-low, -_EDGE, 0.004), (0, long, 0), (-wide, 0, 0), cover, tile(name))
    else:
        strip = sheet("path", (-_EDGE, low, 0.004), (long, 0, 0), (0, wide, 0), cover, tile(name))
    return [laid(strip, name, spec.texture_seed)]
