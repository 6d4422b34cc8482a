"""What cloth looks like: patterns, mottling and folds of a kind of garment, painted once; seams of each one's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.clothing.atlas import SIZE, Atlas, atlas_of
from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.patterns import LEVELS, accent_share
from synthgen.characters.clothing.prints import printed
from synthgen.characters.pattern_body import PatternBody
from synthgen.characters.specs import GarmentSpec
from synthgen.meshes.baking import normal_map, rasterise, to_uint8
from synthgen.meshes.mesh import Material
from synthgen.meshes.noise import Noise

VARIANTS = 3
"""Variants of each pattern: its size, which mark."""
_FOLDS = 2
"""Sets of folds of each kind of garment: nobody can tell whose folds are like whose."""
_LIGHT = 160.0
"""What light 1 is as a whole number; 255 is light 1.6."""
_STITCH, _SEAM = 0.017, 0.0022
"""Metres from the hem to its stitches, and how wide these are to both sides."""
_SLANT = np.array([[1.0, 0.0, 0.25], [0.0, 1.0, 0.35], [0.0, 0.0, 1.0]])
"""Shear that lets folds rise to one side."""


def cloth_material(
    spec: GarmentSpec,
    uvs: np.ndarray,
    faces: np.ndarray,
    edge: np.ndarray,
    pattern: PatternBody,
    print_file: Path | None = None,
) -> Material:
    """Paints a garment.

    Args:
        spec: colours and pattern.
        uvs: (V, 2); faces: (F, 3); edge: (V,) metres from the nearest hem: its own.
        pattern: the middle body of its wearer's topology.
        print_file: where the picture of its print is, if it has one.

    Raises:
        InputError: unknown pattern, or a print that cannot be read.
    """
    variant = spec.variant % VARIANTS
    share = accent_share(spec.kind, spec.pattern, variant, pattern)
    light, fine, bumps = _folds(spec.kind, spec.variant % _FOLDS, pattern)
    if spec.pattern == "heather":
        light = fine
    image = _coloured(spec, share, light)
    if print_file is not None:
        printed(image, light / _LIGHT, spec.kind, print_file, spec.print_at, variant, pattern)
    data = garment_data(spec.kind)
    _sew(image, uvs, faces, edge, spec, data.get("stitched", True))
    return Material(
        texture=image,
        normal_map=bumps,
        roughness=data.get("roughness", 0.85),
        sheen=data.get("sheen", 0.15),
        double_sided=True,
    )


def _coloured(spec: GarmentSpec, share: np.ndarray, light: np.ndarray) -> np.ndarray:
    """(S, S, 3) uint8 from the accent's share and the light, by a table of all their combinations."""
    mix = (np.arange(LEVELS) / (LEVELS - 1))[:, None, None]
    colour = (1 - mix) * np.array(spec.colour) + mix * np.array(spec.accent)
    table = to_uint8(colour * (np.arange(256) / _LIGHT)[None, :, None]).reshape(-1, 3)
    index = share.astype(np.int32) * 256 + light
    out: np.ndarray = table[index]
    return out


@lru_cache(maxsize=64)
def _folds(kind: str, variant: int, pattern: PatternBody) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(S, S) light, (S, S) light of mottled cloth, (S, S, 3) normal map: mottling, and long soft ridges, mostly across
    limbs and slanting over the trunk."""
    kept = pattern.paintings.painted("folds", kind, variant, paint=lambda: _painted_folds(kind, variant, pattern))
    return kept["light"], kept["fine_light"], kept["bumps"]


def _painted_folds(kind: str, variant: int, pattern: PatternBody) -> dict[str, np.ndarray]:
    atlas = atlas_of(kind, pattern)
    where, image = atlas.where, atlas.image
    wrinkle = garment_data(kind).get("wrinkle", 0.001)
    noise = Noise(variant, f"cloth/{kind}")
    mottle = noise.layered(where, 0.05, 3) - 0.5
    fine = noise(where + 11.0, 0.006) - 0.5
    bent = where + 0.05 * (noise(where + 3.0, 0.15)[..., None] - 0.5)
    folds = noise(bent @ _SLANT, np.array([0.17, 0.17, 0.065]))
    folds = 0.75 * folds + 0.25 * noise(bent + 5.0, np.array([0.07, 0.07, 0.035]))
    ridge = 1 - (2 * folds - 1) ** 2
    height = wrinkle * 5.0 * ridge * np.clip(atlas.edge / 0.04, 0.15, 1)
    shade = 1 - 5.0 * wrinkle * (1 - ridge)
    shade = shade * _details(garment_data(kind), atlas)
    plain, mottled = (((1 + 0.10 * mottle + s * fine) * shade) for s in (0.05, 0.22))
    step = np.diff(image(where), axis=1)[atlas.inside[:, 1:]]
    pixel = float(np.median(np.linalg.norm(step, axis=-1))) or 0.002
    light, fine_light = (image((np.clip(v * _LIGHT, 0, 255) + 0.5).astype(np.uint8)) for v in (plain, mottled))
    bumps = normal_map(image(height.astype(np.float32)), max(pixel, 5e-4))
    return {"light": light, "fine_light": fine_light, "bumps": bumps}


def _details(data: dict[str, Any], atlas: Atlas) -> np.ndarray:
    """(N,) light of what is sewn in: a front with buttons or a zip, seams along the sides of the legs."""
    x, y, z = atlas.where.T
    _, _, _, on_arm, on_leg = atlas.place
    out = np.ones(len(x), np.float32)
    if "front" in data:
        front = (atlas.normal[:, 0] > 0.1) & (on_arm < 0.3)
        reach = front & (z > z[front].max(initial=0.0) - data["front"]["down"])
        off = np.abs(y - 0.004)
        out[reach & (off < 0.0016)] *= 0.6
        if data["front"]["kind"] == "buttons":
            out[reach & (np.hypot(y + 0.010, z % 0.075 - 0.0375) < 0.0055)] *= 0.7
        else:
            out[reach & (off < 0.006) & (z % 0.008 < 0.004)] *= 0.8
    if data.get("seams"):
        side = (np.abs(x + 0.01) < 0.0025) & (np.abs(atlas.normal[:, 1]) > 0.7) & (on_leg > 0.3)
        out[side] *= 0.75
    return out


def _sew(
    image: np.ndarray, uvs: np.ndarray, faces: np.ndarray, edge: np.ndarray, spec: GarmentSpec, stitched: bool
) -> None:
    """Stitches along this garment's own hems, and a band of the accent's colour where the pattern has one."""
    band = 0.035 if spec.pattern == "bands" else 0.0
    reach = max(band, _STITCH + _SEAM if stitched else 0.0)
    if reach == 0.0:
        return
    some = faces[(edge[faces] < reach).any(axis=1)]
    raster = rasterise(uvs[some].astype(float), SIZE)
    away = raster.paint(some, edge)
    pixels = image[raster.inside].astype(float)
    if band:
        share = np.clip((band - away) / 0.004 + 0.5, 0, 1)[:, None]
        pixels = (1 - share) * pixels + share * 255 * np.array(spec.accent)
    if stitched:
        pixels[np.abs(away - _STITCH) < _SEAM] *= 0.80
    image[raster.inside] = (pixels + 0.5).astype(np.uint8)
