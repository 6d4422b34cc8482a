"""Reads images: bilinear within a level, linear between levels that are each half as fine (Williams 1983)."""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import lean


@lean
def bilinear(texels: np.ndarray, begin: int, width: int, height: int, u: float, v: float) -> tuple[float, float, float]:
    """One level of an image that repeats, at texture coordinates; row 0 is v = 0. Values 0…255."""
    x, y = (u - np.floor(u)) * width - 0.5, (v - np.floor(v)) * height - 0.5
    left, top = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - left, y - top
    right = left + 1 if left + 1 < width else 0
    below = top + 1 if top + 1 < height else 0
    left = left if left >= 0 else width - 1
    top = top if top >= 0 else height - 1
    a, b = begin + top * width + left, begin + top * width + right
    c, d = begin + below * width + left, begin + below * width + right
    p, q, r, s = (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy
    return (
        texels[a, 0] * p + texels[b, 0] * q + texels[c, 0] * r + texels[d, 0] * s,
        texels[a, 1] * p + texels[b, 1] * q + texels[c, 1] * r + texels[d, 1] * s,
        texels[a, 2] * p + texels[b, 2] * q + texels[c, 2] * r + texels[d, 2] * s,
    )


@lean
def sample(texels: np.ndarray, image: np.ndarray, u: float, v: float, footprint: float) -> tuple[float, float, float]:
    """An image at texture coordinates.

    Args:
        texels: (N, 3) of all images.
        image: (4,) begin, width, height, levels.
        u, v: texture coordinates.
        footprint: edge of the square of texture coordinates that one sample stands for.

    Returns:
        Values 0…1.
    """
    begin, width, height, levels = image[0], image[1], image[2], image[3]
    wide = footprint * math.sqrt(width * height)
    level = 0
    while wide >= 2.0 and level < levels - 1:
        begin += width * height
        width, height = max(width // 2, 1), max(height // 2, 1)
        wide *= 0.5
        level += 1
    r, g, b = bilinear(texels, begin, width, height, u, v)
    # Between 1 and 2 texels the logarithm is as good as straight.
    share = min(wide - 1.0, 1.0)
    if share > 0.0 and level < levels - 1:
        begin += width * height
        r2, g2, b2 = bilinear(texels, begin, max(width // 2, 1), max(height // 2, 1), u, v)
        r, g, b = r + share * (r2 - r), g + share * (g2 - g), b + share * (b2 - b)
    return r / 255.0, g / 255.0, b / 255.0
