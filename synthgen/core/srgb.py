"""sRGB, the code of pictures and colours, and linear light, in which light adds up (IEC 61966-2-1)."""

from __future__ import annotations

import numpy as np


def linear_from_srgb(code: np.ndarray) -> np.ndarray:
    """sRGB 0…1 → linear light 0…1."""
    code = np.asarray(code, float)
    return np.where(code <= 0.04045, code / 12.92, ((np.maximum(code, 0.0) + 0.055) / 1.055) ** 2.4)


def srgb_from_linear(light: np.ndarray) -> np.ndarray:
    """Linear light 0…1 → sRGB 0…1."""
    light = np.asarray(light, float)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0.0) ** (1 / 2.4) - 0.055)
