"""Prints: pictures of the user's own on cloth, tiled all over it or once on chest or back."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from synthgen.characters.clothing.atlas import atlas_of
from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.patterns import along, around
from synthgen.characters.pattern_body import PatternBody
from synthgen.core.errors import InputError
from synthgen.core.userfiles.pictures import read_picture

PLACES = ("all", "chest", "back")
"""Where a print can be."""

_LONGEST = 512
"""Pixels along a side of a picture, as prints keep it."""
_TILES = (0.16, 0.26, 0.40)
"""Metres along a tile, by variant."""
_WIDE, _HEIGHT = 0.24, 1.27
"""Metres: width of a print on chest or back, height of its middle on the middle body."""


def printed(
    image: np.ndarray, light: np.ndarray, kind: str, file: Path, at: str, variant: int, pattern: PatternBody
) -> None:
    """Prints a picture on a garment's texture.

    Args:
        image: (S, S, 3) uint8, is changed.
        light: (S, S) 0 … 1.6 the cloth's own light and shade.
        kind: of garment; file: the picture; at: one of ``PLACES``; variant: of the garment.
        pattern: the middle body.

    Raises:
        InputError: the picture cannot be read, or there is no such place.
    """
    if at not in PLACES:
        raise InputError("a print cannot be there", expected=", ".join(PLACES), got=repr(at))
    picture = _picture(file, file.stat().st_mtime_ns)
    rows, columns, on = _places(kind, at, variant, picture.shape[0] / picture.shape[1], pattern)
    high, wide = picture.shape[:2]
    shown = picture[np.minimum((rows * high).astype(int), high - 1), np.minimum((columns * wide).astype(int), wide - 1)]
    image[on] = np.clip(shown * light[on][:, None], 0, 255).astype(np.uint8)


@lru_cache(maxsize=32)
def _picture(file: Path, changed: int) -> np.ndarray:
    """(H, W, 3) uint8, no longer than ``_LONGEST``."""
    pixels = read_picture(file).pixels
    step = -(-max(pixels.shape[:2]) // _LONGEST)
    high, wide = (n // step * step for n in pixels.shape[:2])
    blocks = pixels[:high, :wide].reshape(high // step, step, wide // step, step, 3)
    return np.asarray(blocks.mean(axis=(1, 3)) + 0.5).astype(np.uint8)


@lru_cache(maxsize=16)
def _places(
    kind: str, at: str, variant: int, shape: float, pattern: PatternBody
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(N,) row and (N,) column of the picture, each 0…1, and (S, S) which N pixels of the texture show it."""
    atlas = atlas_of(kind, pattern)
    up, beside = along(atlas, garment_data(kind).get("bottom", False)), around(atlas)
    if at == "all":
        side = _TILES[variant % len(_TILES)]
        rows, columns = (-up / (side * shape)) % 1.0, (beside / side) % 1.0
        on = np.ones(len(up), bool)
    else:
        facing = 1.0 if at == "chest" else -1.0
        rows = 0.5 - (atlas.where[:, 2] - _HEIGHT) / (_WIDE * min(shape, 1.4))
        columns = 0.5 + facing * atlas.where[:, 1] / _WIDE
        on = (atlas.normal[:, 0] * facing > 0.1) & (atlas.place[3] < 0.4) & (np.abs(rows - 0.5) < 0.5)
        on &= np.abs(columns - 0.5) < 0.5
    shown = atlas.image(on)
    rows, columns = (atlas.image(v.astype(np.float32))[shown] for v in (rows, columns))
    return rows, columns, shown
