"""The shell of strands that runs from a pole on the head to the hairline, and hangs on from there."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from synthgen.characters.head import Head
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.meshes.geometry import nearest
from synthgen.meshes.noise import Noise

_COLUMNS, _ROWS = 88, 26
HANGS_FROM = _ROWS - 6
"""Row of the sheet from which long strands hang."""


def pole_axes(data: dict[str, Any]) -> np.ndarray:
    """(3, 3) rows: two axes across the pole and the pole itself, where the strands start."""
    pole = np.array(data["pole"], float)
    pole /= np.linalg.norm(pole)
    across = np.array([0.0, 1.0, 0.0])
    forward = np.cross(across, pole)
    return np.stack([forward, across, pole])


def shell(
    data: dict[str, Any], head: Head, body: RestBody, marks: Landmarks, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sheet of strands: a grid (R, C + 1, 3) of vertices, faces (M, 3), uvs (R · (C + 1), 2)."""
    unit = head.unit
    phi = 2 * np.pi * np.arange(_COLUMNS + 1) / _COLUMNS
    frame = pole_axes(data)

    def towards(theta: np.ndarray) -> np.ndarray:
        local = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
        out: np.ndarray = local @ frame
        return out

    # How far each strand runs over the skull: until it crosses the hairline.
    steps = np.linspace(0.05, 2.75, 48)
    far = np.stack([towards(np.full_like(phi, t)) for t in steps])
    above = head.line(head.centre + far * head.reach(far)[..., None])
    last = np.clip(np.argmax(above <= 0, axis=0), 1, len(steps) - 1)
    column = np.arange(len(phi))
    before, after = above[last - 1, column], above[last, column]
    end = steps[last - 1] + (steps[1] - steps[0]) * np.clip(before / np.maximum(before - after, 1e-9), 0, 1)
    end = np.where((above > 0).all(axis=0), steps[-1], end)
    end = ndimage.gaussian_filter1d(end[:-1], 0.7, mode="wrap")
    end = np.append(end, end[0])

    share = np.linspace(0, 1, _ROWS)[:, None] ** 0.9
    direction = np.stack([towards(s * end) for s in share[:, 0]])
    skull = head.centre + direction * head.reach(direction)[..., None]
    noise = Noise(seed, "hair/clumps", period=64, dims=2)
    clump = noise(np.stack(np.broadcast_arrays(phi * 20 / np.pi, share * 2.2), axis=-1), 1.0)
    up = np.clip((skull[..., 2] - head.eyes_z) / (head.top - head.eyes_z), 0, 1)
    thick = data["side"] + (data["top"] - data["side"]) * up**1.5
    thick = thick * unit * (1 + data["clumps"] * (clump - 0.5))
    taper = np.sqrt(np.clip(1 - share ** data["taper"], 0, 1))
    lift = 0.0012 * unit + thick * taper
    points = skull + direction * lift[..., None]
    if "length" in data:
        points = _hang(points, thick, data, head, body, marks, noise)
    points[:, -1] = points[:, 0]
    rows = len(points)
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=-1).mean(axis=1))])
    uvs = np.stack(np.broadcast_arrays(phi / (2 * np.pi) * 3, (run / 0.25)[:, None]), axis=-1)
    i, k = np.meshgrid(np.arange(rows - 1), np.arange(_COLUMNS), indexing="ij")
    a = (i * (_COLUMNS + 1) + k).ravel()
    b, c, d = a + 1, a + _COLUMNS + 2, a + _COLUMNS + 1
    faces = np.concatenate([np.stack([a, c, b], axis=1), np.stack([a, d, c], axis=1)])
    return points, faces, uvs.reshape(-1, 2)


def _hang(
    points: np.ndarray,
    thick: np.ndarray,
    data: dict[str, Any],
    head: Head,
    body: RestBody,
    marks: Landmarks,
    noise: Noise,
) -> np.ndarray:
    """Strands of the sides and the back go on downwards, outside ears, neck and shoulders."""
    unit = head.unit
    d = points[-1] - head.centre
    azimuth = np.abs(np.arctan2(d[:, 1], d[:, 0]))
    hanging = np.clip((azimuth - 0.95) / 0.22, 0, 1)
    ragged = 1 + 0.10 * (
        noise(np.stack([np.arange(len(azimuth)) * 0.9, np.full(len(azimuth), 9.0)], axis=-1), 1.0) - 0.5
    )
    bottom = head.eyes_z - data["length"] * unit * ragged
    # Over the ears the sheet stands off: strands leave the skull where it is widest and fall from there.
    leave = head.eyes_z + 0.25 * (head.top - head.eyes_z)
    rows = []
    wide = points.copy()
    below = hanging[None] * (points[..., 2] < leave)
    flat = np.stack([np.cos(np.arctan2(d[:, 1], d[:, 0])), np.sin(np.arctan2(d[:, 1], d[:, 0])), 0 * azimuth], axis=-1)
    level = np.argmin(np.abs(points[..., 2] - leave), axis=0)
    girdle = points[level, np.arange(points.shape[1])]
    outward = np.linalg.norm(girdle[:, :2] - head.centre[:2], axis=1) + 0.010 * unit
    for r in range(len(points)):
        target = head.centre + flat * outward[:, None]
        target[:, 2] = points[r, :, 2]
        wide[r] = np.where(
            below[r][:, None] > 0, (1 - below[r])[:, None] * points[r] + below[r][:, None] * target, points[r]
        )
    start = wide[-1]
    for t in np.linspace(0, 1, 17)[1:]:
        row = start.copy()
        drop = hanging * np.maximum(start[:, 2] - bottom, 0) * t
        row[:, 2] -= drop
        inward = 0.10 * drop + 0.02 * unit * hanging * t**3
        row[:, :2] -= flat[:, :2] * inward[:, None]
        rows.append(row)
    out = np.concatenate([wide, rows])
    first = int(0.3 * len(points))
    out[first:] = ndimage.gaussian_filter1d(out[first:], 2.2, axis=0, mode="nearest")
    return outside(out, body, marks, 0.010 * unit, from_row=len(points) // 2)


def outside(points: np.ndarray, body: RestBody, marks: Landmarks, gap: float, from_row: int) -> np.ndarray:
    """Pushes points out of neck, ears and shoulders until they keep a distance of ``gap`` metres, then evens them."""
    near_head = np.flatnonzero(body.vertices[:, 2] > marks.joint["spine02"][2])
    v, n = body.vertices[near_head], marks.normals[near_head]
    out = points.copy()
    low = out[from_row:].reshape(-1, 3)
    shape = out[from_row:].shape
    for _ in range(4):
        at = nearest(low, v)
        depth = np.einsum("ij,ij->i", low - v[at], n[at])
        low = low + np.maximum(gap - depth, 0)[:, None] * n[at] * (np.linalg.norm(low - v[at], axis=1) < 0.12)[:, None]
        grid = low.reshape(shape)
        grid[1:-1] = 0.5 * grid[1:-1] + 0.25 * (grid[:-2] + grid[2:])
        low = grid.reshape(-1, 3)
    out[from_row:] = low.reshape(shape)
    return out
