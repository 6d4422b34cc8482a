"""Points of a character's skin under its bones: their places, and how high the lowest ones are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig, load_rig
from synthgen.core.bodymodel import reference_body
from synthgen.core.skeleton import REGIONS
from synthgen.core.vectors import even_directions

VIEWS = 200
"""Directions in which a bone's skin is looked at for its outermost points; a part of 15 cm radius errs by 1.5 mm."""


@dataclass(frozen=True)
class SkinPoints:
    """Some points of a body's skin.

    Attributes:
        body: the character at rest.
        points: (N, 3) at rest, character frame, metres.
        indices, weights: (N, K) bones that carry them.
        regions: (N,) index into ``skeleton.REGIONS``.
    """

    body: RestBody
    points: np.ndarray
    indices: np.ndarray
    weights: np.ndarray
    regions: np.ndarray

    def part(self, *names: str) -> np.ndarray:
        """(N,) mask of the points of the named regions."""
        return np.isin(self.regions, [REGIONS.index(n) for n in names])

    @cached_property
    def unposed(self) -> np.ndarray:
        """(B, 4, 4) inverse of the bones at rest."""
        return np.linalg.inv(self.body.bones)

    @cached_property
    def carry(self) -> csr_matrix:
        """(N, 4 B) sparse: a point's coordinate is its row times the bones' rows of moves away from rest."""
        count = len(self.points)
        homogeneous = np.concatenate([self.points, np.ones((count, 1))], 1)
        point, k = np.nonzero(self.weights)
        values = self.weights[point, k][:, None] * homogeneous[point]
        columns = 4 * self.indices[point, k][:, None] + np.arange(4)
        rows = np.broadcast_to(point[:, None], values.shape)
        shape = (count, 4 * len(self.body.bone_names))
        return csr_matrix((values.ravel(), (rows.ravel(), columns.ravel())), shape=shape)

    def heights(self, bones: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """(T, N) heights of the (masked) points under bones (T, B, 4, 4)."""
        moves = bones[:, :, 2:3, :] @ self.unposed
        carry = self.carry if mask is None else self.carry[mask]
        out: np.ndarray = (carry @ moves.reshape(len(bones), -1).T).T
        return out

    def lowest(self, bones: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """(T,) height of the lowest of the (masked) points."""
        out: np.ndarray = self.heights(bones, mask).min(1)
        return out

    def posed(self, bones: np.ndarray) -> np.ndarray:
        """(T, N, 3) places under bones (T, B, 4, 4), in their frame."""
        moves = (bones[:, :, :3, :] @ self.unposed).transpose(1, 3, 0, 2)
        out: np.ndarray = (self.carry @ moves.reshape(4 * moves.shape[0], -1)).reshape(len(self.points), -1, 3)
        return out.swapaxes(0, 1)


def all_points(body: RestBody) -> SkinPoints:
    """The whole skin that faces show, or the points that stand for it."""
    return _of(body, np.unique(body.faces)) if len(body.vertices) else _bare_points(body, load_rig(body.rig))


def outer_points(body: RestBody) -> SkinPoints:
    """The outermost points of the skin that each bone mostly carries, :data:`VIEWS` ways; or what stands for a skin.

    A few hundred points instead of some 13,700.
    """
    if not len(body.vertices):
        return _bare_points(body, load_rig(body.rig))
    shown = np.unique(body.faces)
    strongest = body.skin_indices[shown, body.skin_weights[shown].argmax(1)]
    views = even_directions(VIEWS)
    order = np.argsort(strongest, kind="stable")
    starts = np.flatnonzero(np.diff(strongest[order], prepend=-1))
    picked = []
    for group in np.split(order, starts[1:]):
        picked.append(shown[group[np.unique((body.vertices[shown[group]] @ views.T).argmax(0))]])
    return _of(body, np.sort(np.concatenate(picked)))


def _of(body: RestBody, picked: np.ndarray) -> SkinPoints:
    return SkinPoints(
        body, body.vertices[picked], body.skin_indices[picked], body.skin_weights[picked], body.regions[picked]
    )


def _bare_points(body: RestBody, rig: Rig) -> SkinPoints:
    """For a rig without skin: soles, palms, knees and the trunk's back as points at standard distances."""
    from synthgen.characters.sites.place import place_sites

    sites = place_sites(body)
    size = body.stature / reference_body().stature
    points, bones, regions = [], [], []

    def add(point: np.ndarray, bone: str, region: str) -> None:
        points.append(point)
        bones.append(body.bone(bone))
        regions.append(REGIONS.index(region))

    for side in SIDES:
        for name in ("heel", "big_toe", "small_toe"):
            at = sites.rest[sites.names.index(f"{side}_{name}")] * (1.0, 1.0, 0.0)
            part = "foot" if name == "heel" else "toes"
            add(at, rig.limbs[side, part][0], f"{side}_foot")
        for part, radius, region in (("shank", 0.055, "shank"), ("hand", 0.025, "hand"), ("forearm", 0.04, "forearm")):
            bone = rig.limbs[side, part][0]
            centre = body.bones[body.bone(bone), :3, 3]
            for offset in np.concatenate([np.eye(3), -np.eye(3)]):
                add(centre + radius * size * offset, bone, f"{side}_{region}")
    for name in ("T8.skin", "sacrum.skin", "C7.skin"):
        k = sites.names.index(name)
        add(sites.rest[k], body.bone_names[sites.indices[k, 0]], "trunk")
    for name, front in (("T8.body", 0.17), ("L5.body", 0.13)):  # chest and belly [choice: a lean adult's depth]
        k = sites.names.index(name)
        add(sites.rest[k] + front * size * np.array([1.0, 0.0, 0.0]), body.bone_names[sites.indices[k, 0]], "trunk")
    add(sites.rest[sites.names.index("head")], rig.head, "head")
    indices = np.array(bones)[:, None]
    return SkinPoints(body, np.array(points), indices, np.ones((len(points), 1)), np.array(regions))
