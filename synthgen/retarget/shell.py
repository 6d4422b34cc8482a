"""A body's skin as points with outward normals, for asking how deep something is in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from synthgen.core.vectors import unit
from synthgen.retarget.kernels.nearest import approach, bounds
from synthgen.retarget.skin_points import SkinPoints

_PROBE = 0.01
"""Metres: a normal is posed as a second point this far outside, carried by the same bones."""


BESIDE = 0.02
"""Metres that a point inside may lie beside the surface point nearest to it where the surface has edges: as far as
points are apart."""

BUNCH = 0.07
"""Metres: points within a cube of this size at rest make a bunch [choice: some five points each, the fastest]."""


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

    def posed(self, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places and normals, both (T, N, 3), under bones (T, B, 4, 4)."""
        at = np.ascontiguousarray(self.skin.posed(bones))
        return at, unit(self._outside.posed(bones) - at)


class Nearby:
    """A part of a surface in every frame of a window, to which distances are asked again and again.

    Args:
        surface, normals: (T, M, 3) metres.
        starts: (L + 1,) where its bunches begin, see :func:`bunches`.
        thick: (M,) metres; nothing can be deeper than this in what the surface encloses there.
        beside: metres; what is inside and further beside its nearest surface point lies beyond an edge.
    """

    def __init__(
        self,
        surface: np.ndarray,
        normals: np.ndarray,
        starts: np.ndarray,
        thick: np.ndarray | float = np.inf,
        beside: float = BESIDE,
    ) -> None:
        self._surface, self._normals = surface, normals
        self._starts, self._beside = starts, beside
        self._thick = np.full(surface.shape[1], thick)
        self._boxes = bounds(surface, starts)

    def at(self, frames: np.ndarray) -> Nearby:
        """The surface in some of its frames (F,)."""
        return Nearby(self._surface[frames], self._normals[frames], self._starts, self._thick, self._beside)

    def clearances(self, points: np.ndarray, groups: np.ndarray, reach: float, found: Found | None = None) -> Found:
        """How far points are outside the surface.

        The distance to the plane of the nearest surface point. Where the surface bulges by a radius R, a plane at s
        metres is up to s²/2R too deep: with points every 2 cm and R of 5 cm, a millimetre. A point that is not over or
        under its nearest surface point lies beyond an edge of the surface, hence outside.

        Args:
            points: (T, N, 3).
            groups: (G + 1,) where their bunches begin.
            reach: metres; what is further from every surface point is taken to be far outside.
            found: what other surfaces gave, which is changed where this one is nearer.

        Returns:
            (T, N) metres, negative inside, infinite beyond reach; (T, N, 3) the normals there.
        """
        clear, ways = found or (np.full(points.shape[:2], np.inf), np.zeros(points.shape))
        surface = self._surface, self._normals, self._thick, self._starts, self._boxes
        approach(points, groups, *surface, reach, self._beside, clear, ways)
        return clear, ways


Found = tuple[np.ndarray, np.ndarray]
"""(T, N) metres that points are clear, negative inside, and (T, N, 3) in which direction they get clear."""


def spread(points: np.ndarray, spacing: float) -> np.ndarray:
    """Indices of points about ``spacing`` metres apart: of every cube the one nearest its middle.

    Cubes lie the same to the left and to the right of Y = 0, so that a symmetric body gets symmetric points.
    """
    key, off = _cubes(points, spacing)
    order = np.lexsort((off, key))
    return np.sort(order[np.flatnonzero(np.diff(key[order], prepend=-1))])


def bunches(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An order of points (N, 3) in which neighbours are together, and (L + 1,) where bunches of them begin in it."""
    key = _cubes(points, BUNCH)[0]
    order = np.argsort(key, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(key[order], prepend=-1)), len(points))


def _cubes(points: np.ndarray, spacing: float) -> tuple[np.ndarray, np.ndarray]:
    """(N,) a number for the cube that each point is in, and (N,) metres from that cube's middle."""
    mirrored = np.where(points[:, 1:2] < 0, points * (1.0, -1.0, 1.0), points)
    cube = np.floor(mirrored / spacing).astype(np.int64)
    off: np.ndarray = np.linalg.norm(mirrored - (cube + 0.5) * spacing, axis=1)
    cube -= cube.min(0)
    wide = cube.max(0) + 1
    key: np.ndarray = 2 * ((cube[:, 0] * wide[1] + cube[:, 1]) * wide[2] + cube[:, 2]) + (points[:, 1] < 0)
    return key, off


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) outward unit normals of a closed mesh whose faces run counter-clockwise: face normals by area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    rows = faces.T.ravel()
    columns = np.tile(np.arange(len(faces)), 3)
    collect = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(vertices), len(faces)))
    return unit(collect @ across)
