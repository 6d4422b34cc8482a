"""How cloth stands off the body: looseness by body part, draping from what stands out, relaxing over hollows."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage, sparse

from synthgen.characters.landmarks import Landmarks
from synthgen.meshes.geometry import smooth


def looseness(data: dict[str, Any], depth: np.ndarray, places: np.ndarray, unit: float) -> np.ndarray:
    """(N,) metres that the cloth stands off beyond its thickness, from its parts' looseness."""
    loose, gather = data.get("loose", {}), data.get("gather", {})
    trunk_t, arm_t, leg_t, arm, leg = places.T
    hang = np.clip((0.95 - trunk_t) / 0.6, 0, 1)
    out: np.ndarray = loose.get("trunk", 0.0) * hang * (1 - arm) * (1 - leg)
    out = out + loose.get("arm", 0.0) * np.clip(0.4 + arm_t, 0, 1) * arm
    out = out + loose.get("leg", 0.0) * np.clip(0.25 + 1.2 * leg_t, 0, 1) * leg
    if "waist" in gather:
        top = np.clip((data["waist"] - trunk_t) * 0.55 * unit / gather["waist"], 0, 1)
        out = np.where(leg < 0.5, out * top, out)
    if "hem" in gather:
        low = np.clip((trunk_t - data["hem"]) * 0.55 * unit / gather["hem"], 0.15, 1)
        out = np.where(arm < 0.5, out * low, out)
    for name, share in (("arm", arm), ("leg", leg)):
        if name in gather:
            cuff = np.clip((depth - 0.35 * gather[name]) / gather[name], 0.0, 1.0)
            out = np.where(share > 0.5, out * cuff, out)
    return out * unit


def hang(vertices: np.ndarray, places: np.ndarray, marks: Landmarks, slope: float) -> np.ndarray:
    """Lets cloth on the trunk fall from what stands out above it, moving in by ``slope`` metres per metre at most.

    Works on the distance from the trunk's axis in a table of angle × height.
    """
    rows = np.flatnonzero((places[:, 3] < 0.3) & (places[:, 0] < 0.95))
    if not len(rows):
        return vertices
    v = vertices[rows]
    j = marks.joint
    spine = np.array([j["spine05"], j["spine03"], j["spine02"], j["neck01"]])
    spine = spine[np.argsort(spine[:, 2])]
    axis_x = np.interp(v[:, 2], spine[:, 2], spine[:, 0]) + 0.02 * marks.unit
    xy = np.stack([v[:, 0] - axis_x, v[:, 1]], axis=1)
    radius, angle = np.linalg.norm(xy, axis=1), np.arctan2(xy[:, 1], xy[:, 0])
    bins, step = 48, 0.02
    level = np.clip(((v[:, 2].max() - v[:, 2]) / step).astype(int), 0, None)
    column = ((angle / (2 * np.pi) + 0.5) * bins).astype(int) % bins
    table = np.zeros((level.max() + 1, bins))
    np.maximum.at(table, (level, column), radius)
    for _ in range(2):
        around = 0.5 * (np.roll(table, 1, axis=1) + np.roll(table, -1, axis=1))
        table = np.maximum(table, around)
    for k in range(1, len(table)):
        table[k] = np.maximum(table[k], table[k - 1] - slope * step)
    table = ndimage.gaussian_filter(table, (1.2, 1.2), mode=("nearest", "wrap"))
    where = np.stack([(v[:, 2].max() - v[:, 2]) / step - 0.5, (angle / (2 * np.pi) + 0.5) * bins - 0.5])
    target = ndimage.map_coordinates(
        np.pad(table, ((0, 0), (2, 2)), mode="wrap"), where + [[0], [2]], order=1, mode="nearest"
    )
    below_armpit = np.clip((0.78 - places[rows, 0]) / 0.12, 0, 1) * np.clip((0.3 - places[rows, 3]) / 0.2, 0, 1)
    grow = 1 + below_armpit * np.maximum(target / np.maximum(radius, 1e-6) - 1, 0)
    moved = v.copy()
    moved[:, 0] = axis_x + xy[:, 0] * grow
    moved[:, 1] = xy[:, 1] * grow
    out = vertices.copy()
    out[rows] = moved
    return out


def relax(
    vertices: np.ndarray,
    skin: np.ndarray,
    normals: np.ndarray,
    least: np.ndarray,
    average: sparse.csr_matrix,
    steps: int,
) -> np.ndarray:
    """Tightens cloth over hollows without letting it sink below ``least`` metres above the skin."""
    for _ in range(steps):
        vertices = smooth(vertices, average, 1)
        gap = np.einsum("ij,ij->i", vertices - skin, normals)
        vertices = vertices + np.maximum(least - gap, 0.0)[:, None] * normals
    return vertices
