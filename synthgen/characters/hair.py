"""Hair: where it grows, and styles built from strands that run from a pole on the head to the hairline and on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from synthgen.characters.landmarks import Landmarks
from synthgen.characters.masks import at_vertices
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import OutfitSpec
from synthgen.core.errors import InputError
from synthgen.core.skeleton import REGIONS
from synthgen.core.tables import table
from synthgen.meshes.baking import normal_map, to_uint8
from synthgen.meshes.geometry import nearest, sparse_weights
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.noise import Noise
from synthgen.meshes.shapes import tube

_COLUMNS, _ROWS = 88, 26


def _table() -> dict[str, dict[str, Any]]:
    return table("characters/data/hair.yaml")


def hair_styles() -> tuple[str, ...]:
    """Names of the styles that can be built."""
    return tuple(_table())


def style_data(style: str) -> dict[str, Any]:
    """One entry of ``data/hair.yaml``.

    Raises:
        InputError: there is no such style.
    """
    if style not in _table():
        raise InputError("unknown hair style", expected=", ".join(_table()), got=repr(style))
    return _table()[style]


@dataclass(frozen=True)
class Head:
    """What hair needs to know of a head. Character frame, metres.

    Attributes:
        centre: (3,) middle of the skull; eyes_z, top, ear_top: heights.
        ear_front, ear_back: azimuths (radians from straight ahead) between which the ears stand.
        planes: (P, 4) the skull's convex hull, outward normals and offsets.
        unit: scale of lengths.
    """

    centre: np.ndarray
    eyes_z: float
    top: float
    ear_top: float
    ear_front: float
    ear_back: float
    planes: np.ndarray
    unit: float

    def line(self, points: np.ndarray) -> np.ndarray:
        """(…) metres above (> 0) or below the hairline, for points on the head."""
        d = points - self.centre
        azimuth = np.abs(np.arctan2(d[..., 1], d[..., 0]))
        height = self.top - self.eyes_z
        ear = (self.ear_top - self.eyes_z) / height + 0.02
        at = [0.0, 0.45, 0.75, self.ear_front - 0.30, self.ear_front - 0.20, self.ear_front - 0.04,
              self.ear_front + 0.06, self.ear_back - 0.05, self.ear_back + 0.18, 2.6, np.pi]  # fmt: skip
        level = [0.70, 0.69, 0.60, 0.28, 0.0, -0.02, ear, ear, -0.25, -0.55, -0.58]
        out: np.ndarray = points[..., 2] - (self.eyes_z + height * np.interp(azimuth, at, level))
        return out

    def reach(self, directions: np.ndarray) -> np.ndarray:
        """(…) distance from the centre to the skull's hull along unit directions (…, 3)."""
        speed = directions @ self.planes[:, :3].T
        room = -(self.planes[:, :3] @ self.centre + self.planes[:, 3])
        out: np.ndarray = np.where(speed > 1e-6, room / np.maximum(speed, 1e-6), np.inf).min(axis=-1)
        return out


def measure_head(body: RestBody, marks: Landmarks) -> Head:
    """Measures the skull, the eyes and the ears of a rest body."""
    v = body.vertices
    eyes = 0.5 * (marks.joint["eye.L"] + marks.joint["eye.R"])
    ears = at_vertices("ears", body.faces, body.uvs, len(v)) > 0.5
    skull = (marks.head > 0.5) & ~ears
    top, back = v[skull, 2].max(), v[skull, 0].min()
    centre = np.array([0.5 * (eyes[0] + back) + 0.01 * marks.unit, 0.0, eyes[2] + 0.30 * (top - eyes[2])])
    d = v - centre
    azimuth = np.abs(np.arctan2(d[:, 1], d[:, 0]))
    shell = skull & (v[:, 2] > eyes[2] - 0.55 * (top - eyes[2])) & (v[:, 0] < eyes[0] + 0.03 * marks.unit)
    front, back_edge = np.quantile(azimuth[ears], [0.03, 0.90])
    return Head(
        centre, float(eyes[2]), float(top), float(v[ears, 2].max()), float(front), float(back_edge),
        ConvexHull(v[shell]).equations, marks.unit,
    )  # fmt: skip


def scalp_cover(body: RestBody, marks: Landmarks, style: str) -> np.ndarray:
    """(V,) 0…1: how much hair colours the skin of each vertex."""
    strength = float(style_data(style)["scalp"])
    if strength == 0:
        return np.zeros(len(body.vertices))
    head = measure_head(body, marks)
    ears = at_vertices("ears", body.faces, body.uvs, len(body.vertices)) > 0.25
    grown = np.clip(head.line(body.vertices) / (0.012 * marks.unit) + 0.15, 0, 1)
    return strength * np.where((marks.head > 0.2) & ~ears, grown, 0)


def build_hair(body: RestBody, marks: Landmarks, outfit: OutfitSpec) -> list[MeshPart]:
    """The meshes of a hair style (none for bald and buzz), part name ``hair``.

    Args:
        body: rest body; marks: its landmarks.
        outfit: style, colour and texture seed.
    """
    data = style_data(outfit.hair)
    if "pole" not in data:
        return []
    head = measure_head(body, marks)
    vertices, faces, uvs = _shell(data, head, body, marks, outfit.texture_seed)
    material = strand_material(outfit.hair_colour, outfit.texture_seed)
    parts = [_carried("hair", vertices, faces, uvs, material, body, marks)]
    for name in ("tail", "bun"):
        if name in data:
            extra = _tail(data, head, body, marks, material) if name == "tail" else _bun(data, head, material)
            parts += [_carried(p.name, p.vertices, p.faces, p.uvs, p.material, body, marks, stiff=True) for p in extra]
    return parts


