"""The reference for visibility: exact rays against posed skins and what is worn over them (trimesh, embree)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh

from synthgen.capture.point_rule import PointRule
from synthgen.capture.surface import rule_table
from synthgen.capture.visibility import OFF_IMAGE, VISIBLE, in_image
from synthgen.characters.asset import CharacterAsset
from synthgen.characters.rest_body import RestBody, blend
from synthgen.characters.site_set import SiteSet
from synthgen.core.frames import Camera
from synthgen.core.skeleton import REGIONS

CLOSE = 0.005
"""Metres from a tolerance within which a margin is a tie."""
PIXEL = 0.5
"""Pixels in u and in v: the picture shows what a ray so far beside the point's meets, the one of its pixel's middle."""
_OUTLINE_RAYS = 160


@dataclass(frozen=True)
class Skin:
    """A posed person, or a thing, in the world.

    Attributes:
        reason: what it is called when it hides something.
        mesh: all that is seen of it.
        regions: (V,) of the mesh's vertices; −1 for things.
        bare: the skin under what is worn; None where that is the mesh.
        bare_regions: (V,) of the bare skin's vertices: hair belongs to the region under it.
        covers: (F,) 1 for the mesh's faces that are hair, 2 for a shoe's, 0 for others; None for no cover.
    """

    reason: str
    mesh: trimesh.Trimesh
    regions: np.ndarray
    bare: trimesh.Trimesh | None = None
    covers: np.ndarray | None = None
    bare_regions: np.ndarray | None = None

    @classmethod
    def of(cls, reason: str, body: RestBody, bones: np.ndarray) -> Skin:
        return cls(reason, _bare(body, bones), body.regions)

    @classmethod
    def dressed(cls, reason: str, body: RestBody, bones: np.ndarray, asset: CharacterAsset) -> Skin:
        """With what is worn, hair hanging down."""
        meshes, regions, covers = [], [], []
        rest, now = asset.carriers_at_rest(), asset.carriers(bones, np.array([0.0, 0.0, -1.0]))
        for part in asset.parts:
            posed = blend(rest, now, part.vertices, part.skin_indices, part.skin_weights)
            meshes.append(trimesh.Trimesh(posed, part.faces, process=False))
            regions.append(part.regions)
            kind = 1 if part.name.startswith("hair") else 2 if part.name == "shoes" else 0
            covers.append(np.full(len(part.faces), kind))
        both = trimesh.util.concatenate(meshes) if len(meshes) > 1 else meshes[0]
        return cls(reason, both, np.concatenate(regions), _bare(body, bones), np.concatenate(covers), body.regions)

    def region(self, face: int, where: np.ndarray) -> int:
        """Of a place (3,) on one of the mesh's faces."""
        if self.covers is not None and self.covers[face] == 1 and self.bare is not None:
            assert self.bare_regions is not None
            return int(self.bare_regions[np.linalg.norm(self.bare.vertices - where, axis=1).argmin()])
        corners = self.mesh.faces[face]
        return int(self.regions[corners[np.linalg.norm(self.mesh.vertices[corners] - where, axis=1).argmin()]])


def _bare(body: RestBody, bones: np.ndarray) -> trimesh.Trimesh:
    vertices = blend(body.bones, bones, body.vertices, body.skin_indices, body.skin_weights)
    return trimesh.Trimesh(vertices, body.faces, process=False)


@dataclass(frozen=True)
class Exact:
    """The rule on exact first hits of one person's N points: reasons, margins, and (N,) True where it is a tie."""

    reasons: tuple[str, ...]
    margin: np.ndarray
    tie: np.ndarray


