"""The texture of a kind of garment: where on the middle body each of its pixels lies. The same for whoever wears it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthgen.characters.clothing.cuts import cut_field, garment_data
from synthgen.characters.clothing.garment import Garment
from synthgen.characters.clothing.garments import make_garment
from synthgen.characters.pattern_body import PatternBody
from synthgen.meshes.baking import Raster, rasterise
from synthgen.meshes.geometry import vertex_normals

SIZE = 448
"""Pixels on a side of a garment's texture."""
_MARGIN = 0.03
"""Share of the window that is left free: another body's cut may lie a little beyond the middle body's."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """What is known of the N pixels on which the garment lies. Middle body's frame, metres.

    Attributes:
        raster: which they are.
        where: (N, 3) places; normal: (N, 3).
        place: (5, N) trunk_t, arm_t, leg_t, arm share, leg share (:class:`Landmarks`).
        edge: (N,) metres from the nearest hem.
    """

    raster: Raster
    where: np.ndarray
    normal: np.ndarray
    place: np.ndarray
    edge: np.ndarray


@lru_cache(maxsize=6)
def atlas_of(kind: str, pattern: PatternBody) -> Atlas:
    """The atlas of a kind of garment."""
    garment = worn_alone(kind, pattern)
    raster = rasterise(garment.uvs, SIZE)
    places = np.column_stack([pattern.marks.places(garment.vertices), garment.limbs])
    paint = [garment.vertices, vertex_normals(garment.vertices, garment.faces), places, garment.edge]
    where, normal, place, edge = (raster.paint(garment.faces, v).astype(np.float32) for v in paint)
    return Atlas(raster, where, normal, np.ascontiguousarray(place.T), edge)


@lru_cache(maxsize=64)
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
