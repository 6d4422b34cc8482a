"""A body's skin as points with outward normals, for asking how deep something is in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from synthgen.core.vectors import unit
from synthgen.retarget.skin_points import SkinPoints

_PROBE = 0.01
"""Metres: a normal is posed as a second point this far outside, carried by the same bones."""


BESIDE = 0.02
"""Metres that a point inside may lie beside the surface point nearest to it where the surface has edges: as far as
points are apart."""


@dataclass(frozen=True)
class Shell:
    """Some points of the skin and their normals.

    Attributes:
        skin: the points.
        normals: (N, 3) outward at rest, character frame.
    """

    skin: SkinPoints
    normals: np.ndarray

    @cached_property
    def _outside(self) -> SkinPoints:
        skin = self.skin
        points = skin.points + _PROBE * self.normals
        return SkinPoints(skin.body, points, skin.indices, skin.weights, skin.regions)

    def some(self, mask: np.ndarray) -> Shell:
        """With the points under a mask (N,) alone."""
        return Shell(self.skin.some(mask), self.normals[mask])

    def posed(self, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places and normals, both (T, N, 3), under bones (T, B, 4, 4)."""
        at = self.skin.posed(bones)
        return at, unit(self._outside.posed(bones) - at)


class Nearby:
    """A part of a surface given by points and normals, to which distances are asked again and again.

    Args:
        surface, normals: (M, 3) metres.
        thick: (M,) metres; nothing can be deeper than this in what the surface encloses there.
        beside: metres; what is inside and further beside its nearest surface point lies beyond an edge.
    """

    def __init__(
        self, surface: np.ndarray, normals: np.ndarray, thick: np.ndarray | float = np.inf, beside: float = BESIDE
    ) -> None:
        self._surface, self._normals, self._beside = surface, normals, beside
        self._thick = np.broadcast_to(thick, len(surface))
        self._tree = cKDTree(surface, balanced_tree=False, compact_nodes=False) if len(surface) else None

    def clearances(self, points: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
        """How far points are outside the surface.

        The distance to the plane of the nearest surface point. Where the surface bulges by a radius R, a plane at s
        metres is up to s²/2R too deep: with points every 2 cm and R of 5 cm, a millimetre. A point that is not over or
        under its nearest surface point lies beyond an edge of the surface, hence outside.

        Args:
            points: (N, 3).
            reach: metres; what is further from every surface point is taken to be far outside.

        Returns:
            (N,) metres, negative inside, infinite beyond reach; (N, 3) the normals there.
        """
        out, directions = np.full(len(points), np.inf), np.zeros_like(points)
        if self._tree is None:
            return out, directions
        gap, near = self._tree.query(points, distance_upper_bound=reach)
        found = np.flatnonzero(near < len(self._surface))
        near = near[found]
        directions[found] = normals = self._normals[near]
        off = points[found] - self._surface[near]
        height = np.einsum("ni,ni->n", off, normals)
        aside = gap[found] ** 2 - height**2
        out[found] = np.where(
            (height < 0) & ((aside > self._beside**2) | (height < -self._thick[near])), gap[found], height
        )
        return out, directions


def within(points: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """(T, N) which points (T, N, 3) lie in the boxes from ``lower`` to ``upper`` (T, 3)."""
    x, y, z = np.moveaxis(points, -1, 0)
    (x0, y0, z0), (x1, y1, z1) = lower.T[..., None], upper.T[..., None]
    out: np.ndarray = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1) & (z >= z0) & (z <= z1)
    return out


def spread(points: np.ndarray, spacing: float) -> np.ndarray:
    """Indices of points about ``spacing`` metres apart: of every cube the one nearest its middle.

    Cubes lie the same to the left and to the right of Y = 0, so that a symmetric body gets symmetric points.
    """
    mirrored = np.where(points[:, 1:2] < 0, points * (1.0, -1.0, 1.0), points)
    cube = np.floor(mirrored / spacing).astype(np.int64)
    off = np.linalg.norm(mirrored - (cube + 0.5) * spacing, axis=1)
    cube -= cube.min(0)
    wide = cube.max(0) + 1
    key = 2 * ((cube[:, 0] * wide[1] + cube[:, 1]) * wide[2] + cube[:, 2]) + (points[:, 1] < 0)
    order = np.lexsort((off, key))
    return np.sort(order[np.flatnonzero(np.diff(key[order], prepend=-1))])


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) outward unit normals of a closed mesh whose faces run counter-clockwise: face normals by area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    rows = faces.T.ravel()
    columns = np.tile(np.arange(len(faces)), 3)
    collect = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(vertices), len(faces)))
    return unit(collect @ across)
