"""What a garment needs to know to settle in a pose: its skin, its edges and how long they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.garment import Garment
from synthgen.characters.rest_body import RestBody


@dataclass(frozen=True)
class Sheet:
    """A garment as a sheet of N points, each of which may be drawn by several vertices. Character frame, metres.

    Attributes:
        of: (V,) the point that each drawn vertex follows; drawn: (N,) a drawn vertex at each point.
        skin: (N, 3) the skin under it at rest; normal: (N, 3) outwards there.
        skin_indices, skin_weights: (N, 4) what carries that skin.
        least: (N,) how near to the skin the cloth may come.
        begins: (N + 1,), beside: (E,) the neighbours of each point, one point after the other.
        length: (E,) how far off each is at rest.
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
    give: np.ndarray


def sheet_of(rest: RestBody, garment: Garment, shown: np.ndarray, pick: np.ndarray) -> Sheet | None:
    """The sheet of a garment, or None for a stiff one.

    Args:
        rest: rest body.
        garment: its geometry.
        shown: (F, 3) its faces that are drawn.
        pick: (V,) the garment's vertex of each drawn vertex.
    """
    data = garment_data(garment.kind)
    if data.get("shape") == "shoe" or not len(shown):
        return None
    return None
