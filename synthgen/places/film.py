"""Pictures that are to come out as they are: the light that the renderers' tone curve shows as a given picture.

The curve is ``engine/cpu/tone.py``'s: gain, contrast about middle grey, highlights rolled off (Khronos' PBR Neutral);
a test holds the two together.
"""

from __future__ import annotations

import numpy as np

from synthgen.core.srgb import linear_from_srgb, srgb_from_linear

GAIN, CONTRAST = 1.7, 1.06
START = 0.76


def light_shown_as(code: np.ndarray) -> np.ndarray:
    """sRGB 0…1 of a grey as it is to come out → linear light, at an exposure of 1; at most 1, which shows as 0.98."""
    shown = linear_from_srgb(code)
    rest = 1.0 - START
    film = np.where(shown > START, rest * rest / np.maximum(1.0 - shown, 1e-3) - rest + START, shown)
    out: np.ndarray = np.minimum(0.18 * (film / 0.18) ** (1 / CONTRAST) / GAIN, 1.0)
    return out


def unfilmed(image: np.ndarray, divisor: np.ndarray | float = 1.0) -> np.ndarray:
    """An image whose light, as it is or times ``divisor``, comes out as the given one.

    Args:
        image: (H, W, 3) uint8 sRGB.
        divisor: one number or one for each channel: the light that will fall on it.
    """
    light = light_shown_as(np.arange(256) / 255.0)[:, None] / np.broadcast_to(divisor, (3,))
    table = np.round(255 * srgb_from_linear(np.clip(light, 0, 1))).astype(np.uint8)
    return np.stack([table[:, c][image[..., c]] for c in range(3)], -1)
