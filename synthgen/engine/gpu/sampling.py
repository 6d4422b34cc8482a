"""Smooth edges from finer pixels, with one fine pixel exactly at the centre of every pixel of the picture.

A picture of W × H is drawn with (2 W + 1) × (2 H + 1) pixels of half the size: fine pixel (2 x + 1, 2 y + 1) lies at
the centre of pixel (x, y). Depth and ids are those fine pixels, so they are exact there; colour is the mean of the
3 × 3 fine pixels around, weighted 1 2 1 both ways (a tent as wide as two pixels), in linear light.
"""

from __future__ import annotations

import numpy as np

from synthgen.core.frames import Camera
from synthgen.core.srgb import linear_from_srgb, srgb_from_linear


def fine_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the fine picture, pixels."""
    return 2 * width + 1, 2 * height + 1


def fine_camera(camera: Camera) -> Camera:
    """The camera of the fine picture: the same view and half a fine pixel more on every side."""
    return Camera(camera.rotation, camera.centre, 2 * camera.focal, *fine_size(camera.width, camera.height))


def at_centres(fine: np.ndarray) -> np.ndarray:
    """(2 H + 1, 2 W + 1, …) → (H, W, …), what lies at the pixels' centres."""
    return fine[1::2, 1::2]


_LIGHT = (linear_from_srgb(np.arange(256) / 255) / 16).astype(np.float32)
"""sRGB byte → a sixteenth of its linear light."""

_CODE = np.round(255 * srgb_from_linear(np.arange(2**16) / (2**16 - 1))).astype(np.uint8)
"""Linear light in steps of 1 / 65535 → sRGB byte."""


def resolved(fine: np.ndarray) -> np.ndarray:
    """(2 H + 1, 2 W + 1, 3) uint8 sRGB → (H, W, 3) uint8 sRGB."""
    light = _LIGHT[fine]
    rows = light[:-2:2] + 2 * light[1::2] + light[2::2]
    both = rows[:, :-2:2] + 2 * rows[:, 1::2] + rows[:, 2::2]
    out: np.ndarray = _CODE[(both * np.float32(2**16 - 1) + np.float32(0.5)).astype(np.uint16)]
    return out
