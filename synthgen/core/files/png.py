"""PNG files, written with the standard library (PNG specification, third edition; W3C 2025).

One line filter for the whole picture, and run lengths instead of a search for repetitions (zlib's ``Z_RLE``): pictures
that are filtered have hardly any repetitions that are no runs.
"""

from __future__ import annotations

import struct
import zlib
from typing import Literal

import numpy as np

LineFilter = Literal["sub", "up"]
"""What is taken off every byte: the same byte of the pixel on the left, or of the pixel above."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPE = {1: 0, 3: 2, 4: 6}
_FILTER_TYPE = {"sub": 1, "up": 2}


def png_bytes(pixels: np.ndarray, line_filter: LineFilter) -> bytes:
    """Pixels → a PNG file; the same pixels give the same bytes.

    Args:
        pixels: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA; uint8 or uint16.
        line_filter: ``sub`` where colours go on along a line, ``up`` where whole lines are alike.

    Raises:
        ValueError: no such picture.
    """
    shape = pixels.shape if pixels.ndim == 3 else (*pixels.shape, 1)
    if pixels.ndim not in (2, 3) or shape[2] not in _COLOUR_TYPE or pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"PNG holds no pictures of {pixels.shape} {pixels.dtype}")
    height, width, channels = shape
    size = pixels.dtype.itemsize
    big_endian = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">"))
    lines = _filtered(big_endian.view(np.uint8).reshape(height, width * channels * size), channels * size, line_filter)
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    header = struct.pack(">IIBBBBB", width, height, 8 * size, _COLOUR_TYPE[channels], 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", packer.compress(lines.data) + packer.flush()), (b"IEND", b"")
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _filtered(lines: np.ndarray, step: int, line_filter: LineFilter) -> np.ndarray:
    """(H, N) bytes → (H, 1 + N): the filter's number, then the differences modulo 256.

    Args:
        lines: the picture's bytes.
        step: bytes of a pixel.
        line_filter: which differences.
    """
    out = np.empty((lines.shape[0], 1 + lines.shape[1]), np.uint8)
    out[:, 0], values = _FILTER_TYPE[line_filter], out[:, 1:]
    if line_filter == "sub":
        values[:, :step] = lines[:, :step]
        np.subtract(lines[:, step:], lines[:, :-step], out=values[:, step:])
    else:
        values[:1] = lines[:1]
        np.subtract(lines[1:], lines[:-1], out=values[1:])
    return out


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
