"""Plain parts of one thing as one mesh: their colours are pixels of a small image, which each part takes one of.

A mesh costs some milliseconds of Python in every new picture, and a room and its props have some forty plain parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pygfx as gfx

from synthgen.meshes.baking import to_uint8
from synthgen.meshes.joining import joined
from synthgen.meshes.mesh import Material, MeshPart


def is_plain(part: MeshPart) -> bool:
    """Whether a rigid part's look is one colour, one roughness and one metallic value."""
    m = part.material
    images = part.uvs is not None and (m.texture is not None or m.normal_map is not None)
    return part.skin_weights is None and not images and m.sheen == 0 and not any(m.emissive) and not m.unlit


def on_palette(parts: Sequence[MeshPart], environment: gfx.Texture) -> tuple[MeshPart, gfx.Material]:
    """Plain parts that are drawn from the same sides as one part, and its material.

    Args:
        parts: at least one; normals of all of them or of none.
        environment: the cube map that lights every material.
    """
    looks = [(p.material.colour, p.material.roughness, p.material.metallic) for p in parts]
    rows = {look: i for i, look in enumerate(dict.fromkeys(looks))}
    middles = [((rows[look] + 0.5) / len(rows), 0.5) for look in looks]
    same = replace(parts[0].material, colour=(1.0, 1.0, 1.0), roughness=1.0, metallic=1.0)
    (whole,) = joined(
        [replace(p, material=same, uvs=np.tile(at, (len(p.vertices), 1))) for p, at in zip(parts, middles, strict=True)]
    )
    material = gfx.MeshStandardMaterial(
        color=(1.0, 1.0, 1.0, 1.0),
        roughness=1.0,
        metalness=1.0,
        pick_write=True,
        side="both" if same.double_sided else "front",
        env_map=environment,
    )
    material.map = _strip([colour for colour, _, _ in rows], "srgb")
    # glTF's channels: roughness is the green one, metallic the blue one.
    material.roughness_map = material.metalness_map = _strip([(0.0, r, m) for _, r, m in rows], "physical")
    return whole, material


def palette_samples() -> list[list[MeshPart]]:
    """Two parts each that make a palette of every kind, for warming up."""
    corners = np.array([(0.0, 0.0, 0.0), (0.01, 0.0, 0.0), (0.0, 0.01, 0.0)])
    kinds = [[Material(roughness=r, double_sided=both) for r in (0.3, 0.6)] for both in (False, True)]
    return [[MeshPart("warm", corners, np.array([[0, 1, 2]]), m) for m in pair] for pair in kinds]


def _strip(colours: Sequence[tuple[float, float, float]], colorspace: str) -> gfx.TextureMap:
    """An image of one row, read without mixing neighbours."""
    pixels = np.full((1, len(colours), 4), 255, np.uint8)
    pixels[0, :, :3] = to_uint8(np.array(colours))
    return gfx.TextureMap(gfx.Texture(pixels, dim=2, colorspace=colorspace), filter="nearest", wrap="clamp")