def _pole(data: dict[str, Any]) -> np.ndarray:
    """(3, 3) rows: two axes across the pole and the pole itself, where the strands start."""
    pole = np.array(data["pole"], float)
    pole /= np.linalg.norm(pole)
    across = np.array([0.0, 1.0, 0.0])
    forward = np.cross(across, pole)
    return np.stack([forward, across, pole])


def _shell(
    data: dict[str, Any], head: Head, body: RestBody, marks: Landmarks, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sheet of strands: vertices (N, 3), faces (M, 3), uvs (N, 2)."""
    unit = head.unit
    phi = 2 * np.pi * np.arange(_COLUMNS + 1) / _COLUMNS
    frame = _pole(data)

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
    return points.reshape(-1, 3), faces, uvs.reshape(-1, 2)


def _hang(
    points: np.ndarray, thick: np.ndarray, data: dict[str, Any], head: Head, body: RestBody, marks: Landmarks,
    noise: Noise,
) -> np.ndarray:  # fmt: skip
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
    return _outside(out, body, marks, 0.010 * unit, from_row=len(points) // 2)


def _outside(points: np.ndarray, body: RestBody, marks: Landmarks, gap: float, from_row: int) -> np.ndarray:
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


def _tail(data: dict[str, Any], head: Head, body: RestBody, marks: Landmarks, material: Material) -> list[MeshPart]:
    """A pony tail with its elastic."""
    unit, frame = head.unit, _pole(data)
    root = head.centre + frame[2] * (head.reach(frame[2][None])[0] + 0.004 * unit)
    length = data["tail"] * unit
    t = np.linspace(0, 1, 14)
    out = frame[2] * 0.045 * unit
    curve = root + np.outer(1 - (1 - np.minimum(t * 3, 1)) ** 2, out) + np.outer(t**1.6 * length, [0.0, 0, -1.0])
    curve[:, 0] -= 0.02 * unit * np.sin(np.pi * t)
    curve = _outside(curve[:, None], body, marks, 0.022 * unit, from_row=3)[:, 0]
    radius = 0.026 * unit * np.sin(np.pi * (0.16 + 0.80 * t)) ** 0.8
    tail = tube("hair_tail", curve, radius, material, 14)
    elastic = tube(
        "hair_band", [root - 0.002 * frame[2], root + 0.014 * frame[2]], 0.0165 * unit, Material((0.1, 0.1, 0.12)), 14
    )
    return [tail, elastic]


def _bun(data: dict[str, Any], head: Head, material: Material) -> list[MeshPart]:
    """A wound knot."""
    unit, frame = head.unit, _pole(data)
    radius = data["bun"] * unit
    root = head.centre + frame[2] * (head.reach(frame[2][None])[0] + 0.55 * radius)
    turns = np.linspace(0, 2 * np.pi * 2.6, 60)
    shrink = np.linspace(1, 0.18, 60)
    rise = np.linspace(-0.25, 0.55, 60) * radius
    coil = root + (np.cos(turns) * shrink * radius * 0.55)[:, None] * frame[0]
    coil = coil + (np.sin(turns) * shrink * radius * 0.55)[:, None] * frame[1] + rise[:, None] * frame[2]
    return [tube("hair_bun", coil, radius * 0.46, material, 12)]


def _carried(
    name: str, vertices: np.ndarray, faces: np.ndarray, uvs: np.ndarray | None, material: Material, body: RestBody,
    marks: Landmarks, stiff: bool = False,
) -> MeshPart:  # fmt: skip
    """Hangs hair on the head; what lies below the neck's middle follows the body under it."""
    weights = np.zeros((len(vertices), len(body.bone_names)))
    weights[:, body.bone_names.index("head")] = 1.0
    if not stiff:
        j = marks.joint
        share = np.clip((j["neck03"][2] - vertices[:, 2]) / (j["neck03"][2] - j["neck01"][2]), 0, 1)[:, None] * 0.85
        weights = (1 - share) * weights + share * marks.weights[nearest(vertices, body.vertices)]
    indices, values = sparse_weights(weights)
    regions = np.full(len(vertices), REGIONS.index("head"))
    return MeshPart(name, vertices, faces, material, uvs, indices, values, regions)


def strand_material(colour: tuple[float, float, float], seed: int) -> Material:
    """Strands along v: fine lines across u that change slowly along their length."""
    size = 256
    y, x = np.meshgrid(np.arange(size) / size, np.arange(size) / size, indexing="ij")
    coarse = Noise(seed, "hair/locks", period=64, dims=2)(np.stack([y * 3 + 0.4 * np.sin(9 * x), x * 64], axis=-1), 1.0)
    fine = Noise(seed, "hair/strands", period=256, dims=2)(np.stack([y * 6, x * 256], axis=-1), 1.0)
    light = 0.62 + 0.42 * coarse + 0.34 * fine
    tint = np.array(colour) + 0.025
    return Material(
        texture=to_uint8(tint * light[..., None]),
        normal_map=normal_map(0.0010 * coarse + 0.0004 * fine, 0.001),
        roughness=0.55,
        double_sided=True,
    )
