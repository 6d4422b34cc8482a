"""Painted panoramas: a sky by the sun's height, clouds, and what stands along the horizon.

An image covers all azimuths and what is above :data:`LOWEST`; rows crowd towards the horizon, where there is most to
see (:func:`row_of`). Its middle column looks at the sun.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from synthgen.core.cache import Cache
from synthgen.core.cache.paintings import Paintings, paintings_of
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.meshes.baking import to_uint8
from synthgen.places.fields import SIZE, cloud
from synthgen.places.film import unfilmed
from synthgen.world.daylight import Daylight, daylight
from synthgen.world.surroundings import BackdropSpec

LOWEST = -3.0
"""Degrees below the horizon down to which a panorama goes; there the ground hides it."""

WIDTH, HEIGHT = 2048, 320
SUNS = (-3.0, 5.0, 18.0, 48.0)
"""Elevations of the sun, degrees, that panoramas are painted for; the nearest is taken."""

VARIANTS = 2
"""Panoramas of one scenery at one hour."""

_STEP = 8
"""Columns of the sky that are painted at once: nothing in it is finer."""


def row_of(elevation: np.ndarray) -> np.ndarray:
    """Elevations in degrees → 0 (straight up) … 1 (:data:`LOWEST`) down the image."""
    out: np.ndarray = 1 - np.sqrt(np.clip((elevation - LOWEST) / (90 - LOWEST), 0, 1))
    return out


PANORAMAS = paintings_of("panoramas", "synthgen.places.skyline")


def panorama(spec: BackdropSpec, seed: int, cache: Cache | None = None) -> np.ndarray:
    """(HEIGHT, WIDTH, 3) uint8 sRGB, read-only: the painted panorama that fits best, from the cache if it is there."""
    sun = min(SUNS, key=lambda s: abs(s - np.degrees(spec.sun)))
    which = int(stream(seed, 0, "skyline").integers(VARIANTS))
    return _panorama(spec.scenery, sun, spec.overcast > 0.5, which, cache)


@lru_cache(maxsize=40)
def _panorama(scenery: str, sun: float, overcast: bool, which: int, cache: Cache | None) -> np.ndarray:
    def paint() -> dict[str, np.ndarray]:
        return {"image": _painted(scenery, sun, overcast, which)}

    return Paintings(PANORAMAS, cache).painted(scenery, sun, overcast, which, paint=paint)["image"]


def _painted(scenery: str, sun: float, overcast: bool, which: int) -> np.ndarray:
    light = daylight(float(np.radians(sun)), float(overcast))
    rng = stream(which, 0, f"skyline/{scenery}")
    elevation = LOWEST + (90 - LOWEST) * (1 - (np.arange(HEIGHT) + 0.5) / HEIGHT) ** 2
    image = _wider(_sky(light, np.radians(sun), elevation, overcast, rng).astype(np.float32))
    bright = float(np.mean(light.ground)) / 0.36
    for n, layer in enumerate(table("places/data/sceneries.yaml")[scenery]["layers"]):
        low, high = layer["height"]
        below = int(np.searchsorted(-elevation, -high - 0.1))  # all above it stays as it is
        rows = elevation[below:]
        heights, tones = _LAYERS[layer["kind"]](rng, f"{scenery}/{which}/{n}", low, high, rows)
        colour = np.array(layer["colour"], np.float32) * np.float32(min(bright, 1.1))
        own = np.clip(colour * tones, 0, 1)
        own += np.float32(layer["haze"]) * (np.array(light.horizon, np.float32) - own)
        cover = np.clip((heights[None] - rows[:, None]) / 0.09 + 0.5, 0, 1)[..., None].astype(np.float32)
        image[below:] += cover * (own - image[below:])
    out = unfilmed(to_uint8(image))
    out.setflags(write=False)
    return out


def _wider(image: np.ndarray) -> np.ndarray:
    """(H, W, 3) → (H, _STEP W, 3), linear between columns, around the horizon."""
    at = (np.arange(_STEP * image.shape[1]) + 0.5) / _STEP - 0.5
    low = np.floor(at).astype(int)
    share = (at - low)[:, None].astype(np.float32)
    out: np.ndarray = image[:, low]
    out += share * (image[:, (low + 1) % image.shape[1]] - out)
    return out


def _sky(light: Daylight, sun: float, elevation: np.ndarray, overcast: bool, rng: np.random.Generator) -> np.ndarray:
    """(HEIGHT, WIDTH / _STEP, 3) sRGB."""
    zenith, horizon, glow = (np.array(c) for c in (light.zenith, light.horizon, light.glow))
    up = np.radians(elevation)[:, None]
    azimuth = ((np.arange(WIDTH // _STEP) + 0.5) / (WIDTH // _STEP) - 0.5) * 2 * np.pi
    low = np.exp(-np.clip(up, 0, None) * 3.0)[..., None]
    image = zenith + low * (horizon - zenith) + np.zeros((1, len(azimuth), 1))
    away = np.arccos(np.clip(np.sin(up) * np.sin(sun) + np.cos(up) * np.cos(sun) * np.cos(azimuth), -1, 1))
    shine = (0.55 * np.exp(-away / 0.30) + 0.6 * np.exp(-((away / 0.05) ** 2)))[..., None] * (0.25 if overcast else 1.0)
    image = image + np.clip(shine, 0, 1) * (glow - image)
    # Clouds lie in a plane overhead; towards the horizon they crowd and fade.
    field = cloud(int(rng.integers(2**31)), "clouds", 5, 5)
    flat = 1.0 / (np.sin(np.clip(up, 0.0, None)) + 0.16)
    x, y = flat * np.cos(azimuth) * 70, flat * np.sin(azimuth) * 70
    there = _read(field, x, y)
    cover = float(rng.uniform(0.46, 0.60))
    dense = np.clip((there - cover) / 0.10, 0, 1) * np.clip(np.degrees(up) / 9, 0, 1)
    white = 0.55 * glow + 0.45 * np.array([0.97, 0.97, 0.98]) * min(1.0, 0.3 + float(np.mean(horizon)))
    if overcast:
        return np.asarray(image * (1 + 0.22 * (there[..., None] - 0.5)))
    return np.asarray(image + (0.85 * dense)[..., None] * (white * (1.0 - 0.18 * there[..., None]) - image))


def _read(field: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A field that repeats, bilinear, at places in pixels."""
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - left, y - top
    upper, lower = (
        field[row % SIZE, left % SIZE] * (1 - fx) + field[row % SIZE, (left + 1) % SIZE] * fx for row in (top, top + 1)
    )
    out: np.ndarray = upper * (1 - fy) + lower * fy
    return out


