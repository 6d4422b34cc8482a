"""What a sensor makes of light: defocus, vignetting, white balance and noise, the same for every engine.

All of it happens in linear light, between the engine's sRGB picture and the one that is written. Labels do not change:
nothing here moves anything.

- Defocus: the circle of confusion of a thin lens grows with the difference of inverse distances, c = a |1/z − 1/f| · f,
  where ``aperture`` a is the circle of what is infinitely far, in pixels. The picture is mixed from three blurred ones.
- Vignetting: light falls off as the square of the distance from the middle, by ``vignette`` in the corners.
- White balance: ``gains`` on red, green and blue, as a camera that takes the light for another one; what gets brighter
  than white is clipped.
- Noise: a Poisson–Gaussian sensor (Foi et al. 2008, IEEE Trans Image Process 17:1737): its variance is ``shot_noise`` ·
  light + ``read_noise``², independent in every pixel and colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from synthgen.core.seeding import stream
from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.world.shot import SensorSpec

_STEPS = 4096
"""Entries of the table from linear light back to sRGB; its steps are finer than those of 8 bits from 0.4 % on."""
_BLURS = (0.0, 1.0, 2.0, 4.0)
"""σ of the blurred pictures that defocus mixes, pixels. A disc of radius c is as wide as a Gaussian of σ = c / 2."""


def exposed(image: np.ndarray, depth: np.ndarray, spec: SensorSpec) -> np.ndarray:
    """The picture that a sensor takes.

    Args:
        image: (H, W, 3) uint8 sRGB, as the engine draws.
        depth: (H, W) metres; inf is infinitely far.
        spec: the sensor.

    Returns:
        (H, W, 3) uint8 sRGB; the very same array where the sensor does nothing.
    """
    if spec == SensorSpec(seed=spec.seed, quality=spec.quality, focus=spec.focus):
        return image
    light: np.ndarray = _table()[image[..., :3]]
    if spec.aperture > 0:
        light = _defocused(light, depth, spec)
    light = light * np.asarray(spec.gains, np.float32)
    if spec.vignette > 0:
        light *= _fall_off(image.shape[0], image.shape[1], spec.vignette)[..., None]
    if spec.shot_noise > 0 or spec.read_noise > 0:
        deviation = np.sqrt(np.float32(spec.shot_noise) * light + np.float32(spec.read_noise**2))
        light += deviation * stream(spec.seed, 0, "noise").standard_normal(light.shape, np.float32)
    return _shown(light)


def mean_light(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """(H, W, 3) uint8 sRGB pictures of one size → their mean in linear light, as sRGB again."""
    light = np.zeros(pictures[0].shape, np.float32)
    for picture in pictures:
        light += _table()[picture]
    return _shown(light / np.float32(len(pictures)))


def _shown(light: np.ndarray) -> np.ndarray:
    """Linear light → uint8 sRGB; what is brighter than white is clipped."""
    steps = (np.clip(light, 0.0, 1.0) * np.float32(_STEPS - 1) + np.float32(0.5)).astype(np.uint16)
    out: np.ndarray = _back()[steps]
    return out


def _defocused(light: np.ndarray, depth: np.ndarray, spec: SensorSpec) -> np.ndarray:
    """Each pixel from the blurred pictures whose σ lie around half of its circle of confusion."""
    from scipy.ndimage import gaussian_filter

    with np.errstate(divide="ignore"):
        circle = spec.aperture * np.abs(spec.focus / np.maximum(depth, 0.05) - 1.0)
    wanted = np.clip(gaussian_filter(np.minimum(0.5 * circle, _BLURS[-1]).astype(np.float32), 1.0), 0.0, _BLURS[-1])
    out = light
    for lower, upper in pairwise(_BLURS):
        share = np.clip((wanted - lower) / (upper - lower), 0.0, 1.0)[..., None]
        if not share.any():
            break
        out = out + share * (gaussian_filter(light, (upper, upper, 0), truncate=2.5) - out)
    return np.asarray(out)


def _fall_off(height: int, width: int, corner: float) -> np.ndarray:
    """(H, W) float32 share of the light that arrives."""
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * height
    x = np.linspace(-1, 1, width, dtype=np.float32)[None] * width
    out: np.ndarray = 1 - np.float32(corner) * (x**2 + y**2) / np.float32(height**2 + width**2)
    return out


@cache
def _table() -> np.ndarray:
    """(256,) float32 linear light of sRGB values."""
    out = np.asarray(linear_from_srgb(np.arange(256) / 255), np.float32)
    out.setflags(write=False)
    return out


@cache
def _back() -> np.ndarray:
    """(4096,) uint8 sRGB values of linear light."""
    out: np.ndarray = np.rint(255 * srgb_from_linear(np.linspace(0, 1, _STEPS))).astype(np.uint8)
    out.setflags(write=False)
    return out
