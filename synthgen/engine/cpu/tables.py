"""Functions that kernels read from tables, because C libraries round them differently from machine to machine."""

from __future__ import annotations

import numpy as np

from synthgen.engine.cpu.kernel import lean

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


def linear_from_srgb(code: np.ndarray) -> np.ndarray:
    """sRGB 0…1 → linear light 0…1 (IEC 61966-2-1)."""
    code = np.asarray(code, float)
    return np.where(code <= 0.04045, code / 12.92, ((np.maximum(code, 0.0) + 0.055) / 1.055) ** 2.4)


def srgb_from_linear(light: np.ndarray) -> np.ndarray:
    """Linear light 0…1 → sRGB 0…1 (IEC 61966-2-1)."""
    light = np.asarray(light, float)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0.0) ** (1 / 2.4) - 0.055)


LINEAR = table(linear_from_srgb(np.linspace(0, 1, 4081)))
"""sRGB 0…1, sixteen steps to a byte → linear light."""

CODE = np.round(255 * srgb_from_linear(np.arange(2**16) / (2**16 - 1))).astype(np.uint8)
"""Linear light in steps of 1 / 65535 → sRGB byte."""
