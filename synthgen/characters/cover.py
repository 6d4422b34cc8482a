"""What lies over a person's skin, and how thick: cloth, hair, shoes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.garment import Garment
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.meshes.geometry import nearest

WHAT = ("skin", "cloth", "hair", "shoe")
"""What can be the outermost thing over a point of the skin."""

_HAIR_REACH = 0.16
"""Metres: hair farther from the skin than this lies over nothing."""


@dataclass(frozen=True)
class Cover:
    """What lies over N points of the skin, at rest.

    Attributes:
        height: (N,) metres from the skin to the outside of what covers it, along the skin's normal; 0 on bare skin.
        what: (N,) index into ``WHAT`` of the outermost thing.
    """

    height: np.ndarray
    what: np.ndarray

    def names(self) -> tuple[str, ...]:
        """(N,) ``skin``, ``cloth``, ``hair`` or ``shoe``."""
        return tuple(WHAT[k] for k in self.what)

    def at(self, rest: RestBody, points: np.ndarray) -> Cover:
        """What lies over the skin nearest to each of ``points`` (N, 3), rest, character frame.

        Only for a cover of all of the body's vertices, as :func:`cover_of` makes it.
        """
        rows = nearest(points, rest.vertices)
        return Cover(self.height[rows], self.what[rows])


def cover_of(rest: RestBody, marks: Landmarks, garments: list[Garment], hair: np.ndarray) -> Cover:
    """What lies over every vertex of a body.

    Args:
        rest: rest body; marks: its landmarks.
        garments: from the inside out.
        hair: (H, 3) vertices of its hair.
    """
    height = np.zeros(len(rest.vertices))
    what = np.zeros(len(height), np.uint8)
    for garment in garments:
        shoe = garment_data(garment.kind).get("shape") == "shoe"
        on = (garment.on_body > 0) & (garment.height > height)
        what[on] = WHAT.index("shoe" if shoe else "cloth")
        height = np.where(on, garment.height, height)
    locks = _hair_height(rest, marks, hair)
    what[locks > height] = WHAT.index("hair")
    return Cover(np.maximum(height, locks).astype(np.float32), what)


def _hair_height(rest: RestBody, marks: Landmarks, hair: np.ndarray) -> np.ndarray:
    """(V,) metres that hair stands off each vertex; 0 where there is none."""
    out = np.zeros(len(rest.vertices))
    if not len(hair):
        return out
    near = np.flatnonzero(rest.vertices[:, 2] > hair[:, 2].min() - 0.05)
    rows = nearest(rest.vertices[near], hair)
    off = hair[rows] - rest.vertices[near]
    gap, away = np.einsum("ij,ij->i", off, marks.normals[near]), np.linalg.norm(off, axis=1)
    # Over a point of the skin is what lies outwards from it more than beside it.
    out[near] = np.where((gap > 0.0) & (away < _HAIR_REACH) & (gap > 0.6 * away), gap, 0.0)
    return out
