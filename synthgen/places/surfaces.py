"""Painters of tileable surfaces, each a function of a colour and a seed: rubber, planks, carpet, concrete, brick …

They are called through :mod:`synthgen.places.bank`, which keeps what they painted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.meshes.baking import normal_map, to_uint8
from synthgen.meshes.mesh import Material
from synthgen.places.fields import SIZE, across, along, cloud, grain, lines, speckle

Painter = Callable[[Colour, int], Material]

_FLECKS = np.array([[0.75, 0.77, 0.80], [0.30, 0.45, 0.70], [0.70, 0.35, 0.25], [0.55, 0.57, 0.60]])
_MORTAR = (0.66, 0.64, 0.60)


def shaded(colour: Colour, light: np.ndarray) -> np.ndarray:
    """(3, 512, 512) planes of red, green and blue."""
    out: np.ndarray = np.array(colour, np.float32)[:, None, None] * light
    return out


def painted(planes: np.ndarray) -> np.ndarray:
    """(3, 512, 512) planes 0…1 → (512, 512, 3) uint8."""
    return np.stack([to_uint8(plane) for plane in planes], -1)  # plane by plane: what is at hand is small


def _to_edge(at: np.ndarray) -> np.ndarray:
    """How far places (in cells) are from the nearest edge of their cell."""
    return np.minimum(at % 1.0, 1 - at % 1.0)


def rubber(colour: Colour, seed: int) -> Material:
    """Gym floor tiles of one metre with coloured flecks. One tile is 1 m."""
    image = shaded(colour, 1 + 0.10 * (cloud(seed, "rubber", 6) - 0.5))
    for k, fleck in enumerate(stream(seed, 0, "rubber/flecks").choice(_FLECKS, 2, replace=False)):
        dots = speckle(seed, f"rubber/{k}", 0.010, 0.8)
        for plane, shade in zip(image, fleck, strict=True):
            plane += 0.55 * dots * (np.float32(shade) - plane)
    joint = _to_edge(across()) < 0.004
    image *= np.where(joint[:, None] | joint, np.float32(0.55), np.float32(1.0))
    return Material(texture=painted(image), roughness=0.9)


def wood(colour: Colour, seed: int) -> Material:
    """Planks of 12.5 cm, staggered. One tile is 2 m."""
    at, rows = across(), 16
    rng = stream(seed, 0, "wood")
    shift, tone = rng.random(rows), 1 + 0.22 * (rng.random((rows, 2)) - 0.5)
    row = np.arange(rows)
    x = (at + shift[:, None]) % 1.0  # (rows, 512)
    plank = (x > 0.5).astype(int)
    # The grain is read row by row of planks; the two planks of a row, side by side, have a grain of their own each.
    y = at * rows * 9.14
    first, second = (lines(seed, "wood/grain", y + shift, 3).reshape(rows, -1, 3) for shift in (0, 5))
    coarse = at * 3 + 7.7 * row[:, None]
    light = 0.93 + 0.10 * np.where(plank[:, None], along(second, coarse), along(first, coarse))
    fibres = lines(seed, "wood/fibres", at * SIZE, 16).reshape(rows, -1, 16)
    light += 0.05 * along(fibres, at * 16 + 3.1 * row[:, None])
    light *= np.take_along_axis(tone, plank, 1).astype(np.float32)[:, None]
    seam = np.minimum(np.abs(x - 0.5), np.minimum(x, 1 - x)) < 0.0012
    gap = _to_edge(at * rows) / rows < 0.0012
    light *= np.where(gap.reshape(rows, -1, 1) | seam[:, None], np.float32(0.55), np.float32(1.0))
    return Material(texture=painted(shaded(colour, light.reshape(SIZE, SIZE))), roughness=0.42)


def carpet(colour: Colour, seed: int) -> Material:
    """Short pile. One tile is 1 m."""
    light = 0.82 + 0.30 * grain(seed, "carpet", 0.7) + 0.12 * (cloud(seed, "carpet", 8) - 0.5)
    return Material(texture=painted(shaded(colour, light)), roughness=1.0, sheen=0.2)


def concrete(colour: Colour, seed: int) -> Material:
    """Smoothed concrete with joints. One tile is 3 m."""
    light = 1 + 0.20 * (cloud(seed, "concrete", 4, 5) - 0.5) - 0.10 * speckle(seed, "concrete/pits", 0.002, 0.9)
    joint = _to_edge(across()) < 0.0025
    light *= np.where(joint[:, None] | joint, np.float32(0.7), np.float32(1.0))
    return Material(texture=painted(shaded(colour, light)), roughness=0.6)


def paint(colour: Colour, seed: int) -> Material:
    """Rolled wall paint with faint unevenness. One tile is 3 m."""
    light = 1 + 0.05 * (cloud(seed, "paint", 4, 4) - 0.5)
    return Material(texture=painted(shaded(colour, light)), roughness=0.9)


def brick(colour: Colour, seed: int) -> Material:
    """Running bond, 25 × 8.3 cm with joints. One tile is 1 m."""
    at, rows, columns = across(), 12, 4
    row = (at * rows).astype(int)
    x = at * columns + 0.5 * (np.arange(2)[:, None])  # (2, 512) in even and in odd rows
    column = (x.astype(int) % columns)[row % 2]
    rng = stream(seed, 0, "brick")
    tone = 1 + 0.30 * (rng.random((rows, columns)) - 0.5)
    warm = 0.06 * (rng.random((rows, columns)) - 0.5)
    inner = np.minimum((_to_edge(x) / columns)[row % 2], (_to_edge(at * rows) / rows)[:, None])
    face = np.clip((inner - 0.003) / 0.004, 0, 1).astype(np.float32)
    rough = cloud(seed, "brick", 24, 3)
    light, warmth = (a.astype(np.float32)[row[:, None], column] for a in (tone, warm))
    image = shaded(colour, light * (0.88 + 0.24 * rough))
    image[0] += warmth
    image[2] -= 0.5 * warmth
    image *= face
    image += shaded(_MORTAR, (0.9 + 0.2 * rough) * (1 - face))
    bumps = normal_map(0.006 * face + 0.002 * rough, 1 / SIZE)
    return Material(texture=painted(image), normal_map=bumps, roughness=0.95)


def panels(colour: Colour, seed: int) -> Material:
    """Wall panels of 1 m width with shadow gaps. One tile is 3 m."""
    light = 1 + 0.03 * (cloud(seed, "panels", 4, 3) - 0.5)
    light *= np.where(_to_edge(across() * 3) < 0.006, np.float32(0.6), np.float32(1.0))
    return Material(texture=painted(shaded(colour, light)), roughness=0.7)


def plywood(colour: Colour, seed: int) -> Material:
    """Birch plywood. One tile is 1 m."""
    at = across()
    bent = (at * 4).astype(np.float32) + 2 * cloud(seed, "plywood/wave", 4, 2)
    fibres = along(lines(seed, "plywood", at * 64, 4), bent)
    return Material(texture=painted(shaded(colour, 0.9 + 0.18 * fibres)), roughness=0.6)


def foam(colour: Colour, seed: int) -> Material:
    """Closed-cell foam with a faint weave, for mats. One tile is 25 cm."""
    wave = np.sin(2 * np.pi * 40 * across()).astype(np.float32)
    weave = 0.5 + 0.125 * (wave + wave[:, None])
    light = 0.95 + 0.08 * weave + 0.05 * (cloud(seed, "foam", 8) - 0.5)
    return Material(texture=painted(shaded(colour, light)), roughness=0.95)


PAINTERS: dict[str, Painter] = {
    f.__name__: f for f in (rubber, wood, carpet, concrete, paint, brick, panels, plywood, foam)
}
"""Surface → its painter; ``data/surfaces.yaml`` says the rest."""
