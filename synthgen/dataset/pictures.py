"""Image, mask and depth files: arrays → bytes. The same array gives the same bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from synthgen.capture.frame import Frame
from synthgen.core.errors import InputError
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
        return _png(picture[..., ::-1], "PAETH")
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def _png(pixels: np.ndarray, line_filter: str) -> bytes:
    """uint8 or uint16 (H, W) grey or (H, W, 3) in OpenCV's order blue, green, red → PNG.

    One filter for all lines and run lengths instead of a search for repetitions. Measured on rooms at 640×480: an image
    takes 10 ms instead of Pillow's 24 (level 3) and 6 % fewer bytes, a depth image 5 ms instead of 90 and 4 % more.
    """
    import cv2

    how = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    how += [cv2.IMWRITE_PNG_FILTER, getattr(cv2, f"IMWRITE_PNG_FILTER_{line_filter}")]
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels), how)
    if not done:
        raise ValueError(f"OpenCV writes no PNG of {pixels.shape} {pixels.dtype}")
    return bytes(data)


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
    return _png(value, "UP")


def encode_depth(depth: np.ndarray) -> bytes:
    """(H, W) planar depth in metres → PNG, 16 bit, millimetres; 0 where nothing was hit or beyond 65.5 m."""
    steps = np.asarray(depth, float) / DEPTH_UNIT
    fits = np.isfinite(steps) & (steps > 0) & (steps <= 65535)
    return _png(np.where(fits, np.round(np.where(fits, steps, 0)), 0).astype(np.uint16), "SUB")


def decode_depth(data: np.ndarray) -> np.ndarray:
    """Steps of a depth file → metres, inf where nothing was hit."""
    return np.where(data == 0, np.inf, data * DEPTH_UNIT)
