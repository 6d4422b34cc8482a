"""The user's pictures as surroundings: which one a shot shows, and the light that it was taken in.

Light is estimated from the picture alone: its ceiling or sky, its floor, and where most light comes from. Directions
of a picture: azimuth 0 is its middle, growing to the left; linear light, 1 is white.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from synthgen.core.digests import sha256_file
from synthgen.core.plain import FileSpec
from synthgen.core.seeding import stream
from synthgen.core.srgb import linear_from_srgb
from synthgen.core.userfiles.pictures import LIGHT, PLAIN, picture_files, read_picture
from synthgen.scene import Scene
from synthgen.world.draws import rounded

GREY = 0.35
"""What an ordinary floor throws back, about: its brightness in the picture tells how much light falls on it."""

_SHOWN = 0.42
"""Linear light that the middle tones of an environment are shown at: they have no exposure of their own."""


@dataclass(frozen=True)
class PictureLight:
    """What a picture tells of the light.

    Attributes:
        file: which picture.
        hfov: angle that it covers, radians.
        unit: linear light of the file that is shown as 1.
        azimuth, elevation: where most light comes from, relative to the picture's middle, radians.
        share: how much of the light on the floor comes from there, 0 … 1.
        colour: linear colour of that light, the brightest channel 1.
        above: (3,) mean light from above.
        floor: what falls on the floor, as much as makes white as bright as this.
    """

    file: FileSpec
    hfov: float
    unit: float
    azimuth: float
    elevation: float
    share: float
    colour: np.ndarray
    above: np.ndarray
    floor: float

    @property
    def key_strength(self) -> float:
        """Of a sun of this colour: a key of π that falls straight on a white surface makes it white."""
        return float(self.share * self.floor * np.pi / np.sin(self.elevation) / self.colour.mean())

    def sky_strength(self, above: np.ndarray) -> float:
        """Factor on an environment that is ``above`` (3,) straight up, linear, for the rest of the floor's light."""
        return (1 - self.share) * self.floor / float(np.mean(above))

    @property
    def on_floor(self) -> np.ndarray:
        """(3,) what falls on the floor from both."""
        tint = np.clip(self.above / max(float(self.above.max()), 1e-6), 0.2, 1.0)
        shares = self.share * self.colour / self.colour.mean() + (1 - self.share) * tint / tint.mean()
        out: np.ndarray = self.floor * shares
        return out


def pictures_of(scene: Scene) -> tuple[Path, ...]:
    """The pictures that a scene names, by name.

    Raises:
        InputError: there are none.
    """
    if scene.room.environment is not None:
        return picture_files(Path(scene.locate(scene.room.environment)), (*LIGHT, *PLAIN), "environment")
    return picture_files(Path(scene.locate(scene.room.images or ".")), PLAIN, "photograph")


def picture_light(scene: Scene, shot: int) -> PictureLight:
    """The picture of one shot.

    Raises:
        InputError: it cannot be read.
    """
    files = _listed(scene.locate(scene.room.environment or scene.room.images or "."), scene)
    file = files[int(stream(scene.seed, shot, "picture").integers(len(files)))]
    wish = scene.room.environment or scene.room.images or ""
    name = wish if file == Path(scene.locate(wish)) else f"{wish.rstrip('/')}/{file.name}"
    return measured(file, name)


@lru_cache(maxsize=8)
def _listed(folder: str, scene: Scene) -> tuple[Path, ...]:
    return pictures_of(scene)


@lru_cache(maxsize=4096)
def measured(path: Path, name: str) -> PictureLight:
    """Estimates the light of a picture; its pixels are forgotten.

    Args:
        path: the file.
        name: as the scene file writes it.

    Raises:
        InputError: it cannot be read.
    """
    picture = read_picture(path, halve=3)
    light, unit = _small(picture.pixels)
    high, wide = light.shape[:2]
    vfov = np.pi if picture.panorama else 2 * np.arctan(np.tan(picture.hfov / 2) * high / wide)
    azimuth = -((np.arange(wide) + 0.5) / wide - 0.5) * picture.hfov
    elevation = -((np.arange(high) + 0.5) / high - 0.5) * vfov
    bright = light @ np.array([0.2126, 0.7152, 0.0722])
    upper, lower = elevation > 0, elevation < -0.12 * vfov
    solid = np.cos(elevation)[:, None] if picture.panorama else np.ones((high, 1))
    # What is much brighter than the rest, above the horizon, is where the light comes from.
    level = float(np.quantile(bright[upper], 0.97))
    level = 0.5 * (level + float(np.median(bright[upper])))
    peak = np.where(upper[:, None], np.clip(bright - level, 0, None), 0) * solid
    total = max(float(peak.sum()), 1e-9)
    x, y = float((peak * np.cos(azimuth)).sum()), float((peak * np.sin(azimuth)).sum())
    height = float((peak * elevation[:, None]).sum()) / total if peak.any() else np.radians(45)
    focus = float(np.hypot(x, y)) / total if picture.panorama else 0.6
    colour = (light * peak[..., None]).sum((0, 1))
    above = light[upper].mean((0, 1))
    ground = light[lower].mean((0, 1))
    floor = np.maximum(ground / GREY, np.quantile(light[lower].reshape(-1, 3), 0.985, axis=0) / 0.9)
    return PictureLight(
        FileSpec(path=name, digest=sha256_file(path)),
        rounded(picture.hfov),
        rounded(unit),
        rounded(np.arctan2(y, x)),
        rounded(np.clip(height if picture.panorama else height + np.radians(25), np.radians(12), np.radians(75))),
        rounded(np.clip(0.25 + 0.5 * focus, 0.25, 0.75)),
        np.round(0.3 + 0.7 * colour / max(float(colour.max()), 1e-9), 6),
        np.round(0.5 * above + 0.5 * above.mean(), 6),
        rounded(np.clip(floor.mean(), 0.12, 1.6)),
    )


def _small(pixels: np.ndarray) -> tuple[np.ndarray, float]:
    """Some 128 columns of linear light, shown as 1 where it is white, and the file's light that this is."""
    step = max(1, pixels.shape[1] // 128)
    high, wide = (n // step * step for n in pixels.shape[:2])
    blocks = pixels[:high, :wide].reshape(high // step, step, wide // step, step, 3)
    if pixels.dtype == np.uint8:
        return linear_from_srgb(blocks.mean((1, 3), dtype=np.float64) / 255.0), 1.0
    light = blocks.mean((1, 3), dtype=np.float64)
    unit = float(np.median(light.mean(-1))) / (_SHOWN * 0.5)
    return light / max(unit, 1e-9), unit
