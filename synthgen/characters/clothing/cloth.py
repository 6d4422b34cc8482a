"""What cloth looks like: patterns, seams, mottling and folds, painted from where the cloth lies on the body."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from synthgen.characters.clothing.garments import Garment
from synthgen.characters.specs import GarmentSpec
from synthgen.core.errors import InputError
from synthgen.meshes.baking import Raster, normal_map, to_uint8
from synthgen.meshes.geometry import vertex_normals
from synthgen.meshes.mesh import Material
from synthgen.meshes.noise import Noise

_EDGE = 0.06
"""Metres from the hem beyond which nothing depends on it."""

_BOTTOMS = ("shorts", "leggings", "joggers", "socks")

_SLANT = np.array([[1.0, 0.0, 0.25], [0.0, 1.0, 0.35], [0.0, 0.0, 1.0]])
"""Shear that lets folds rise to one side."""

PATTERNS = ("plain", "stripes", "blocks", "heather", "panels")


def cloth_material(spec: GarmentSpec, garment: Garment, raster: Raster, wrinkle: float, seed: int) -> Material:
    """Paints a garment.

    Args:
        spec: colours and pattern.
        garment: its geometry.
        raster: which of its faces each texture pixel shows.
        wrinkle: metres, depth of the folds.
        seed: texture seed.

    Raises:
        InputError: unknown pattern.
    """
    if spec.pattern not in PATTERNS:
        raise InputError("unknown pattern", expected=", ".join(PATTERNS), got=repr(spec.pattern))
    faces = garment.faces
    where = raster.paint(faces, garment.vertices)
    place = np.moveaxis(raster.paint(faces, garment.places), -1, 0)
    edge = _to_hem(garment, raster, where)
    normals = raster.paint(faces, vertex_normals(garment.vertices, faces))
    share = _accent(spec, where, normals, place, edge)[..., None]
    colour = (1 - share) * np.array(spec.colour) + share * np.array(spec.accent)
    noise = Noise(seed, f"cloth/{spec.kind}")
    mottle = noise.layered(where, 0.05, 3) - 0.5
    fine = noise(where + 11.0, 0.006) - 0.5
    strength = 0.22 if spec.pattern == "heather" else 0.05
    light = 1 + 0.10 * mottle + strength * fine
    stitched = (np.abs(edge - 0.017) < 0.0022) & (spec.kind not in ("socks", "shoes"))
    light = np.where(stitched, light * 0.80, light)
    # Folds: long soft ridges, mostly across limbs and slanting over the trunk.
    bent = where + 0.05 * (noise(where + 3.0, 0.15)[..., None] - 0.5)
    folds = noise(bent @ _SLANT, np.array([0.17, 0.17, 0.065]))
    folds = 0.75 * folds + 0.25 * noise(bent + 5.0, np.array([0.07, 0.07, 0.035]))
    ridge = 1 - (2 * folds - 1) ** 2
    height = wrinkle * 5.0 * ridge * np.clip(edge / 0.04, 0.15, 1)
    light = light * (1 - 5.0 * wrinkle * (1 - ridge))
    step = np.diff(raster.image(where), axis=1)[raster.inside[:, 1:]]
    pixel = float(np.median(np.linalg.norm(step, axis=-1))) or 0.002
    return Material(
        texture=raster.image(to_uint8(colour * light[..., None])),
        normal_map=normal_map(raster.image(height), max(pixel, 5e-4)),
        roughness=0.85,
        sheen=0.15,
        double_sided=True,
    )


def _to_hem(garment: Garment, raster: Raster, where: np.ndarray) -> np.ndarray:
    """(N,) metres from the painted pixels, which lie at ``where`` (N, 3), to the nearest hem; at most ``_EDGE``."""
    tree, corners = cKDTree(garment.hem), garment.vertices[garment.faces]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=-1).max(axis=1)
    # No pixel of a triangle is nearer to a hem than its nearest corner, less the triangle's longest side.
    near = tree.query(garment.vertices)[0][garment.faces].min(axis=1) - longest < _EDGE
    out = np.full(len(where), _EDGE)
    some = np.flatnonzero(near[raster.face])
    out[some] = np.minimum(tree.query(where[some], distance_upper_bound=_EDGE)[0], _EDGE)
    return out


def _accent(
    spec: GarmentSpec, where: np.ndarray, normal: np.ndarray, place: np.ndarray, edge: np.ndarray
) -> np.ndarray:
    """(…) 0…1 share of the accent colour; its edges are 4 mm soft, so that they do not alias."""
    trunk, arm, leg, on_arm, on_leg = place
    if spec.kind not in _BOTTOMS:
        on_leg = np.zeros_like(on_leg)
    if spec.pattern == "stripes":
        along = np.where(on_arm > 0.5, arm * 0.28, np.where(on_leg > 0.5, -leg * 0.42, where[..., 2]))
        return _step(0.0125 - np.abs(along % 0.06 - 0.03), 0.004)
    if spec.pattern == "blocks":
        blocks: np.ndarray = (
            _step(0.035 - edge, 0.004) * (on_leg > 0.5)
            if spec.kind in _BOTTOMS
            else np.maximum(_step((trunk - 0.80) * 0.5, 0.004), _step(on_arm - 0.55, 0.05))
        )
        return blocks
    if spec.pattern == "panels":
        side = _step(normal[..., 1] * np.sign(where[..., 1]) - 0.88, 0.03)
        low_enough = np.where(on_leg > 0.5, 1.0, _step((0.72 - trunk) * 0.5, 0.004))
        return np.where(on_arm > 0.5, 0.0, side * low_enough)
    return np.zeros(where.shape[:-1])


def _step(value: np.ndarray, soft: float) -> np.ndarray:
    """0 below, 1 above zero, changing over ``soft``."""
    return np.clip(value / soft + 0.5, 0, 1)