def cast(mesh: trimesh.Trimesh, origin: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N,) distance to the first surface (inf: none) along unit directions, and its triangle (−1)."""
    distance, face = np.full(len(directions), np.inf), np.full(len(directions), -1)
    if len(directions):
        origins = np.broadcast_to(origin, directions.shape)
        where, ray, triangle = mesh.ray.intersects_location(origins, directions, multiple_hits=False)
        distance[ray], face[ray] = np.linalg.norm(where - origin, axis=1), triangle
    return distance, face


def exact(camera: Camera, skins: list[Skin], person: int, sites: SiteSet, world: np.ndarray) -> Exact:
    """The rule on exact rays; what a picture cannot decide is a tie.

    That is a point whose verdict changes within :data:`PIXEL` of it, or whose margin is within :data:`CLOSE` of what is
    asked, or whose distance to the outline is within 0.75 pixels of it.
    """
    projected = camera.project(world)
    verdicts, told, close = [], (), np.zeros(len(world), bool)
    margin = np.full(len(world), np.nan)
    for k, step in enumerate([(0, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)]):
        uv = projected[:, :2] + PIXEL * np.array(step)
        reasons, margins, near = _verdict(camera, skins, person, sites, uv, projected)
        verdicts.append([r == VISIBLE for r in reasons])
        if k == 0:
            told, margin, close = reasons, margins, near
    tie = close | (np.array(verdicts) != verdicts[0]).any(0)
    return Exact(told, margin, tie)


def _verdict(
    camera: Camera, skins: list[Skin], person: int, sites: SiteSet, uv: np.ndarray, projected: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    rule, slack = PointRule.of(sites), rule_table()["slack"]
    to = camera.unproject(uv, projected[:, 2])  # the same depth, so far beside
    inside = in_image(camera, projected)
    to[~inside] = camera.centre + 1.0
    reach = np.linalg.norm(to - camera.centre, axis=1)
    rays = (to - camera.centre) / reach[:, None]
    hits = [cast(skin.mesh, camera.centre, rays) for skin in skins]
    distances = np.array([d for d, _ in hits])
    first, nearest = distances.argmin(0), distances.min(0)
    margin = reach - nearest - sites.tissue
    own = skins[person]
    bare = margin if own.bare is None else reach - cast(own.bare, camera.centre, rays)[0] - sites.tissue
    reasons, close = [], np.abs(margin - rule.tolerance) < CLOSE
    for n in range(len(to)):
        if not inside[n]:
            reasons.append(OFF_IMAGE)
            continue
        if not np.isfinite(nearest[n]):
            reasons.append(f"self:{sites.regions[n]}")
            continue
        if first[n] != person:
            before = reach[n] - nearest[n] > slack
            reasons.append(skins[first[n]].reason if before else f"self:{sites.regions[n]}")
            continue
        face = hits[person][1][n]
        region = own.region(face, camera.centre + rays[n] * nearest[n])
        cover = 0 if own.covers is None else own.covers[face]
        if not rule.accepted[n, region]:
            seen = reach[n] - nearest[n] <= slack
        else:
            seen = margin[n] <= (min(rule.tolerance[n], rule.hair[n]) if cover == 1 else rule.tolerance[n])
            if not seen and margin[n] <= rule.cloth[n]:
                seen = bare[n] <= rule.tolerance[n]
                close[n] |= abs(bare[n] - rule.tolerance[n]) < CLOSE
            if not seen and rule.outline[n] > 0:
                seen, edge = _beside(camera, skins, projected[n], rule.outline[n], slack)
                close[n] |= edge
        hidden = ("self:hair", "self:shoe")[cover - 1] if cover else f"self:{REGIONS[region]}"
        reasons.append(VISIBLE if seen else hidden)
    return tuple(reasons), margin, close


def _beside(camera: Camera, skins: list[Skin], at: np.ndarray, metres: float, slack: float) -> tuple[bool, bool]:
    """Whether nothing stands before a point's depth at some ray that near to it, and whether that is a tie."""
    pixel = 0.75  # the middle of a pixel is no farther than this from any place in it
    radius = max(metres * camera.focal / at[2], rule_table()["outline_pixels"])
    k = np.arange(_OUTLINE_RAYS)
    far = (radius + pixel) * np.sqrt((k + 0.5) / _OUTLINE_RAYS)
    turn = k * np.pi * (3 - 5**0.5)
    uv = at[:2] + far[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
    to = camera.unproject(uv, np.full(len(uv), at[2])) - camera.centre
    reach = np.linalg.norm(to, axis=1)
    hit = np.min([cast(skin.mesh, camera.centre, to / reach[:, None])[0] for skin in skins], axis=0)
    free = far[hit * at[2] / reach >= at[2] - slack]
    nearest = free.min() if len(free) else np.inf
    return bool(nearest <= radius), bool(abs(nearest - radius) < pixel)
