"""What one render leaves: colour, planar depth and object ids of the same pixels; and how they go on the wire."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Picture:
    """One image.

    Attributes:
        colour: (H, W, 4) uint8 sRGB, alpha 255.
        depth: (H, W) float32 planar depth in metres at the pixel centres, inf where nothing was hit.
        owner: (H, W) int32 serial of the stage object that each pixel shows, 0 for the room and for nothing.
    """

    colour: np.ndarray
    depth: np.ndarray
    owner: np.ndarray


def mask_colours(owner: np.ndarray, colours: Mapping[int, tuple[int, int, int]]) -> np.ndarray:
    """(H, W) serials → (H, W, 4) uint8 flat colours, alpha 255; serials without a colour are black."""
    out = np.zeros((*owner.shape, 4), np.uint8)
    out[..., 3] = 255
    for serial in np.unique(owner):
        if int(serial) in colours:
            out[owner == serial, :3] = colours[int(serial)]
    return out


def png(image: np.ndarray) -> bytes:
    """(H, W, 4) uint8 → PNG file; little compression, because it only crosses the loopback."""
    buffer = io.BytesIO()
    Image.fromarray(image, "RGBA").save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    """Array → ``.npy`` file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
