"""Flat mask colours: given to people and props, and found again in ``object_mask``."""

from __future__ import annotations

import itertools

import numpy as np

from synthgen.core.errors import InputError

Colour = tuple[int, int, int]

_LEVELS = (0, 64, 128, 191, 255)
_TOLERANCE = 3
"""Units of 255 by which an engine's mask may differ from the colour that was set."""

_MIXED = 37  # coprime with the 124 colours: neighbours in the list look different
_ALL: tuple[Colour, ...] = tuple(itertools.product(_LEVELS, repeat=3))[1:]  # type: ignore[assignment]

NOTHING = -1


def mask_colours(count: int) -> tuple[Colour, ...]:
    """The first ``count`` colours; never black, at least 63 apart in some channel.

    Raises:
        InputError: more than 124 are wanted.
    """
    if count > len(_ALL):
        raise InputError(
            "too many people and props for distinct mask colours",
            where="shot",
            expected=f"at most {len(_ALL)}",
            got=f"{count}",
            remedy="use fewer props",
        )
    return tuple(_ALL[(_MIXED * (k + 1)) % len(_ALL)] for k in range(count))


def decode_mask(image: np.ndarray, colours: tuple[Colour, ...]) -> np.ndarray:
    """(H, W, 3) uint8 mask image → (H, W) int16 index into ``colours``; −1 for every other colour."""
    base = len(_LEVELS) + 1  # one more for "no level"
    table = np.full(base**3, NOTHING, np.int16)
    for index, (r, g, b) in enumerate(colours):
        table[(_LEVELS.index(r) * base + _LEVELS.index(g)) * base + _LEVELS.index(b)] = index
    # Flat colours come in long runs: only where one begins is there something to look up.
    pixels = image.reshape(-1, 3)
    changes = [pixels[1:, c] != pixels[:-1, c] for c in range(3)]
    begins = np.concatenate([[0], np.flatnonzero(changes[0] | changes[1] | changes[2]) + 1])
    r, g, b = _levels()[pixels[begins]].T
    out: np.ndarray = np.repeat(table[(r * base + g) * base + b], np.diff(begins, append=len(pixels)))
    return out.reshape(image.shape[:2])


def _levels() -> np.ndarray:
    """(256,) value of a channel → index of the level that it stands for; one more than there are where it is none."""
    out = np.full(256, len(_LEVELS), np.int16)
    for k, value in enumerate(_LEVELS):
        out[max(value - _TOLERANCE, 0) : value + _TOLERANCE + 1] = k
    return out
