"""Questions to a rest body's skin: what a ray hits, how far the skin is, what carries a point of it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from synthgen.characters.rest_body import RestBody
from synthgen.core.skeleton import REGIONS


class SkinSurface:
    """The skin of a rest body as a surface. Character frame, metres."""

    def __init__(self, body: RestBody) -> None:
        import trimesh

        self.body = body
        self.mesh = trimesh.Trimesh(body.vertices, body.faces, process=False)

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.body.vertices)

    @cached_property
    def _fans(self) -> np.ndarray:
        out: np.ndarray = self.mesh.vertex_faces
        return out

    def rays(self, origins: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """(N, 3) first hits of N rays; NaN where a ray misses."""
        origins, directions = np.broadcast_arrays(np.asarray(origins, float), np.asarray(directions, float))
        out = np.full(origins.shape, np.nan)
        points, rays, _ = self.mesh.ray.intersects_location(origins, directions, multiple_hits=False)
        out[rays] = points
        return out

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(N,) whether points lie inside the skin (parity of crossings)."""
        return self.mesh.contains(points)

    def nearest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Nearest skin points (N, 3), their distances (N,) and faces (N,).

        Looks at the faces around the 12 nearest vertices, which is exact where faces are of even size.
        """
        import trimesh

        points = np.atleast_2d(points)
        _, near = self._tree.query(points, k=12)
        best = np.full((len(points), 3), np.nan)
        distance, face = np.full(len(points), np.inf), np.zeros(len(points), int)
        for i, vertices in enumerate(near):
            faces = np.unique(self._fans[vertices])
            faces = faces[faces >= 0]
            found = trimesh.triangles.closest_point(self.mesh.triangles[faces], np.tile(points[i], (len(faces), 1)))
            gaps = np.linalg.norm(found - points[i], axis=1)
            k = gaps.argmin()
            best[i], distance[i], face[i] = found[k], gaps[k], faces[k]
        return best, distance, face

    def carriers(self, points: np.ndarray, count: int = 4) -> tuple[np.ndarray, np.ndarray]:
        """(N, count) bones and weights that carry the skin nearest to each point."""
        import trimesh

        found, _, faces = self.nearest(points)
        corners = self.body.faces[faces]
        shares = np.clip(trimesh.triangles.points_to_barycentric(self.mesh.triangles[faces], found), 0, 1)
        total = np.zeros((len(found), len(self.body.bone_names)))
        for c in range(3):
            for k in range(self.body.skin_indices.shape[1]):
                weight = shares[:, c] * self.body.skin_weights[corners[:, c], k]
                np.add.at(total, (np.arange(len(found)), self.body.skin_indices[corners[:, c], k]), weight)
        order = np.argsort(-total, axis=1, kind="stable")[:, :count]
        kept = np.take_along_axis(total, order, 1)
        return order, kept / kept.sum(1, keepdims=True)

    def region(self, *names: str) -> np.ndarray:
        """(V,) mask of the vertices that belong to the named regions."""
        return np.isin(self.body.regions, [REGIONS.index(n) for n in names])

    def back_profile(self, bottom: float, top: float, step: float = 0.002) -> np.ndarray:
        """(N, 2) X and Z of the back's midline from ``bottom`` to ``top``, seen from behind."""
        z = np.arange(bottom, top, step)
        # A hair's breadth beside the midline, where the mesh has its seam of vertices.
        hits = self.rays(np.stack([np.full_like(z, -2.0), np.full_like(z, 1e-4), z], -1), np.array([1.0, 0.0, 0.0]))
        good = np.isfinite(hits[:, 0])
        out: np.ndarray = hits[good][:, [0, 2]]
        return out
