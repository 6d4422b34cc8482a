"""Image, mask and depth files: arrays → bytes. The same array gives the same bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from synthgen.capture.frame import Frame
from synthgen.core.errors import InputError
from synthgen.core.files.png import png_bytes
from synthgen.dataset.layout import AGAIN

DEPTH_UNIT = 0.001
"""Metres per step of a depth file."""


@dataclass(frozen=True)
class OutputFormat:
    """How pictures are written.

    Attributes:
        image: ``png`` (lossless) or ``jpg``.
        quality: JPEG quality, 1…100; unused for PNG.
        depth: also write depth, 16-bit PNG in millimetres.
    """

    image: str = "png"
    quality: int = 95
    depth: bool = False

    def __post_init__(self) -> None:
        if self.image not in ("png", "jpg") or not 1 <= self.quality <= 100:
            raise ValueError(f"images are png or jpg with quality 1…100, got {self.image!r} and {self.quality}")


PLAIN_PNG = OutputFormat()
"""Lossless images, no depth."""


def encode_image(image: np.ndarray, image_format: str, quality: int) -> bytes:
    """(H, W, 3) uint8 sRGB → PNG, or JPEG of ``quality`` without colour subsampling."""
    picture = np.ascontiguousarray(image[..., :3])
    if image_format != "jpg":
        return png_bytes(picture, "sub")
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def read_image(path: Path) -> Image.Image:
    """An image file as RGB.

    Raises:
        InputError: it is missing or damaged.
    """
    try:
        with Image.open(path) as file:
            return file.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            "this picture cannot be read", where=str(path), got=f"{type(error).__name__}: {error}"[:300], remedy=AGAIN
        ) from error


def encode_mask(frame: Frame) -> bytes:
    """PNG, 8 bit: the number (from 1) of the person seen at each pixel, 0 for none."""
    value = np.zeros(frame.image.shape[:2], np.uint8)
    for number, person in enumerate(frame.people, start=1):
        value[person.mask] = number
    return png_bytes(value, "up")


def encode_depth(depth: np.ndarray) -> bytes:
    """(H, W) planar depth in metres → PNG, 16 bit, millimetres; 0 where nothing was hit or beyond 65.5 m."""
    steps = np.asarray(depth, float) / DEPTH_UNIT
    fits = np.isfinite(steps) & (steps > 0) & (steps <= 65535)
    return png_bytes(np.where(fits, np.round(np.where(fits, steps, 0)), 0).astype(np.uint16), "sub")


def decode_depth(data: np.ndarray) -> np.ndarray:
    """Steps of a depth file → metres, inf where nothing was hit."""
    return np.where(data == 0, np.inf, data * DEPTH_UNIT)
