"""Shoes: a smooth hull around the foot with a visible sole that stands exactly on the foot's own ground.

The bare foot's lowest plane stays the shoe's lowest plane, so that a character stands the same with and without
shoes: the sole takes its thickness from the inside (the foot inside is not drawn).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import ConvexHull

from synthgen.characters.clothing.garment import Garment
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.core.vectors import unit
from synthgen.meshes.geometry import cut, nearest

_ROUND, _ALONG = 40, 26


def build_shoes(kind: str, data: dict[str, Any], body: RestBody, marks: Landmarks, under: np.ndarray) -> Garment:
    """Both shoes of a body, as one garment (``data/garments.yaml``, ``shape: shoe``).

    Args:
        kind: their name; data: their entry; body: rest body; marks: its landmarks.
        under: (V,) metres that socks stand off the body.
    """
    sides = [_shoe(data, body, marks, under, side) for side in "LR"]
    counts = [len(s["vertices"]) for s in sides]
    faces = np.concatenate([sides[0]["faces"], sides[1]["faces"] + counts[0]])
    uvs = np.concatenate([sides[0]["uvs"] * [0.5, 1], sides[1]["uvs"] * [0.5, 1] + [0.5, 0]])
    both = {k: np.concatenate([s[k] for s in sides]) for k in ("vertices", "skin", "weights", "regions", "rows")}
    top = data["collar"] * marks.unit
    field = np.where(marks.leg > 0.5, top - body.vertices[:, 2], -1.0)
    height = np.where(field > 0, data["thickness"] + 0.002, 0.0)
    count = len(both["vertices"])
    return Garment(
        kind=kind,
        faces=faces,
        uvs=uvs,
        limbs=np.zeros((count, 2)),
        edge=np.ones(count),
        on_body=field,
        height=height,
        least=np.zeros(count),
        normals=np.zeros((count, 3)),
        skin_indices=np.zeros((count, 1), int),
        skin_weights=np.ones((count, 1)),
        base=np.arange(count),
        first_rim=count,
        **both,
    )


def _shoe(
    data: dict[str, Any], body: RestBody, marks: Landmarks, under: np.ndarray, side: str
) -> dict[str, np.ndarray]:
    unit = marks.unit
    own = (marks.leg > 0.5) & (marks.left == (side == "L"))
    ground = body.vertices[own, 2].min()
    top = ground + data["collar"] * unit
    inside = own & (body.vertices[:, 2] < top + 0.004 * unit)
    foot = body.vertices[inside]
    dressed = foot + marks.normals[inside] * under[inside, None]
    grid, faces, uvs = _hull_grid(dressed, data["thickness"] * unit)
    vertices = _collar(_sole(grid, ground, data["sole"] * unit, data["ledge"] * unit), top, data["ease"] * unit)
    axis_x = foot[:, 0].min() + 0.30 * np.ptp(foot[:, 0])
    # The collar rises towards the tongue in front and a little at the heel.
    field = top - 0.004 * unit - vertices[:, 2] + 0.10 * np.clip(vertices[:, 0] - axis_x, -0.03, 0.05)
    piece = cut(faces, field)
    carrier = nearest(piece.carry(vertices), body.vertices[own])
    rows = np.flatnonzero(own)[carrier]
    return {
        "vertices": piece.carry(vertices),
        "faces": piece.faces,
        "uvs": piece.carry_corners(uvs),
        "skin": piece.carry(vertices),
        "weights": _shoe_weights(body, marks, side, piece.carry(vertices)),
        "regions": body.regions[rows],
        "rows": rows,
    }


def _hull_grid(points: np.ndarray, offset: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A grid around the convex hull of points: vertices (N, 3), faces (M, 3), uvs (M, 3, 2).

    Directions run from the hull's middle, stretched with it; the poles lie at the heel and at the toes.
    """
    hull = ConvexHull(points)
    low, high = points.min(axis=0), points.max(axis=0)
    centre, half = 0.5 * (low + high), 0.5 * (high - low)
    centre[2] = low[2] + 0.45 * (high[2] - low[2])
    theta = np.pi * (np.arange(_ALONG + 1) / _ALONG)
    phi = 2 * np.pi * np.arange(_ROUND + 1) / _ROUND
    t, p = np.meshgrid(theta, phi, indexing="ij")
    direction = np.stack([-np.cos(t), np.sin(t) * np.sin(p), np.sin(t) * np.cos(p)], axis=-1) * half
    normal, distance = hull.equations[:, :3], hull.equations[:, 3]
    speed = direction.reshape(-1, 3) @ normal.T
    reach = -(normal @ centre + distance) + offset
    steps = np.where(speed > 1e-9, reach / np.maximum(speed, 1e-9), np.inf).min(axis=1)
    vertices = (centre + direction.reshape(-1, 3) * steps[:, None]).reshape(*t.shape, 3)
    ring = vertices[:, :-1]
    for _ in range(3):
        # The toes' facets would show; the ring's ends meet, the poles stay.
        ring = 0.5 * ring + 0.25 * (np.roll(ring, 1, axis=1) + np.roll(ring, -1, axis=1))
        ring[1:-1] = 0.5 * ring[1:-1] + 0.25 * (ring[:-2] + ring[2:])
    vertices = np.concatenate([ring, ring[:, :1]], axis=1).reshape(-1, 3)
    i, k = np.meshgrid(np.arange(_ALONG), np.arange(_ROUND), indexing="ij")
    a = (i * (_ROUND + 1) + k).ravel()
    b, c, d = a + 1, a + _ROUND + 2, a + _ROUND + 1
    faces = np.concatenate([np.stack([a, c, b], axis=1), np.stack([a, d, c], axis=1)])
    uv = np.stack([0.02 + 0.96 * p / (2 * np.pi), 0.02 + 0.96 * t / np.pi], axis=-1).reshape(-1, 2)
    return vertices, faces, uv[faces]


