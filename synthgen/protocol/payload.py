"""Payloads of ``vbp`` calls: URL-safe base64 of zlib-compressed JSON or little-endian float32.

Shared by the embedded engine and its client; ``docs/engine-protocol.md`` is the specification.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

import numpy as np

from synthgen.core.limits import STAGE

MAX_UNPACKED = STAGE.payload
"""Bytes that a payload may grow to when it is decompressed."""


class PayloadError(ValueError):
    """A payload is not what the protocol says."""


def pack_bytes(data: bytes) -> str:
    """Compressed and encoded: no spaces, no quotes."""
    return base64.urlsafe_b64encode(zlib.compress(data, 1)).decode()


def unpack_bytes(text: str) -> bytes:
    """Inverse of :func:`pack_bytes`.

    Raises:
        PayloadError: not base64, not zlib, or more than :data:`MAX_UNPACKED` bytes.
    """
    try:
        packed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        stream = zlib.decompressobj()
        data = stream.decompress(packed, MAX_UNPACKED)
    except (binascii.Error, UnicodeEncodeError, ValueError, zlib.error) as error:
        raise PayloadError(f"the payload is not URL-safe base64 of zlib-compressed bytes ({error})") from None
    if not stream.eof:
        raise PayloadError(f"the payload is cut off, or larger than {MAX_UNPACKED} bytes")
    return data


def pack_json(value: Any) -> str:
    """A JSON-able specification as a payload."""
    return pack_bytes(json.dumps(value, separators=(",", ":")).encode())


def unpack_json(text: str) -> Any:
    """Inverse of :func:`pack_json`.

    Raises:
        PayloadError: not such a payload, not JSON, or JSON with numbers that are none or have no end.
    """
    try:
        return json.loads(unpack_bytes(text), parse_int=_integer, parse_constant=_refuse_constant)
    except PayloadError:
        raise
    except RecursionError:
        raise PayloadError("the payload's JSON is nested too deeply") from None
    except ValueError as error:
        raise PayloadError(f"the payload is not JSON ({error})") from None


def _integer(digits: str) -> int:
    if len(digits) > STAGE.digits:
        raise PayloadError(f"the payload holds a number of {len(digits)} digits, at most {STAGE.digits} are taken")
    return int(digits)


def _refuse_constant(name: str) -> Any:
    raise PayloadError(f"the payload holds {name}, which is not a number")


def pack_rows(rows: np.ndarray) -> str:
    """(B, 7) pose rows as a payload."""
    return pack_bytes(np.ascontiguousarray(rows, "<f4").tobytes())


def unpack_rows(text: str) -> np.ndarray:
    """Payload → (B, 7) float64 rows ``x y z qx qy qz qw``, quaternions normalised.

    Raises:
        PayloadError: not rows of seven finite numbers, or a quaternion of no length.
    """
    data = unpack_bytes(text)
    if len(data) == 0 or len(data) % 28:
        raise PayloadError(f"the payload holds {len(data)} bytes, not rows of seven float32")
    rows = np.frombuffer(data, "<f4").astype(float).reshape(-1, 7)
    if not np.isfinite(rows).all():
        raise PayloadError("the payload holds numbers that are not finite")
    length = np.linalg.norm(rows[:, 3:], axis=1, keepdims=True)
    if (length < 1e-6).any():
        raise PayloadError("a quaternion has no length")
    rows[:, 3:] /= length
    return rows