def _wave(name: str, cells: int, layers: int) -> np.ndarray:
    """(WIDTH,) noise 0…1 that repeats around the horizon; each layer is twice as fine."""
    at, total, strength = (np.arange(WIDTH) + 0.5) / WIDTH, np.zeros(WIDTH), 0.0
    for k in range(layers):
        count = cells * 2**k
        knots = stream(0, 0, f"skyline/{name}/{k}").random(count)
        total += 0.6**k * np.interp(at * count, np.arange(count + 1), np.append(knots, knots[0]))
        strength += 0.6**k
    return total / strength


Layer = tuple[np.ndarray, np.ndarray]
"""(WIDTH,) heights in degrees, and tones (R, WIDTH, 1 or 3) of R rows, or what is broadcast to them; float32."""


def _hills(rng: np.random.Generator, name: str, low: float, high: float, rows: np.ndarray) -> Layer:
    return low + (high - low) * _wave(name, 5, 4), np.ones((1, 1, 1), np.float32)


def _trees(rng: np.random.Generator, name: str, low: float, high: float, rows: np.ndarray) -> Layer:
    """Crowns: a ragged outline, light and dark from crown to crown and from leaf to leaf."""
    heights = low + (high - low) * (0.55 * _wave(name, 24, 3) + 0.45 * _wave(name + "/crown", 150, 3))
    tone = (0.7 + 0.6 * _wave(name + "/tone", 220, 3)).astype(np.float32)
    field = cloud(int(stream(0, 0, name).integers(2**31)), "leaves", 64, 2)[: len(rows)]
    leaves = np.float32(0.75) + np.float32(0.5) * np.tile(field, (1, WIDTH // SIZE))
    return heights, (tone * leaves)[..., None]


def _houses(rng: np.random.Generator, name: str, low: float, high: float, rows: np.ndarray) -> Layer:
    """Boxes side by side, with gaps, and rows of windows."""
    heights, tones = np.zeros(WIDTH), np.ones((len(rows), WIDTH, 3), np.float32)
    at = 0
    while at < WIDTH:
        wide = min(int(rng.integers(14, 60)), WIDTH - at)
        tall, tint = float(rng.uniform(low, high)), rng.uniform(0.7, 1.3) * rng.uniform(0.88, 1.12, 3)
        floors, panes = float(rng.uniform(0.55, 0.9)), int(rng.integers(4, 8))
        if rng.random() < 0.8:
            heights[at : at + wide] = tall
            glass = ((rows / floors) % 1.0 > 0.5) & (rows < tall - 0.3)
            columns = (np.arange(wide) % panes) > panes // 2
            tones[:, at : at + wide] = tint
            tones[:, at : at + wide][glass[:, None] & columns] *= 0.62
        at += wide + int(rng.integers(0, 12))
    return heights, tones


_LAYERS: dict[str, Any] = {"hills": _hills, "trees": _trees, "houses": _houses}
