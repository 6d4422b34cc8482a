"""Trees and bushes: a few shapes of leaves, branches and trunks, that rooms outdoors put about."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synthgen.core.seeding import stream
from synthgen.core.vectors import unit
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.normals import with_normals
from synthgen.meshes.shapes import merged, moved, stretched, tube

SHAPES = 8
"""Trees and bushes that there are, of each."""

_GREENS = ((0.21, 0.33, 0.10), (0.28, 0.37, 0.13), (0.17, 0.28, 0.12), (0.34, 0.38, 0.15))
_BARK = Material(colour=(0.25, 0.19, 0.14), roughness=1.0)


def tree(which: int, spot: tuple[float, float], height: float, turn: float, green: int) -> list[MeshPart]:
    """A broad-leaved tree of a height (metres) at a spot."""
    return _planted(_tree(which % SHAPES), spot, height, turn, green)


def bush(which: int, spot: tuple[float, float], height: float, turn: float, green: int) -> list[MeshPart]:
    """A bush of a height (metres) at a spot."""
    return _planted(_bush(which % SHAPES), spot, height, turn, green)


def _planted(
    shape: list[MeshPart], spot: tuple[float, float], height: float, turn: float, green: int
) -> list[MeshPart]:
    c, s = np.cos(turn), np.sin(turn)
    matrix = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    leaves = Material(colour=_GREENS[green % len(_GREENS)], roughness=0.9, double_sided=True)
    out = []
    for part in shape:
        placed = moved(stretched(part, np.full(3, height)), matrix, (*spot, 0.0))
        material = leaves if part.name == "leaves" else _BARK
        out.append(MeshPart(part.name, placed.vertices, placed.faces, material, None, normals=placed.normals))
    return out


@lru_cache(maxsize=SHAPES)
def _tree(which: int) -> list[MeshPart]:
    """One unit high: a trunk, some boughs, and clumps of leaves around their ends."""
    rng = stream(which, 0, "tree")
    fork = float(rng.uniform(0.22, 0.36))
    trunk = tube("trunk", [(0, 0, -0.02), (0.01, 0, fork), (0.0, 0.01, 0.75)], [0.032, 0.024, 0.006], _BARK, 7)
    clumps, boughs = [], [trunk]
    for k in range(9):
        turn, rise = 2.4 * k + float(rng.uniform(-0.4, 0.4)), float(rng.uniform(0.0, 1.0))
        reach = float(rng.uniform(0.12, 0.26)) * (1.15 - 0.6 * rise)
        end = np.array([reach * np.cos(turn), reach * np.sin(turn), fork + 0.12 + 0.5 * rise])
        boughs.append(
            tube("trunk", np.array([(0, 0, fork + 0.1 * rise), 0.6 * end + (0, 0, 0.2 * fork), end]), 0.008, _BARK, 5)
        )
        clumps.append((end, float(rng.uniform(0.13, 0.19))))
    clumps.append((np.array([0.0, 0.0, 0.82]), 0.17))
    leaves = _leaves(rng, clumps, 34, 0.062)
    return with_normals([merged("trunk", boughs)]) + [leaves]


@lru_cache(maxsize=SHAPES)
def _bush(which: int) -> list[MeshPart]:
    rng = stream(which, 0, "bush")
    clumps = [
        (np.array([*(rng.uniform(-0.5, 0.5, 2)), float(rng.uniform(0.3, 0.6))]), float(rng.uniform(0.3, 0.42)))
        for _ in range(6)
    ]
    return [_leaves(rng, clumps, 40, 0.14)]


def _leaves(rng: np.random.Generator, clumps: list[tuple[np.ndarray, float]], each: int, size: float) -> MeshPart:
    """Small squares on the outside of balls, lit as the balls would be: their normals point outwards and up."""
    outward = unit(rng.normal(size=(len(clumps), each, 3)) + (0, 0, 0.25))
    middles = np.array([c for c, _ in clumps])[:, None]
    radii = np.array([r for _, r in clumps])[:, None, None]
    at = (middles + outward * radii * (0.7 + 0.35 * rng.random((len(clumps), each, 1)))).reshape(-1, 3)
    at[:, 2] = np.maximum(at[:, 2], 0.5 * size)
    normal = outward.reshape(-1, 3)
    facing = unit(normal + 0.7 * rng.normal(size=normal.shape))
    side = unit(np.cross(facing, rng.normal(size=normal.shape)))
    up = np.cross(facing, side)
    scale = size * (0.6 + 0.8 * rng.random((len(at), 1)))
    corners = [at + scale * (x * side + y * up) for x, y in ((-1, -0.6), (1, -0.5), (0.8, 0.6), (-0.7, 0.5))]
    vertices = np.stack(corners, 1).reshape(-1, 3)
    first = 4 * np.arange(len(at))[:, None]
    faces = np.concatenate([first + (0, 1, 2), first + (0, 2, 3)])
    top = max(float(vertices[:, 2].max()), 1e-6)
    lit = np.repeat(unit(normal + (0, 0, 0.35)), 4, axis=0)
    vertices = vertices / (1.0, 1.0, top) if abs(top - 1) > 1e-9 else vertices
    return MeshPart("leaves", vertices, faces, _BARK, None, normals=lit.astype(np.float32))
