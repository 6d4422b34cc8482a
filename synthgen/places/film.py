"""Pictures that are to come out as they are: the light that the renderers' tone curve shows as a given picture.

The curve is ``engine/cpu/tone.py``'s: gain, contrast about middle grey, highlights rolled off (Khronos' PBR Neutral);
a test holds the two together.
"""

from __future__ import annotations

import numpy as np

from synthgen.core.srgb import linear_from_srgb, srgb_from_linear

GAIN, CONTRAST = 1.7, 1.06
START, DESATURATION = 0.76, 0.15
_BRIGHTEST = 0.18 * (GAIN / 0.18) ** CONTRAST
"""On film, of a light of 1: what is brighter in a picture than it shows as, 0.98, is shown as bright as that."""


def light_shown_as(colour: np.ndarray) -> np.ndarray:
    """(…, 3) sRGB 0…1 as it is to come out → (…, 3) linear light 0…1, at an exposure of 1."""
    shown = linear_from_srgb(colour)
    rolled = shown.max(-1, keepdims=True)
    rest = 1.0 - START
    peak = np.minimum(rest * rest / np.maximum(1.0 - rolled, 1e-4) - rest + START, _BRIGHTEST)
    # Forwards: colours are scaled so that their peak becomes ``rolled``, and mixed with white of that brightness.
    top = 1.0 - rest * rest / (peak + rest - START)
    white = 1.0 - 1.0 / (DESATURATION * (peak - top) + 1.0)
    film = (shown * (top / np.maximum(rolled, 1e-9)) - top * white) / (top / peak * (1.0 - white))
    film = np.clip(np.where(rolled > START, film, shown), 0.0, None)
    out: np.ndarray = np.minimum(0.18 * (film / 0.18) ** (1 / CONTRAST) / GAIN, 1.0)
    return out


def unfilmed(image: np.ndarray, divisor: np.ndarray | float = 1.0) -> np.ndarray:
    """An image whose light, as it is or times ``divisor``, comes out as the given one.

    Args:
        image: (H, W, 3) uint8 sRGB.
        divisor: one number or one for each channel: the light that will fall on it.
    """
    divisors = np.broadcast_to(np.asarray(divisor, float), (3,))
    greys = light_shown_as(np.repeat(np.arange(256)[:, None] / 255.0, 3, 1))
    table = _code(greys / divisors)
    out = np.stack([table[:, c][image[..., c]] for c in range(3)], -1)
    # Below the highlights every channel goes its own way; in them the brightest decides for all.
    bright = image.max(-1) > 255 * float(srgb_from_linear(np.array(START)))
    out[bright] = _code(light_shown_as(image[bright] / 255.0) / divisors)
    return out


def _code(light: np.ndarray) -> np.ndarray:
    out: np.ndarray = np.round(255 * srgb_from_linear(np.clip(light, 0, 1))).astype(np.uint8)
    return out
