"""Simple solids as mesh parts: boxes, tubes, turned profiles, sheets. Hard edges have vertices of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from synthgen.core.vectors import unit
from synthgen.meshes.box_pattern import box_pattern
from synthgen.meshes.mesh import Material, MeshPart


def box(
    name: str,
    low: ArrayLike,
    high: ArrayLike,
    material: Material,
    bevel: float = 0.0,
    tile: float = 1.0,
) -> MeshPart:
    """An axis-aligned box between two corners (metres), its edges bevelled; textures repeat every ``tile`` metres."""
    low_, high_ = np.array(low, float), np.array(high, float)
    bevel = min(bevel, 0.45 * float((high_ - low_).min()))
    levels, faces, across = box_pattern(bevel > 0)
    at = np.stack([low_, low_ + bevel, high_ - bevel, high_])
    vertices = at[levels, np.arange(3)]
    uvs = np.take_along_axis(vertices, across, 1) * [1 / tile, -1 / tile]
    return MeshPart(name, vertices, faces, material, uvs)


def sheet(name: str, corner: ArrayLike, u: ArrayLike, v: ArrayLike, material: Material, tile: float = 1.0) -> MeshPart:
    """A rectangle from ``corner`` along ``u`` and ``v`` (metres), facing u × v; textures repeat every ``tile`` m."""
    c, u_, v_ = (np.array(a, float) for a in (corner, u, v))
    vertices = np.array([c, c + u_, c + u_ + v_, c + v_])
    lu, lv = np.linalg.norm(u_) / tile, np.linalg.norm(v_) / tile
    uvs = np.array([[0, lv], [lu, lv], [lu, 0], [0, 0]])
    return MeshPart(name, vertices, np.array([[0, 1, 2], [0, 2, 3]]), material, uvs)


def lathe(
    name: str,
    profile: Sequence[tuple[float, float]],
    material: Material,
    centre: ArrayLike = (0, 0, 0),
    axis: str = "z",
    segments: int = 28,
    crease: float = 40.0,
) -> MeshPart:
    """A profile of (radius, height) turned about an axis through ``centre``, bottom to top.

    Where the profile bends by more than ``crease`` degrees the edge is sharp. Closed at ends of radius 0.
    """
    p = np.array(profile, float)
    rows = [p[0]]
    for k in range(1, len(p)):
        rows.append(p[k])
        if 0 < k < len(p) - 1:
            a, b = p[k] - p[k - 1], p[k + 1] - p[k]
            bend = np.degrees(np.arccos(np.clip(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12), -1, 1)))
            if bend > crease:
                rows.append(p[k])
    ring = np.array(rows)
    phi = 2 * np.pi * np.arange(segments + 1) / segments
    r, h = ring[:, :1], np.repeat(ring[:, 1:], segments + 1, axis=1)
    local = np.stack([r * np.cos(phi), r * np.sin(phi), h], axis=-1)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(ring, axis=0), axis=1))])
    u = np.broadcast_to(phi / (2 * np.pi), h.shape)
    v = np.broadcast_to(-length[:, None], h.shape)
    order = {"z": (0, 1, 2), "x": (2, 0, 1), "y": (1, 2, 0)}[axis]
    vertices = local.reshape(-1, 3)[:, order] + np.array(centre, float)
    faces = _grid_faces(len(ring), segments + 1)
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    faces = faces[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12]
    return MeshPart(name, vertices, faces, material, np.stack([u, v], axis=-1).reshape(-1, 2))


def tube(
    name: str,
    points: ArrayLike,
    radius: ArrayLike,
    material: Material,
    segments: int = 12,
) -> MeshPart:
    """A round tube through points (metres) with closed ends; ``radius`` one number or one per point."""
    p = np.array(points, float)
    r = np.broadcast_to(np.asarray(radius, float), (len(p),))
    tangent = unit(np.gradient(p, axis=0))
    side = np.cross(tangent[0], [0, 0, 1.0])
    if np.linalg.norm(side) < 1e-6:
        side = np.array([1.0, 0, 0])
    sides = []
    for t in tangent:
        side = side - (side @ t) * t
        side = side / np.linalg.norm(side)
        sides.append(side)
    s = np.array(sides)
    other = np.cross(tangent, s)
    phi = 2 * np.pi * np.arange(segments + 1) / segments
    body = p[:, None] + r[:, None, None] * (np.cos(phi)[:, None] * s[:, None] + np.sin(phi)[:, None] * other[:, None])
    caps = [np.broadcast_to(p[k], body[0].shape) for k in (0, -1)]
    rings = np.concatenate([caps[0][None], body[:1], body, body[-1:], caps[1][None]])
    vertices = rings.reshape(-1, 3)
    faces = _grid_faces(len(rings), segments + 1)
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    faces = faces[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-14]
    u = np.broadcast_to(phi / (2 * np.pi), (len(rings), segments + 1))
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(rings[:, 0], axis=0), axis=1))])
    v = np.broadcast_to(run[:, None], u.shape)
    return MeshPart(name, vertices, faces, material, np.stack([u, v], axis=-1).reshape(-1, 2))


def _grid_faces(rows: int, columns: int) -> np.ndarray:
    """Two triangles per cell of a grid whose columns run around counter-clockwise and whose rows run upwards."""
    i, k = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    a = (i * columns + k).ravel()
    b, c, d = a + 1, a + columns + 1, a + columns
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def ball(name: str, radius: float, material: Material, centre: ArrayLike, segments: int = 32) -> MeshPart:
    """A sphere."""
    theta = np.pi * np.arange(segments // 2 + 1) / (segments // 2)
    profile = [(radius * max(np.sin(t), 0.0), -radius * np.cos(t)) for t in theta]
    profile[0], profile[-1] = (0.0, -radius), (0.0, radius)
    return lathe(name, profile, material, centre, segments=segments)


def moved(part: MeshPart, matrix: np.ndarray | None = None, shift: ArrayLike = (0, 0, 0)) -> MeshPart:
    """A part turned by a (3, 3) rotation, then shifted."""
    rotation = np.eye(3) if matrix is None else matrix
    normals = None if part.normals is None else part.normals @ rotation.T
    return replace(part, vertices=part.vertices @ rotation.T + np.array(shift, float), normals=normals)


def stretched(part: MeshPart, factors: np.ndarray) -> MeshPart:
    """A part stretched about the origin by three factors, along X, Y and Z; its normals lean the other way."""
    normals = None if part.normals is None else unit(part.normals / factors).astype(part.normals.dtype)
    return replace(part, vertices=part.vertices * factors, normals=normals)


def fit(parts: Sequence[MeshPart], size: ArrayLike) -> list[MeshPart]:
    """Scales parts so that their common bounding box has ``size``, stands on z = 0 and is centred on the origin."""
    points = np.concatenate([p.vertices for p in parts])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = np.array(size, float) / np.maximum(high - low, 1e-9)
    foot = np.array([0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), low[2]])
    return [stretched(moved(p, shift=-foot), scale) for p in parts]


def merged(name: str, parts: Sequence[MeshPart]) -> MeshPart:
    """Several rigid parts of one material as one."""
    offsets = np.cumsum([0] + [len(p.vertices) for p in parts[:-1]])
    return MeshPart(
        name,
        np.concatenate([p.vertices for p in parts]),
        np.concatenate([p.faces + o for p, o in zip(parts, offsets, strict=True)]),
        parts[0].material,
        np.concatenate([p.uvs if p.uvs is not None else np.zeros((len(p.vertices), 2)) for p in parts]),
    )
