"""Depths of points in closed meshes, and of a posed body's hands in the rest of it: true faces, rays for in and out."""

from __future__ import annotations

import numpy as np
import trimesh
from scipy.spatial import cKDTree

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES
from synthgen.core.skeleton import REGIONS

_AROUND = 12
"""Vertices whose faces are looked at for the nearest one of a large mesh."""


def depth_in(mesh: trimesh.Trimesh, points: np.ndarray) -> float:
    """Metres that the deepest of the points (N, 3) is inside; 0 where none is."""
    lower, upper = mesh.bounds
    points = points[((points > lower) & (points < upper)).all(1)]
    inside = points[mesh.contains(points)] if len(points) else points
    if not len(inside):
        return 0.0
    near = cKDTree(mesh.vertices).query(inside, k=min(_AROUND, len(mesh.vertices)))[1]
    fans = mesh.vertex_faces
    deepest = 0.0
    for point, vertices in zip(inside, near, strict=True):
        faces = np.unique(fans[vertices])
        faces = faces[faces >= 0] if len(mesh.faces) > 200 else np.arange(len(mesh.faces))
        found = trimesh.triangles.closest_point(mesh.triangles[faces], np.repeat(point[None], len(faces), 0))
        deepest = max(deepest, float(np.linalg.norm(found - point, axis=1).min()))
    return deepest


def hands_depth(body: RestBody, skin: np.ndarray) -> float:
    """Metres that hands and forearms of a posed skin (V, 3) are in the rest of the body, the other arm included."""
    deepest = 0.0
    for side in SIDES:
        arm = [REGIONS.index(f"{side}_{part}") for part in ("upper_arm", "forearm", "hand")]
        rest = trimesh.Trimesh(skin, body.faces[~np.isin(body.regions[body.faces], arm).any(1)], process=False)
        rest.remove_unreferenced_vertices()
        mine = np.intersect1d(np.flatnonzero(np.isin(body.regions, arm[1:])), body.faces)
        deepest = max(deepest, depth_in(rest, skin[mine]))
    return deepest