def _sole(vertices: np.ndarray, ground: float, height: float, ledge: float) -> np.ndarray:
    """Flattens the bottom onto the ground and lets the sole stand out around the upper."""
    out = vertices.copy()
    out[:, 2] = np.maximum(out[:, 2], ground)
    middle = 0.5 * (out[:, :2].min(axis=0) + out[:, :2].max(axis=0))
    lift = out[:, 2] - ground
    stand = np.clip((height - lift) / (0.25 * height), 0, 1) * np.clip(lift / 0.002, 0.3, 1)
    away = out[:, :2] - middle
    away = unit(away)
    out[:, :2] += away * (ledge * stand)[:, None]
    return out


def _collar(vertices: np.ndarray, top: float, ease: float) -> np.ndarray:
    """Widens the opening by ``ease`` metres, fading over 3 cm below it: a bending ankle must not come through."""
    middle = 0.5 * (vertices[:, :2].min(axis=0) + vertices[:, :2].max(axis=0))
    high = vertices[:, 2] > top - 0.01
    if high.any():
        middle = vertices[high, :2].mean(axis=0)
    away = vertices[:, :2] - middle
    away = unit(away)
    out = vertices.copy()
    out[:, :2] += away * (ease * np.clip((vertices[:, 2] - top + 0.03) / 0.03, 0, 1))[:, None]
    return out


def _shoe_weights(body: RestBody, marks: Landmarks, side: str, vertices: np.ndarray) -> np.ndarray:
    """Stiff over the foot, bending at the toes' joint."""
    out = np.zeros((len(vertices), len(body.bone_names)))
    toe = marks.joint[f"toe2-1.{side}"][0]
    bend = np.clip((vertices[:, 0] - toe) / (0.03 * marks.unit) + 0.5, 0, 1)
    out[:, body.bone_names.index(f"toe2-1.{side}")] = bend
    out[:, body.bone_names.index(f"foot.{side}")] = 1 - bend
    return out
