"""Tileable materials of rooms and props, painted from a seed: rubber, planks, carpet, concrete, plaster, brick …"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from synthgen.core.errors import InputError
from synthgen.core.seeding import stream
from synthgen.meshes.baking import normal_map, to_uint8
from synthgen.meshes.mesh import Material
from synthgen.meshes.noise import Noise

Colour = tuple[float, float, float]
_SIZE = 512


def _grid(size: int = _SIZE) -> tuple[np.ndarray, np.ndarray]:
    """(rows, columns) in 0…1 across one tile."""
    at = (np.arange(size) + 0.5) / size
    y, x = np.meshgrid(at, at, indexing="ij")
    return y, x


def _cloud(seed: int, name: str, cells: int, layers: int = 3) -> np.ndarray:
    """(size, size) smooth noise 0…1 that tiles; ``cells`` lattice cells across."""
    y, x = _grid()
    total, strength = np.zeros_like(x), 0.0
    for k in range(layers):
        period = cells * 2**k
        noise = Noise(seed, f"{name}/{k}", period=period, dims=2)
        total += noise(np.stack([y, x], axis=-1) * period, 1.0) * 0.5**k
        strength += 0.5**k
    return total / strength


def _speckle(seed: int, name: str, share: float, blur: float) -> np.ndarray:
    """(size, size) 0…1 sparse dots that tile."""
    dots = stream(seed, 0, name).random((_SIZE, _SIZE)) < share
    soft = ndimage.gaussian_filter(dots.astype(float), blur, mode="wrap")
    out: np.ndarray = np.clip(soft * 2 * np.pi * blur**2 * 1.2, 0, 1)
    return out


def _shade(colour: Colour, light: np.ndarray) -> np.ndarray:
    out: np.ndarray = np.array(colour) * light[..., None]
    return out


def rubber(colour: Colour, seed: int) -> Material:
    """Gym floor tiles of one metre with coloured flecks. One tile is 1 m."""
    y, x = _grid()
    image = _shade(colour, 1 + 0.10 * (_cloud(seed, "rubber", 6) - 0.5))
    fleck_colours = stream(seed, 0, "rubber/flecks").choice(
        np.array([[0.75, 0.77, 0.80], [0.30, 0.45, 0.70], [0.70, 0.35, 0.25], [0.55, 0.57, 0.60]]), 2, replace=False
    )
    for k, fleck in enumerate(fleck_colours):
        dots = _speckle(seed, f"rubber/{k}", 0.010, 0.8)[..., None]
        image = image + 0.55 * dots * (fleck - image)
    edge = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    image = image * np.where(edge < 0.004, 0.55, 1.0)[..., None]
    return Material(texture=to_uint8(image), roughness=0.9)


def wood(colour: Colour, seed: int) -> Material:
    """Planks of 12.5 cm, staggered. One tile is 2 m."""
    y, x = _grid()
    rows = 16
    row = (y * rows).astype(int)
    rng = stream(seed, 0, "wood")
    shift, tone = rng.random(rows), 1 + 0.22 * (rng.random((rows, 2)) - 0.5)
    along = (x + shift[row]) % 1.0
    plank = (along > 0.5).astype(int)
    light = tone[row, plank]
    grain_noise = Noise(seed, "wood/grain", period=64, dims=2)
    lines = grain_noise(np.stack([y * rows * 9.14 + 5 * plank, x * 3 + 7.7 * row], axis=-1), 1.0)
    fine = grain_noise(np.stack([y * 512, x * 16 + 3.1 * row], axis=-1), 1.0)
    light = light * (0.93 + 0.10 * lines + 0.05 * fine)
    gap = np.minimum((y * rows) % 1.0, 1 - (y * rows) % 1.0) / rows
    seam = np.minimum(np.abs(along - 0.5), np.minimum(along, 1 - along))
    light = np.where((gap < 0.0012) | (seam < 0.0012), light * 0.55, light)
    return Material(texture=to_uint8(_shade(colour, light)), roughness=0.42)


def carpet(colour: Colour, seed: int) -> Material:
    """Short pile. One tile is 1 m."""
    pile = stream(seed, 0, "carpet").random((_SIZE, _SIZE))
    light = 0.82 + 0.30 * ndimage.gaussian_filter(pile, 0.7, mode="wrap") + 0.12 * (_cloud(seed, "carpet", 8) - 0.5)
    return Material(texture=to_uint8(_shade(colour, light)), roughness=1.0, sheen=0.2)


def concrete(colour: Colour, seed: int) -> Material:
    """Smoothed concrete with joints. One tile is 3 m."""
    y, x = _grid()
    light = 1 + 0.20 * (_cloud(seed, "concrete", 4, 5) - 0.5) - 0.10 * _speckle(seed, "concrete/pits", 0.002, 0.9)
    joint = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y)) < 0.0025
    return Material(texture=to_uint8(_shade(colour, np.where(joint, light * 0.7, light))), roughness=0.6)


def paint(colour: Colour, seed: int) -> Material:
    """Rolled wall paint with faint unevenness. One tile is 3 m."""
    light = 1 + 0.05 * (_cloud(seed, "paint", 4, 4) - 0.5)
    return Material(texture=to_uint8(_shade(colour, light)), roughness=0.9)


def brick(colour: Colour, seed: int) -> Material:
    """Running bond, 25 × 8.3 cm with joints. One tile is 1 m."""
    y, x = _grid()
    rows, columns = 12, 4
    row = (y * rows).astype(int)
    along = x * columns + 0.5 * (row % 2)
    column = along.astype(int) % columns
    rng = stream(seed, 0, "brick")
    tone = 1 + 0.30 * (rng.random((rows, columns)) - 0.5)
    warm = 0.06 * (rng.random((rows, columns)) - 0.5)
    fx, fy = along % 1.0 / columns, (y * rows) % 1.0 / rows
    inner = np.minimum(np.minimum(fx, 1 / columns - fx), np.minimum(fy, 1 / rows - fy))
    face = np.clip((inner - 0.003) / 0.004, 0, 1)
    rough = _cloud(seed, "brick", 24, 3)
    light = tone[row, column] * (0.88 + 0.24 * rough)
    image = _shade(colour, light) + warm[row, column][..., None] * np.array([1.0, 0.0, -0.5])
    mortar = _shade((0.66, 0.64, 0.60), 0.9 + 0.2 * rough)
    image = mortar + face[..., None] * (image - mortar)
    return Material(
        texture=to_uint8(image), normal_map=normal_map(0.006 * face + 0.002 * rough, 1 / _SIZE), roughness=0.95
    )


def panels(colour: Colour, seed: int) -> Material:
    """Wall panels of 1 m width with shadow gaps. One tile is 3 m."""
    _, x = _grid()
    light = 1 + 0.03 * (_cloud(seed, "panels", 4, 3) - 0.5)
    gap = np.minimum((x * 3) % 1.0, 1 - (x * 3) % 1.0) < 0.006
    return Material(texture=to_uint8(_shade(colour, np.where(gap, light * 0.6, light))), roughness=0.7)


def plywood(colour: Colour, seed: int) -> Material:
    """Birch plywood. One tile is 1 m."""
    y, x = _grid()
    noise = Noise(seed, "plywood", period=64, dims=2)
    lines = noise(np.stack([y * 64, x * 4 + 2 * _cloud(seed, "plywood/wave", 4, 2)], axis=-1), 1.0)
    return Material(texture=to_uint8(_shade(colour, 0.9 + 0.18 * lines)), roughness=0.6)


def foam(colour: Colour, seed: int) -> Material:
    """Closed-cell foam with a faint weave, for mats. One tile is 25 cm."""
    y, x = _grid()
    weave = 0.5 + 0.25 * (np.sin(2 * np.pi * 40 * x) + np.sin(2 * np.pi * 40 * y)) / 2
    light = 0.95 + 0.08 * weave + 0.05 * (_cloud(seed, "foam", 8) - 0.5)
    return Material(texture=to_uint8(_shade(colour, light)), roughness=0.95)


FLOORS: dict[str, tuple[Callable[[Colour, int], Material], float]] = {
    "rubber": (rubber, 1.0),
    "wood": (wood, 2.0),
    "carpet": (carpet, 1.0),
    "concrete": (concrete, 3.0),
}
"""Floor → painter and metres that one tile covers."""

WALLS: dict[str, tuple[Callable[[Colour, int], Material], float]] = {
    "paint": (paint, 3.0),
    "brick": (brick, 1.0),
    "panels": (panels, 3.0),
}
"""Wall → painter and metres that one tile covers."""


def surface(
    table: dict[str, tuple[Callable[[Colour, int], Material], float]], kind: str, what: str, colour: Colour, seed: int
) -> tuple[Material, float]:
    """Looks a floor or wall up and paints it: (material, metres per tile).

    Raises:
        InputError: unknown name.
    """
    if kind not in table:
        raise InputError(f"unknown {what}", expected=", ".join(table), got=repr(kind))
    painter, tile = table[kind]
    return painter(colour, seed), tile
