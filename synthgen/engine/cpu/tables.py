"""Functions that kernels read from tables, because C libraries round them differently from machine to machine."""

from __future__ import annotations

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.core.srgb import linear_from_srgb, srgb_from_linear

_DIGITS = 9
"""Decimals that tables keep: far above the last bit of float64, far below anything that a picture shows."""


def table(values: np.ndarray) -> np.ndarray:
    """(N,) values as kernels read them."""
    return np.ascontiguousarray(np.round(values, _DIGITS))


@lean
def read(values: np.ndarray, at: float) -> float:
    """Linear interpolation in a table over 0…1; beyond its end it goes on as straight."""
    place = max(0.0, at) * (len(values) - 1)
    low = int(min(place, len(values) - 2.0))
    share = place - low
    out: float = values[low] + share * (values[low + 1] - values[low])
    return out


LINEAR = table(linear_from_srgb(np.linspace(0, 1, 4081)))
"""sRGB 0…1, sixteen steps to a byte → linear light."""

CODE = np.round(255 * srgb_from_linear(np.arange(2**16) / (2**16 - 1))).astype(np.uint8)
"""Linear light in steps of 1 / 65535 → sRGB byte."""
