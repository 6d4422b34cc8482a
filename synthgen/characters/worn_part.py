"""What is drawn of one thing that somebody wears, before it is painted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.meshes.sheet import Sheet


@dataclass(frozen=True)
class WornPart:
    """One skinned mesh without colours. Character frame, metres; vertices are split at seams of the texture.

    Attributes:
        name: ``body``, the garment's kind, or a name that begins with ``hair``.
        vertices: (V, 3); faces: (F, 3); uvs: (V, 2).
        skin_indices, skin_weights: (V, 4); regions: (V,).
        edge: (V,) metres from the nearest hem, for garments; None else.
        sheet: how the cloth settles in a pose; None for what only follows its bones.
    """

    name: str
    vertices: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray
    skin_indices: np.ndarray
    skin_weights: np.ndarray
    regions: np.ndarray
    edge: np.ndarray | None = None
    sheet: Sheet | None = None
