"""Numbers of a C3D file as Intel, DEC and MIPS processors wrote them."""

from __future__ import annotations

import numpy as np

INTEL, DEC, MIPS = 84, 85, 86
"""What a file calls its processor."""
BLOCK = 512
"""Bytes by which a file counts where its parts begin."""
EXPORT = "export it again from the program that wrote it"
"""What helps against a damaged file."""


def intel(data: bytes, width: int, processor: int) -> np.ndarray:
    """Whole numbers (``width`` 2) or floats (4) of any processor as little-endian ones; bytes too many are dropped."""
    data = data[: len(data) // width * width]
    kind = "i2" if width == 2 else "f4"
    if processor != DEC or width == 2:
        return np.frombuffer(data, (">" if processor == MIPS else "<") + kind).astype("<" + kind)
    high, low = np.frombuffer(data, "<u2").astype("<u4").reshape(-1, 2).T
    # An exponent of 0 is zero there; else it counts from 128, and the fraction from a half.
    with np.errstate(invalid="ignore"):  # damage may read as not-a-numbers
        return np.where(high & 0x7F80, ((high << 16) | low).view("<f4") / np.float32(4), np.float32(0)).astype("<f4")
