"""What shoes look like: sole, upper, stripe, laces and heel patch, painted on the middle body's shoe."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synthgen.characters.clothing.atlas import worn_alone
from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.pattern_body import PatternBody
from synthgen.characters.specs import GarmentSpec
from synthgen.meshes.baking import Raster, rasterise, to_uint8
from synthgen.meshes.mesh import Material

_SIZE = 288
"""Pixels on a side of the texture."""


def shoe_material(spec: GarmentSpec, pattern: PatternBody) -> Material:
    """Paints a pair of shoes."""
    raster, where = _pixels(spec.kind, pattern)
    x, z = where[:, 0], where[:, 2]
    sole = garment_data(spec.kind)["sole"] * pattern.marks.unit
    colour, accent = np.array(spec.colour), np.array(spec.accent)
    image = shoe_colour(where, z.min(), sole, colour, accent, x.max(), x.min())
    return Material(texture=raster.image(to_uint8(image)), roughness=0.6, double_sided=True)


@lru_cache(maxsize=4)
def _pixels(kind: str, pattern: PatternBody) -> tuple[Raster, np.ndarray]:
    shoes = worn_alone(kind, pattern)
    raster = rasterise(shoes.uvs, _SIZE)
    return raster, raster.paint(shoes.faces, shoes.vertices)


def shoe_colour(
    where: np.ndarray, ground: float, sole: float, colour: np.ndarray, accent: np.ndarray, front: float, back: float
) -> np.ndarray:
    """(…, 3) sRGB: a light sole with a dark tread, the upper, a stripe, laces and a heel patch."""
    lift = where[..., 2] - ground
    along = (where[..., 0] - back) / max(front - back, 1e-6)

    def band(value: np.ndarray, low: float, high: float, soft: float) -> np.ndarray:
        """1 between ``low`` and ``high``, its edges ``soft`` wide, so that they do not alias."""
        return np.clip((value - low) / soft + 0.5, 0, 1) * np.clip((high - value) / soft + 0.5, 0, 1)

    def over(under: np.ndarray, paint: object, share: np.ndarray) -> np.ndarray:
        out: np.ndarray = under + share[..., None] * (np.asarray(paint) - under)
        return out

    upper = band(lift, sole, np.inf, 0.002)
    out = np.broadcast_to(colour, where.shape)
    out = over(out, accent, band(along, 0.36, 0.46, 0.012) * upper)
    out = over(out, 0.35 * colour + 0.65 * accent, band(along, -1, 0.12, 0.012) * band(lift, 1.6 * sole, np.inf, 0.002))
    laces = np.clip(2.5 * np.sin(along * 160) + 0.25, 0, 1)
    out = over(out, 0.95, laces * band(along, 0.47, 0.70, 0.012) * band(lift, sole + 0.022, np.inf, 0.002))
    out = over(out, [0.93, 0.93, 0.92], band(lift, -np.inf, sole, 0.002))
    return over(out, [0.16, 0.16, 0.17], band(lift, -np.inf, 0.22 * sole, 0.002))
