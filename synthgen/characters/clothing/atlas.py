"""The texture of a kind of garment: where on the middle body each of its pixels lies. The same for whoever wears it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthgen.characters.clothing.cuts import cut_field, garment_data
from synthgen.characters.clothing.garment import Garment
from synthgen.characters.clothing.garments import make_garment
from synthgen.characters.pattern_body import PatternBody
from synthgen.meshes.baking import rasterise
from synthgen.meshes.geometry import vertex_normals

SIZE = 448
"""Pixels on a side of a garment's texture."""
_MARGIN = 0.03
"""Share of the window that is left free: another body's cut may lie a little beyond the middle body's."""


_TENTHS = 1e-4
"""Metres of the whole numbers in which places are kept."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """What is known of the N pixels on which the garment lies, kept in few bytes: there are dozens of kinds.

    Attributes:
        inside: (S, S) which they are; source: (S, S) the one of them that each pixel takes its colour from.
        tenths: (N, 3) int16 places, tenths of a millimetre; facing: (N, 3) int8 normals, in 127ths.
        limbs: (5, N) float16, see ``place``; hem: (N,) float16, see ``edge``.
    """

    inside: np.ndarray
    source: np.ndarray
    tenths: np.ndarray
    facing: np.ndarray
    limbs: np.ndarray
    hem: np.ndarray

    @property
    def where(self) -> np.ndarray:
        """(N, 3) places on the middle body, its frame, metres."""
        return self.tenths * np.float32(_TENTHS)

    @property
    def normal(self) -> np.ndarray:
        """(N, 3) normals, about."""
        return self.facing / np.float32(127)

    @property
    def place(self) -> np.ndarray:
        """(5, N) trunk_t, arm_t, leg_t, arm share, leg share (:class:`Landmarks`)."""
        return self.limbs.astype(np.float32)

    @property
    def edge(self) -> np.ndarray:
        """(N,) metres from the nearest hem."""
        return self.hem.astype(np.float32)

    def image(self, pixels: np.ndarray) -> np.ndarray:
        """Values of the N pixels (N, …) → of all, (S, S, …)."""
        out: np.ndarray = pixels[self.source]
        return out


@lru_cache(maxsize=40)
def atlas_of(kind: str, pattern: PatternBody) -> Atlas:
    """The atlas of a kind of garment."""
    garment = worn_alone(kind, pattern)
    raster = rasterise(garment.uvs, SIZE)
    places = np.column_stack([pattern.marks.places(garment.vertices), garment.limbs])
    paint = [garment.vertices, vertex_normals(garment.vertices, garment.faces), places, garment.edge]
    where, normal, place, edge = (raster.paint(garment.faces, v) for v in paint)
    return Atlas(
        raster.inside,
        raster.source.astype(np.int32),
        np.round(where / _TENTHS).astype(np.int16),
        np.round(normal * 127).astype(np.int8),
        np.ascontiguousarray(place.T).astype(np.float16),
        edge.astype(np.float16),
    )


@lru_cache(maxsize=4)
def worn_alone(kind: str, pattern: PatternBody) -> Garment:
    """A garment on the middle body."""
    under = np.zeros(len(pattern.body.vertices))
    return make_garment(kind, pattern.body, pattern.marks, under, window_of(kind, pattern))


@lru_cache(maxsize=64)
def window_of(kind: str, pattern: PatternBody) -> tuple[float, float, float, float]:
    """The part of the bodies' atlas that a kind of garment fills: lowest u and v, width and height."""
    data = garment_data(kind)
    if "shape" in data:
        return 0.0, 0.0, 1.0, 1.0
    field = cut_field(data, pattern.body.vertices, pattern.marks)
    uvs = pattern.body.uvs[field[pattern.body.faces].max(axis=1) > 0].reshape(-1, 2)
    low, high = uvs.min(axis=0), uvs.max(axis=0)
    size = (high - low) * (1 + 2 * _MARGIN)
    left, bottom = low - (high - low) * _MARGIN
    return float(left), float(bottom), float(size[0]), float(size[1])
