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

    def lean(array: np.ndarray) -> np.ndarray:
        return array.astype(np.float32 if array.dtype.kind == "f" else np.int32)

    loosest = max(data.get("loose", {}).values(), default=0.0)
    indices, weights = _strongest(garment.skin_indices[points], garment.skin_weights[points])
    return Sheet(
        of=lean(of),
        drawn=lean(drawn),
        skin=lean(garment.skin[points]),
        normal=lean(garment.normals[points]),
        skin_indices=lean(indices),
        skin_weights=lean(weights),
        least=lean(garment.least[points]),
        begins=lean(begins),
        beside=lean(beside),
        length=lean(np.linalg.norm(places[rows] - places[beside], axis=1)),
        curl=lean(average @ places - places),
        give=lean(np.array([min(1.0, loosest / _LOOSE)])),
    )


def _strongest(indices: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The five largest of (N, K) weights: what is left out is below a percent."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :5]
    kept = np.take_along_axis(weights, order, 1)
    return np.take_along_axis(indices, order, 1), kept / kept.sum(axis=1, keepdims=True)
