"""How near points are to the outline of what stands before them."""

from __future__ import annotations

import numpy as np


def beside_outline(depth: np.ndarray, projected: np.ndarray, radius: np.ndarray, slack: float) -> np.ndarray:
    """(N,) True where nothing stands before a point's own depth at some pixel that is near enough to it.

    Such a pixel shows the point's own skin, or what is behind the point: the outline of what hides the point runs
    between the two.

    Args:
        depth: (H, W) planar depth of the picture in metres, inf where nothing was hit.
        projected: (N, 3) u and v in pixels within the image, and planar depth in metres.
        radius: (N,) pixels from the point to the farthest middle of a pixel that is looked at.
        slack: metres; a surface less than this before the point's depth is none that hides it.
    """
    height, width = depth.shape
    out = np.zeros(len(projected), bool)
    for n, ((u, v, z), far) in enumerate(zip(projected, radius, strict=True)):
        left, top = max(0, int(u - far)), max(0, int(v - far))
        window = depth[top : min(height, int(v + far) + 1), left : min(width, int(u + far) + 1)]
        free = window >= z - slack
        if free.any():
            rows, columns = np.nonzero(free)
            out[n] = bool((((columns + left + 0.5 - u) ** 2 + (rows + top + 0.5 - v) ** 2) <= far**2).any())
    return out
