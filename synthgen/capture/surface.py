"""Which region of a body a point on its surface belongs to: the nearest of many small spheres.

Where the skin is known the spheres are skin points (radius 0), thinned to one per voxel; where it is not, they are
strung along the rig's bones with the radii of ``data/visibility.yaml``: capsules. Both move with the bones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import load_rig
from synthgen.core.frames import invert
from synthgen.core.skeleton import REGIONS
from synthgen.core.tables import table
from synthgen.core.vectors import unit

VOXEL = 0.02
"""Metres: one skin point per region and cube of this size."""


def rule_table() -> dict[str, Any]:
    """The data of the visibility rule (``data/visibility.yaml``)."""
    return table("capture/data/visibility.yaml")


def _kind(region: int) -> str:
    """A region's name without its side."""
    return REGIONS[region].removeprefix("left_").removeprefix("right_")


def _radius(kind: str) -> float:
    """Radius of a kind of part as a fraction of stature."""
    return float(rule_table()["radius"][kind])


@dataclass(frozen=True)
class BodySurface:
    """Spheres that stand for a body's surface, at rest.

    Attributes:
        centres: (M, 3) character frame, metres.
        radii: (M,) metres.
        indices, weights: (M, K) carrying bones.
        regions: (M,) index into ``skeleton.REGIONS``.
        normals: (M, 3) unit vectors out of the skin at rest; zero for the spheres of capsules.
    """

    centres: np.ndarray
    radii: np.ndarray
    indices: np.ndarray
    weights: np.ndarray
    regions: np.ndarray
    normals: np.ndarray

    @classmethod
    def of(cls, body: RestBody) -> BodySurface:
        """From the skin where it is known, else from the bones."""
        return cls._of_skin(body) if len(body.vertices) else cls._of_bones(body)

    @classmethod
    def _of_skin(cls, body: RestBody) -> BodySurface:
        cell = np.floor(body.vertices / VOXEL).astype(int)
        cell -= cell.min(0)
        size = cell.max(0) + 1
        key = ((body.regions * size[0] + cell[:, 0]) * size[1] + cell[:, 1]) * size[2] + cell[:, 2]
        keep = np.unique(key, return_index=True)[1]
        return cls(
            body.vertices[keep],
            np.zeros(len(keep)),
            body.skin_indices[keep],
            body.skin_weights[keep],
            body.regions[keep],
            _vertex_normals(body.vertices, body.faces)[keep],
        )

    @classmethod
    def _of_bones(cls, body: RestBody) -> BodySurface:
        table, rig = rule_table(), load_rig(body.rig)
        bone_regions = rig.bone_regions
        size = {r: _radius(_kind(r)) * body.stature for r in set(bone_regions)}
        thickness = np.array([size[r] for r in bone_regions])
        # Collar bones belong to the trunk and are much thinner than it.
        collars = [body.bone(n) for side in ("left", "right") for n in rig.limbs.get((side, "clavicle"), ())]
        thickness[collars] = _radius("clavicle") * body.stature
        centres, radii, bones = [], [], []
        for bone, parent in enumerate(body.parents):
            if parent < 0:
                continue  # a root stands on the floor, or where its child is
            name, radius = _kind(bone_regions[bone]), thickness[bone]
            head = body.bones[bone, :3, 3]
            children = np.flatnonzero(body.parents == bone)
            # Towards a child the radius runs over to the child's: a pelvis is thicker than the thigh that leaves it.
            ends = [(body.bones[c, :3, 3], thickness[c]) for c in children]
            if not ends and name in table["reach"]:
                along = head - body.bones[parent, :3, 3]
                reach = table["reach"][name] * body.stature / max(np.linalg.norm(along), 1e-9)
                ends = [(head + along * reach, radius)]
            for end, end_radius in ends:
                steps = max(2, int(np.ceil(np.linalg.norm(end - head) / VOXEL)) + 1)
                centres.append(np.linspace(head, end, steps))
                radii.append(np.linspace(radius, end_radius, steps))
                bones.append(np.full(steps, bone))
        carrying = np.concatenate(bones)
        return cls(
            np.concatenate(centres),
            np.concatenate(radii),
            carrying[:, None],
            np.ones((len(carrying), 1)),
            bone_regions[carrying],
            np.zeros((len(carrying), 3)),
        )

    @cached_property
    def _carried(self) -> sparse.csr_matrix:
        """(M, B) the weights, for all bones up to the last one that carries something."""
        rows = np.repeat(np.arange(len(self.weights)), self.weights.shape[1])
        return sparse.csr_matrix((self.weights.ravel(), (rows, self.indices.ravel())))

    @property
    def nbytes(self) -> int:
        """Bytes of memory, roughly."""
        arrays = (self.centres, self.radii, self.indices, self.weights, self.regions, self.normals)
        return sum(a.nbytes for a in arrays) + 2 * self.weights.nbytes

    def posed(self, body: RestBody, bones: np.ndarray) -> PosedSurface:
        """The surface moved with the posed ``bones`` (B, 4, 4), in their frame, by linear blend skinning."""
        moves = (bones @ invert(body.bones))[: self._carried.shape[1], :3].reshape(-1, 12)
        moves = (self._carried @ moves).reshape(-1, 3, 4)
        turned = [np.einsum("mij,mj->mi", moves[:, :, :3], v) for v in (self.centres, self.normals)]
        return PosedSurface(turned[0] + moves[:, :, 3], self.radii, self.regions, turned[1])


