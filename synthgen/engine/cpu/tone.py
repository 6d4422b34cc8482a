"""Stage 6: light → what a screen shows: exposure, a photograph's contrast, highlights rolled off.

The same curve as the GPU's (``engine/gpu/passes.py``): contrast about middle grey, then Khronos' PBR Neutral (2024).
"""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.engine.cpu.tables import CODE, read, table

GAIN = 1.7
CONTRAST = 1.06

_BRIGHTEST = 16.0
"""Root of the light at which the contrast's table ends; beyond it goes on as straight, and all of it is white."""

_FILM = table(0.18 * ((np.linspace(0, 1, 16385) * _BRIGHTEST) ** 2 / 0.18) ** CONTRAST)
_START, _DESATURATION = 0.76, 0.15


@lean
def film(light: float) -> float:
    """Contrast about middle grey, 0.18: a power, read over the root of the light."""
    return read(_FILM, math.sqrt(max(light, 0.0)) / _BRIGHTEST)


@lean
def shown(red: float, green: float, blue: float, gain: float) -> tuple[float, float, float]:
    """Linear light times ``gain`` → linear light of a screen, 0…1."""
    r, g, b = film(red * gain), film(green * gain), film(blue * gain)
    peak = max(r, g, b)
    if peak >= _START:
        rest = 1.0 - _START
        rolled = 1.0 - rest * rest / (peak + rest - _START)
        white = 1.0 - 1.0 / (_DESATURATION * (peak - rolled) + 1.0)
        scale = rolled / peak * (1.0 - white)
        r, g, b = r * scale + rolled * white, g * scale + rolled * white, b * scale + rolled * white
    return min(1.0, r), min(1.0, g), min(1.0, b)


@lean
def code(light: float) -> np.uint8:
    """Linear light of a screen, 0…1 → sRGB byte."""
    out: np.uint8 = CODE[int(light * 65535.0 + 0.5)]
    return out
