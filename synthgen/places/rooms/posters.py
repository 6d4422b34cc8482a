"""Posters: framed boards with plain graphics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.core.plain import Colour
from synthgen.meshes.baking import to_uint8
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, sheet

_PIXELS = 96


def posters(run: float, rng: np.random.Generator, accent: Colour, skip: float = 0.25) -> list[MeshPart]:
    """Framed boards along a wall of length ``run`` (local X); a share ``skip`` of them is missing."""
    parts: list[MeshPart] = []
    count = max(1, int(run / 2.6))
    for k in range(count):
        w, h = float(rng.uniform(0.5, 0.9)), float(rng.uniform(0.6, 1.1))
        image = _graphic(rng, accent)
        if rng.random() < skip:
            continue
        cx = (k + 0.5) / count * run - run / 2
        z = 1.25
        parts.append(
            box("poster_frame", (cx - w / 2, 0, z), (cx + w / 2, 0.02, z + h), Material(colour=(0.1, 0.1, 0.1)))
        )
        picture = sheet("poster", (cx + w / 2 - 0.02, 0.022, z + 0.02), (-w + 0.04, 0, 0), (0, 0, h - 0.04), image)
        parts.append(replace(picture, uvs=np.array([[0, 1], [1, 1], [1, 0], [0, 0]], float)))
    return parts


def _graphic(rng: np.random.Generator, accent: Colour) -> Material:
    """A poster: a ground, a disc or bars, lines where text would be."""
    at = np.arange(_PIXELS) / _PIXELS
    ground = np.array([[0.93, 0.92, 0.88], [0.16, 0.18, 0.22], accent][int(rng.integers(3))], float)
    ink = np.array(accent if ground.mean() > 0.6 or ground.mean() < 0.3 else (0.95, 0.95, 0.95))
    image = np.empty((_PIXELS, _PIXELS, 3), np.uint8)
    image[:] = to_uint8(ground)
    if rng.random() < 0.5:
        cx, cy, r = rng.uniform(0.35, 0.65), rng.uniform(0.3, 0.5), rng.uniform(0.15, 0.28)
        image[(at - cx) ** 2 + (at[:, None] - cy) ** 2 < r**2] = to_uint8(ink)
    else:
        for c in rng.uniform(0.15, 0.85, 4):
            _fill(image, (at > rng.uniform(0.15, 0.5)) & (at < 0.62), np.abs(at - c) < 0.05, ink)
    for line in np.arange(0.70, 0.92, 0.06):
        _fill(image, np.abs(at - line) < 0.012, (at > 0.15) & (at < rng.uniform(0.5, 0.85)), 0.5 * (ground + ink))
    return Material(texture=image, roughness=0.5)


def _fill(image: np.ndarray, rows: np.ndarray, columns: np.ndarray, colour: np.ndarray) -> None:
    """Paints a rectangle of neighbouring rows and columns."""
    down, along = np.flatnonzero(rows), np.flatnonzero(columns)
    if len(down) and len(along):
        image[down[0] : down[-1] + 1, along[0] : along[-1] + 1] = to_uint8(colour)
