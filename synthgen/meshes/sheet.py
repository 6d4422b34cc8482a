"""What a garment needs to know to settle in a pose: the skin under it, its neighbours and how far off they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sheet:
    """A garment as a sheet of N points, each of which may be drawn by several vertices. Character frame, metres.

    Attributes:
        of: (V,) the point that each drawn vertex follows, −1 for none; drawn: (N,) a drawn vertex at each point.
        skin: (N, 3) the skin under it at rest; normal: (N, 3) outwards there.
        skin_indices, skin_weights: (N, K) what carries that skin.
        least: (N,) how near to the skin the cloth may come.
        begins: (N + 1,), beside: (E,) the neighbours of each point, one point after the other.
        length: (E,) how far off each is at rest; curl: (N, 3) from a point to the middle of its neighbours at rest.
        give: (1,) 0…1 how loose the cloth is: 0 clings to the body.
    """

    of: np.ndarray
    drawn: np.ndarray
    skin: np.ndarray
    normal: np.ndarray
    skin_indices: np.ndarray
    skin_weights: np.ndarray
    least: np.ndarray
    begins: np.ndarray
    beside: np.ndarray
    length: np.ndarray
    curl: np.ndarray
    give: np.ndarray
