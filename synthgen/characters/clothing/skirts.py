"""Skirts: a sheet round both legs, as wide as what it falls from, with folds that grow downwards; open behind or not.

A skirt hangs from the hips to the knees at most: its sides follow the thighs, its middle what lies between them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from synthgen.characters.clothing.garment import Garment
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.core.vectors import unit

_ROUND, _DOWN = 56, 22
_SLICE = 0.018
"""Metres above and below a row in which the body counts."""


def build_skirt(kind: str, data: dict[str, Any], body: RestBody, marks: Landmarks, under: np.ndarray) -> Garment:
    """A skirt (``data/garments.yaml``, ``shape: skirt``).

    Args:
        kind: its name; data: its entry; body: rest body; marks: its landmarks.
        under: (V,) metres that the layers below stand off the body.
    """
    j = marks.joint
    hip = 0.5 * (j["upperleg01.L"][2] + j["upperleg01.R"][2])
    top = hip + data["waist"] * (j["neck01"][2] - hip)
    bottom = hip - data["leg"] * (hip - j["lowerleg01.L"][2])
    z = np.linspace(top, bottom, _DOWN + 1)
    inside = (marks.arm < 0.4) & (body.vertices[:, 2] < top + 0.05) & (body.vertices[:, 2] > bottom - 0.05)
    flesh = body.vertices[inside] + marks.normals[inside] * under[inside, None]
    grid = _grid(data, flesh, z, marks.unit)
    places, faces, uvs = _mesh(grid, closed="open" not in data)
    rows = np.flatnonzero(inside)[cKDTree(body.vertices[inside]).query(places)[1]]
    away = places - body.vertices[rows]
    gap = np.linalg.norm(away, axis=1)
    field = np.where(marks.arm < 0.4, np.minimum(top - body.vertices[:, 2], body.vertices[:, 2] - bottom), -1.0)
    height = under.copy()
    height[inside] = np.where(field[inside] > 0, _off(places, faces, body.vertices[inside]), under[inside])
    count = len(places)
    down = np.repeat(top - z, _ROUND + 1)
    left = np.tile(np.arange(_ROUND + 1) * 2 * np.pi / _ROUND, _DOWN + 1) * 0.1
    slit = np.minimum(left, left[_ROUND] - left) if data.get("open") else np.ones(count)
    return Garment(
        kind=kind,
        vertices=places,
        faces=faces,
        uvs=uvs,
        skin=body.vertices[rows],
        rows=rows,
        weights=_weights(body, marks, places, rows, hip),
        regions=body.regions[rows],
        limbs=np.zeros((count, 2)),
        edge=np.minimum(np.minimum(down[-1] - down, down + 0.05), slit),
        on_body=field,
        height=height,
        # Between the legs nothing holds the cloth off.
        least=np.where(gap < 0.05, np.minimum(gap, under[rows] + data["thickness"] + 0.002), -1.0),
        normals=unit(away),
        skin_indices=body.skin_indices[rows],
        skin_weights=body.skin_weights[rows],
        base=np.arange(count),
        first_rim=count,
    )


def _grid(data: dict[str, Any], flesh: np.ndarray, z: np.ndarray, scale: float) -> np.ndarray:
    """(rows, columns + 1, 3) points from the back round by the left to the back."""
    phi = np.pi + 2 * np.pi * np.arange(_ROUND + 1) / _ROUND
    way = np.stack([np.cos(phi), np.sin(phi)], axis=1)
    centre = np.array([flesh[:, 0].mean(), 0.0])
    reach = np.zeros((len(z), _ROUND + 1))
    for k, level in enumerate(z):
        near = flesh[np.abs(flesh[:, 2] - level) < _SLICE * 1.5]
        if len(near):
            reach[k] = ((near[:, :2] - centre) @ way.T).max(axis=0)
    step = z[0] - z[1]
    for k in range(1, len(z)):
        # Cloth falls from what stands out above it, and moves in but slowly.
        reach[k] = np.maximum(reach[k], reach[k - 1] - data["drape"] * step)
    reach = ndimage.gaussian_filter(reach[:, :-1], (1.0, 1.0), mode=("nearest", "wrap"))
    reach = np.concatenate([reach, reach[:, :1]], axis=1)
    down = ((z[0] - z) / (z[0] - z[-1]))[:, None]
    loose = (data["thickness"] + 0.004 + data["flare"] * down) * scale
    folds = data["folds"] * scale * down * (np.sin(9 * phi + 0.6) + 0.6 * np.sin(14 * phi + 2.0) + 0.8)
    radius = reach + loose + np.maximum(folds, -0.5 * loose)
    if data.get("open"):
        # The edges of the opening fall apart, the wider the lower.
        half = data["open"] * scale * (1 + down)
        apart = np.clip(1 - np.minimum(phi - np.pi, 3 * np.pi - phi) / 1.2, 0, 1)
        turn = np.where(phi < 2 * np.pi, 1, -1) * apart * half / np.maximum(radius, 0.05)
        way = np.stack([np.cos(phi + turn), np.sin(phi + turn)], axis=-1)
    xy = centre + radius[..., None] * way
    return np.concatenate([xy, np.broadcast_to(z[:, None, None], (*radius.shape, 1))], axis=-1)


def _mesh(grid: np.ndarray, closed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (N, 3), faces (M, 3) turned outwards and uvs (M, 3, 2) of a grid; the last column is the first again.

    Args:
        grid: (rows, columns, 3).
        closed: whether the last column is sewn to the first.
    """
    rows, columns = grid.shape[:2]
    i, k = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    a = (i * columns + k).ravel()
    b, c, d = a + 1, a + columns + 1, a + columns
    faces = np.concatenate([np.stack([a, c, b], axis=1), np.stack([a, d, c], axis=1)])
    v, u = np.meshgrid(np.arange(rows) / (rows - 1), np.arange(columns) / (columns - 1), indexing="ij")
    uv = 0.01 + 0.98 * np.stack([u, v], axis=-1).reshape(-1, 2)
    sewn = np.arange(rows * columns)
    if closed:
        sewn[columns - 1 :: columns] = sewn[::columns]
    return grid.reshape(-1, 3), sewn[faces], uv[faces]


def _weights(body: RestBody, marks: Landmarks, places: np.ndarray, rows: np.ndarray, hip: float) -> np.ndarray:
    """(N, B) dense weights: of the body above the hips, of the thighs below, both where they meet in the middle."""
    low = np.clip((hip + 0.03 * marks.unit - places[:, 2]) / (0.14 * marks.unit), 0, 1)[:, None]
    side = np.clip(0.5 + places[:, 1] / (0.13 * marks.unit), 0, 1)
    side = side * side * (3 - 2 * side)
    thighs = np.zeros((len(places), len(body.bone_names)))
    # The thigh's second half only twists with the knee: a skirt follows the first.
    thighs[:, body.bone("upperleg01.L")], thighs[:, body.bone("upperleg01.R")] = side, 1 - side
    trunk = marks.weights[rows].copy()
    legs = [n.startswith(("upperleg", "lowerleg")) for n in body.bone_names]
    trunk[:, legs] *= 0.3
    trunk /= trunk.sum(axis=1, keepdims=True)
    out: np.ndarray = (1 - low) * trunk + low * thighs
    return out


def _off(places: np.ndarray, faces: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """(V,) metres from points of the skin to the sheet; at most 0.15."""
    middles = places[faces].mean(axis=1)
    away = np.minimum(cKDTree(places).query(skin)[0], cKDTree(middles).query(skin)[0])
    out: np.ndarray = np.minimum(away, 0.15)
    return out
