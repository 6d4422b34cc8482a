"""The reference for visibility: exact rays against the posed skins (trimesh, embree)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh

from synthgen.capture.point_rule import PointRule
from synthgen.capture.visibility import OFF_IMAGE, VISIBLE, in_image
from synthgen.characters.rest_body import RestBody, blend
from synthgen.characters.site_set import SiteSet
from synthgen.core.frames import Camera
from synthgen.core.skeleton import REGIONS


@dataclass(frozen=True)
class Skin:
    """A posed skin in the world; ``reason`` is what it is called when it hides something."""

    reason: str
    mesh: trimesh.Trimesh
    regions: np.ndarray

    @classmethod
    def of(cls, reason: str, body: RestBody, bones: np.ndarray) -> Skin:
        vertices = blend(body.bones, bones, body.vertices, body.skin_indices, body.skin_weights)
        return cls(reason, trimesh.Trimesh(vertices, body.faces, process=False), body.regions)


def first_hit(skin: Skin, origin: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance (N,) to the first surface (inf: none) and its region (N,)."""
    origins = np.broadcast_to(origin, directions.shape)
    where, ray, triangle = skin.mesh.ray.intersects_location(origins, directions, multiple_hits=False)
    distance, region = np.full(len(directions), np.inf), np.full(len(directions), -1)
    distance[ray] = np.linalg.norm(where - origin, axis=1)
    corners = skin.mesh.vertices[skin.mesh.faces[triangle]]
    nearest = np.linalg.norm(corners - where[:, None], axis=2).argmin(1)
    region[ray] = skin.regions[skin.mesh.faces[triangle, nearest]]
    return distance, region


def exact_reasons(
    camera: Camera, skins: list[Skin], person: int, sites: SiteSet, world: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray]:
    """The visibility rule on exact first hits: reasons and margins of one person's sites (N, 3)."""
    rule = PointRule.of(sites)
    rays = world - camera.centre
    reach = np.linalg.norm(rays, axis=1)
    hits = [first_hit(skin, camera.centre, rays / reach[:, None]) for skin in skins]
    distances = np.array([d for d, _ in hits])
    first = distances.argmin(0)
    margin = reach - distances.min(0) - sites.tissue
    inside = in_image(camera, camera.project(world))
    reasons = []
    for n in range(len(world)):
        if not inside[n]:
            reasons.append(OFF_IMAGE)
        elif not np.isfinite(distances[:, n]).any():
            reasons.append(f"self:{sites.regions[n]}")
        elif first[n] != person:
            reasons.append(skins[first[n]].reason)
        else:
            region = hits[person][1][n]
            seen = margin[n] <= rule.tolerance[n] if rule.accepted[n, region] else margin[n] + sites.tissue[n] <= 0.005
            reasons.append(VISIBLE if seen else f"self:{REGIONS[region]}")
    return tuple(reasons), margin
