"""What cloth looks like: patterns, seams, mottling and folds, painted from where the cloth lies on the body."""

from __future__ import annotations

import numpy as np

from synthgen.assets.baking import Raster, normal_map, to_uint8
from synthgen.assets.mesh import Material
from synthgen.assets.noise import Noise
from synthgen.errors import InputError
from synthgen.world.shot import GarmentSpec

PATTERNS = ("plain", "stripes", "blocks", "heather", "panels")


def cloth_material(
    spec: GarmentSpec,
    raster: Raster,
    faces: np.ndarray,
    skin: np.ndarray,
    normals: np.ndarray,
    places: np.ndarray,
    depth: np.ndarray,
    wrinkle: float,
    seed: int,
) -> Material:
    """Paints a garment.

    Args:
        spec: colours and pattern.
        raster: which of ``faces`` each texture pixel shows.
        skin: (N, 3) place of each vertex on the rest body; normals: (N, 3) there.
        places: (N, 5) trunk_t, arm_t, leg_t, arm share, leg share.
        depth: (N,) metres from the garment's edge.
        wrinkle: metres, depth of the folds.
        seed: texture seed.

    Raises:
        InputError: unknown pattern.
    """
    if spec.pattern not in PATTERNS:
        raise InputError("unknown pattern", expected=", ".join(PATTERNS), got=repr(spec.pattern))
    where = raster.paint(faces, skin)
    place = np.moveaxis(raster.paint(faces, places), -1, 0)
    edge = raster.paint(faces, depth)
    share = _accent(spec, where, raster.paint(faces, normals), place, edge)[..., None]
    colour = (1 - share) * np.array(spec.colour) + share * np.array(spec.accent)
    noise = Noise(seed, f"cloth/{spec.kind}")
    mottle = noise.layered(where, 0.05, 3) - 0.5
    fine = noise(where + 11.0, 0.006) - 0.5
    strength = 0.22 if spec.pattern == "heather" else 0.05
    light = 1 + 0.10 * mottle + strength * fine
    stitched = (np.abs(edge - 0.017) < 0.0022) & (spec.kind not in ("socks", "shoes"))
    light = np.where(stitched, light * 0.80, light)
    # Folds: long soft ridges, mostly across limbs and slanting over the trunk.
    bent = where + 0.03 * (noise.layered(where + 3.0, 0.12, 2)[..., None] - 0.5)
    folds = noise.layered(bent, np.array([0.16, 0.16, 0.05]), 2)
    ridge = 1 - np.abs(2 * folds - 1)
    height = wrinkle * 6.0 * ridge * np.clip(edge / 0.04, 0.15, 1)
    light = light * (1 - 8.0 * wrinkle * (1 - ridge))
    pixel = float(np.median(np.linalg.norm(np.diff(where, axis=1), axis=-1)[raster.inside[:, 1:]])) or 0.002
    return Material(
        texture=to_uint8(colour * light[..., None]),
        normal_map=normal_map(height, max(pixel, 5e-4)),
        roughness=0.85,
        sheen=0.15,
        double_sided=True,
    )


def _accent(
    spec: GarmentSpec, where: np.ndarray, normal: np.ndarray, place: np.ndarray, edge: np.ndarray
) -> np.ndarray:
    """(…) 0…1 share of the accent colour."""
    trunk, arm, leg, on_arm, on_leg = place
    limb_first = np.where(on_arm > 0.5, arm * 0.28, np.where(on_leg > 0.5, -leg * 0.42, where[..., 2]))
    if spec.pattern == "stripes":
        return ((limb_first / 0.06) % 1.0 < 0.42).astype(float)
    if spec.pattern == "blocks":
        if spec.kind in ("shorts", "leggings", "joggers", "socks"):
            return ((edge < 0.035) & (on_leg > 0.5)).astype(float)
        return np.maximum(trunk > 0.80, on_arm > 0.55).astype(float)
    if spec.pattern == "panels":
        side = np.abs(normal[..., 1]) > 0.86
        lower = on_leg > 0.5
        outer = side & (np.sign(normal[..., 1]) == np.sign(where[..., 1]))
        return np.where(on_arm > 0.5, 0.0, np.where(lower, outer, side & (trunk < 0.72))).astype(float)
    return np.zeros(where.shape[:-1])
