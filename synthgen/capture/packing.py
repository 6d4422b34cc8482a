"""How payloads travel in a ``vbp`` argument, which may hold no spaces: URL-safe base64 of zlib."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

import numpy as np


def pack(data: bytes) -> str:
    """Bytes → URL-safe base64 (with padding) of their zlib compression."""
    return base64.urlsafe_b64encode(zlib.compress(data)).decode()


def unpack(text: str) -> bytes:
    """The inverse of :func:`pack`. Raises ``ValueError`` on anything else."""
    try:
        return zlib.decompress(base64.b64decode(text.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, zlib.error, UnicodeEncodeError) as error:
        raise ValueError(f"not a packed payload: {error}") from error


def pack_json(value: Any) -> str:
    """A JSON-able value → packed UTF-8 JSON."""
    return pack(json.dumps(value, separators=(",", ":"), allow_nan=False).encode())


def pack_floats(values: np.ndarray) -> str:
    """An array → packed little-endian float32, C order."""
    return pack(np.ascontiguousarray(values, "<f4").tobytes())


def unpack_floats(text: str, columns: int) -> np.ndarray:
    """Packed float32 → (N, columns) float64. Raises ``ValueError`` where the count does not fit."""
    data = unpack(text)
    if len(data) % (4 * columns):
        raise ValueError(f"{len(data)} bytes are not rows of {columns} float32")
    return np.frombuffer(data, "<f4").astype(float).reshape(-1, columns)