@dataclass(frozen=True)
class PosedSurface:
    """A :class:`BodySurface` in one pose: ``centres`` (M, 3), ``radii``, ``regions``, ``normals``."""

    centres: np.ndarray
    radii: np.ndarray
    regions: np.ndarray
    normals: np.ndarray

    def region_of(self, points: np.ndarray) -> np.ndarray:
        """(N,) index into ``REGIONS`` of the region nearest to each of the (N, 3) points."""
        out: np.ndarray = self.regions[self.nearest(points)]
        return out

    def height_of(self, points: np.ndarray, nearest: np.ndarray | None = None) -> np.ndarray:
        """(N,) metres of (N, 3) points over the body's nearest surface; negative inside the body.

        Args:
            points: world.
            nearest: what :meth:`nearest` says of them, where it is known already.
        """
        nearest = self.nearest(points) if nearest is None else nearest
        away = points - self.centres[nearest]
        distance = np.linalg.norm(away, axis=1)
        beside = (away * self.normals[nearest]).sum(1)
        out: np.ndarray = np.where(self.radii[nearest] > 0, distance - self.radii[nearest], beside)
        return out

    def stand_off(self, points: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """(N,) metres of (N, 3) points off the skin, for points that are not inside the body: what a picture shows.

        At a rim, such as an ear's, a height over the nearest sphere's plane says little; there the distance does, less
        what the thinned skin may be away from the skin itself.
        """
        distance = np.linalg.norm(points - self.centres[nearest], axis=1) - self.radii[nearest]
        out: np.ndarray = np.maximum(self.height_of(points, nearest), distance - VOXEL)
        return out

    def nearest(self, points: np.ndarray) -> np.ndarray:
        """(N,) index of the sphere whose surface is nearest to each of the (N, 3) points."""
        if len(points) == 0:
            return np.zeros(0, int)
        # |p − c|² by one matrix product, about a common origin to keep single precision honest.
        origin = self.centres.mean(0)
        p, c = (points - origin).astype(np.float32), (self.centres - origin).astype(np.float32)
        distance = (p**2).sum(1)[:, None] + (c**2).sum(1) - 2 * p @ c.T
        if self.radii.any():
            distance = np.sqrt(np.maximum(distance, 0)) - self.radii.astype(np.float32)
        out: np.ndarray = distance.argmin(1)
        return out


def _vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, faces weighted by area; zero where a vertex has no face."""
    corners = vertices[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    out = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(out, faces[:, k], normals)
    return unit(out)
