"""What a worn garment is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Garment:
    """The geometry of one worn garment. Character frame, metres.

    Attributes:
        kind: its cut.
        vertices: (N, 3); faces: (M, 3); uvs: (M, 3, 2) per corner, 0…1, v running down the rows.
        skin: (N, 3) where on the body each vertex lies (rest).
        rows: (N,) the body's vertex nearest to each.
        weights: (N, B) dense skin weights; regions: (N,).
        limbs: (N, 2) arm share, leg share, for patterns.
        edge: (N,) metres from the nearest hem.
        on_body: (V,) field over the body's vertices: metres inside the garment.
        height: (V,) how far the cloth stands off the body at the body's vertices.
        least: (N,) metres from the skin that the cloth may not come nearer than.
        normals: (N, 3) of the skin under the cloth, evened.
        skin_indices, skin_weights: (N, K) bones that carry the skin under the cloth, and their weights.
        base: (N,) the vertex that each one hangs on: itself, or for the rim one of the edge.
        first_rim: index of the first vertex of the turned-in hem (N when there is none).
    """

    kind: str
    vertices: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray
    skin: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    regions: np.ndarray
    limbs: np.ndarray
    edge: np.ndarray
    on_body: np.ndarray
    height: np.ndarray
    least: np.ndarray
    normals: np.ndarray
    skin_indices: np.ndarray
    skin_weights: np.ndarray
    base: np.ndarray
    first_rim: int
