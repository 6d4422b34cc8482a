"""Garments as sheets that settle in a pose."""

from __future__ import annotations

import numpy as np

from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.garment import Garment
from synthgen.meshes.geometry import neighbours
from synthgen.meshes.sheet import Sheet

_LOOSE = 0.02
"""Metres of looseness from which cloth is as loose as can be."""


def sheet_of(garment: Garment, shown: np.ndarray, pick: np.ndarray) -> Sheet | None:
    """The sheet of a garment, or None for a stiff one.

    Args:
        garment: its geometry.
        shown: (F, 3) its faces that are drawn.
        pick: (V,) the garment's vertex of each drawn vertex.
    """
    data = garment_data(garment.kind)
    cloth = shown[(shown < garment.first_rim).all(axis=1)]
    if data.get("shape") == "shoe" or not len(cloth):
        return None
    # A drawn vertex at each point; the rim follows the edge that it hangs on, if that is drawn.
    points, first = np.unique(garment.base[pick[pick < garment.first_rim]], return_index=True)
    drawn = np.flatnonzero(pick < garment.first_rim)[first]
    number = np.full(garment.first_rim, -1)
    number[points] = np.arange(len(points))
    of = number[garment.base[pick]]
    average = neighbours(number[cloth], len(points))
    average.sort_indices()
    places = garment.vertices[points]
    begins, beside = average.indptr, average.indices
    rows = np.repeat(np.arange(len(points)), np.diff(begins))
    return Sheet(
        of=of.astype(np.int32),
        drawn=drawn.astype(np.int32),
        skin=garment.skin[points],
        normal=garment.normals[points],
        skin_indices=garment.skin_indices[points],
        skin_weights=garment.skin_weights[points],
        least=garment.least[points],
        begins=begins.astype(np.int64),
        beside=beside.astype(np.int64),
        length=np.linalg.norm(places[rows] - places[beside], axis=1),
        curl=average @ places - places,
        give=np.array([min(1.0, max(data.get("loose", {}).values(), default=0.0) / _LOOSE)]),
    )
