"""The environment light of a hall as a cube map: ceiling panels, walls that darken downwards, the floor's bounce."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.special import expit

from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.core.vectors import unit
from synthgen.places.rooms.pictured import picture_sky
from synthgen.world.surroundings import PictureSpec, SkySpec

_PANEL_ROWS = (-0.9, -0.3, 0.3, 0.9)
"""Where rows of ceiling lights cross a plane one unit above the viewer (along Y); they run along X."""


_FINER = 4
"""Samples along a pixel's edge."""


def cube_directions(size: int, border: int = 0) -> np.ndarray:
    """Unit directions of the pixels' middles, faces +x, −x, +y, −y, +z, −z as WebGPU samples them.

    The axes are those of the world: the +z face looks up.

    Args:
        size: pixels along an edge of a face.
        border: pixels more on every side, in the plane of the face.

    Returns:
        (6, size + 2 border, size + 2 border, 3).
    """
    at = (np.arange(-border, size + border) + 0.5) / size * 2 - 1
    s, t = np.meshgrid(at, at)  # s runs along a row, t down the rows
    one = np.ones_like(s)
    faces = [
        (one, -t, -s),
        (-one, -t, s),
        (s, one, t),
        (s, -one, -t),
        (s, -t, one),
        (-s, -t, -one),
    ]
    d = np.stack([np.stack(f, axis=-1) for f in faces])
    return unit(d)


def build_sky(spec: SkySpec, size: int = 32, files: Path | None = None) -> np.ndarray:
    """Paints the environment of a shot.

    ``intensity`` is left to the engine. What is painted is mirror-symmetric in X and in Y.

    Args:
        spec: colours from above, from the horizon and from below, or a picture of the user's.
        size: pixels on an edge of a face.
        files: folder from which the user's files are named.

    Returns:
        (6, size, size, 4) uint8 sRGB, faces as in :func:`cube_directions`, alpha 255.
    """
    if spec.picture is not None:
        return _of_picture(spec, spec.picture, size, files)
    zenith, lamp = np.array(spec.zenith), spec.lamps
    # Where lamps are dark, or none, there is the ceiling or the sky above.
    colours = np.array([0.80 * zenith, spec.horizon, spec.ground, lamp + (1 - lamp) * zenith])
    # Summed term by term: a matrix product rounds otherwise on other processors.
    colour = sum(share[..., None] * own for share, own in zip(_shares(size), colours, strict=True))
    out = np.full((6, size, size, 4), 255, np.uint8)
    out[..., :3] = np.round(np.clip(colour, 0, 1) * 255)
    return out


def _of_picture(spec: SkySpec, picture: PictureSpec, size: int, files: Path | None) -> np.ndarray:
    """The picture's light, so bright that what comes from straight above has the colour of the zenith."""
    fine = cube_directions(2 * size)
    light = picture_sky(picture, spec.turn, fine, files)
    code = srgb_from_linear(light.reshape(6, size, 2, size, 2, 3).mean((2, 4)))
    above = linear_from_srgb(code[4].mean((0, 1)))
    scale = linear_from_srgb(np.array(spec.zenith)) / np.maximum(above, 1e-3)
    out = np.full((6, size, size, 4), 255, np.uint8)
    out[..., :3] = np.round(255 * np.clip(srgb_from_linear(linear_from_srgb(code) * scale), 0, 1))
    return out


@lru_cache(maxsize=2)
def _shares(size: int) -> np.ndarray:
    """(4, 6, size, size) how much of a pixel is zenith, horizon, ground and lamp: the same in every sky."""
    d = cube_directions(_FINER * size)
    x, y, z = np.moveaxis(d, -1, 0)
    up, down = np.clip(z, 0, 1) ** 0.7, np.clip(-z, 0, 1) ** 0.5
    # Lamps: soft-edged strips in the plane of the ceiling.
    steep = np.maximum(z, 1e-3)
    along = expit((1.6 - np.abs(x / steep)) / 0.08)
    lamp = np.max([expit((0.11 - np.abs(y / steep - row)) / 0.03) * along for row in _PANEL_ROWS], axis=0)
    lamp = lamp * (z > 0.2)
    dark = 1.0 - lamp
    shares = np.stack([up * dark, (1 - up - down) * dark, down * dark, lamp])
    out: np.ndarray = shares.reshape(4, 6, size, _FINER, size, _FINER).mean(axis=(3, 5))
    out.setflags(write=False)
    return out
