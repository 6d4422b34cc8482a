"""Mesh parts → pygfx geometry and materials, uploaded once and shared between objects of one make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pygfx as gfx

from synthgen.engine.skinning import LinearBlendSkin
from synthgen.meshes.joining import joined
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.normals import rigid_normals


@dataclass
class PreparedPart:
    """A part ready to be drawn any number of times: its normals, its material and, for people, its skin."""

    part: MeshPart
    normals: np.ndarray
    material: gfx.Material
    skin: LinearBlendSkin | None
    indices: gfx.Buffer
    uvs: gfx.Buffer | None
    nbytes: int

    def mesh(self, cast_shadow: bool) -> gfx.Mesh:
        """A new drawable with vertices of its own when it is skinned."""
        vertices = np.ascontiguousarray(self.part.vertices, np.float32)
        geometry = gfx.Geometry(
            positions=gfx.Buffer(vertices.copy(), force_contiguous=True),
            normals=gfx.Buffer(self.normals.copy(), force_contiguous=True),
            indices=self.indices,
            **({"texcoords": self.uvs} if self.uvs is not None else {}),
        )
        mesh = gfx.Mesh(geometry, self.material)
        mesh.cast_shadow = cast_shadow
        mesh.receive_shadow = True
        return mesh


def prepare(parts: Sequence[MeshPart], rest_bones: np.ndarray | None, environment: gfx.Texture) -> list[PreparedPart]:
    """Computes what every drawable of one thing shares, in as few meshes as its materials allow.

    Args:
        parts: its meshes.
        rest_bones: (B, 4, 4) of a character, None for rigid things.
        environment: the cube map that lights every material.
    """
    few = joined(parts)
    skins = [_skin(part, rest_bones) for part in few]
    rigid = iter(rigid_normals([part for part, skin in zip(few, skins, strict=True) if skin is None]))
    out = []
    for part, skin in zip(few, skins, strict=True):
        unit = next(rigid) if skin is None or rest_bones is None else skin.posed(rest_bones)[1]
        out.append(_prepared(part, skin, unit, environment))
    return out


def _skin(part: MeshPart, rest_bones: np.ndarray | None) -> LinearBlendSkin | None:
    if part.skin_indices is None or part.skin_weights is None or rest_bones is None:
        return None
    vertices = np.asarray(part.vertices, float)
    return LinearBlendSkin(vertices, np.asarray(part.faces), part.skin_indices, part.skin_weights, rest_bones)


def _prepared(part: MeshPart, skin: LinearBlendSkin | None, unit: np.ndarray, environment: gfx.Texture) -> PreparedPart:
    textures = [t for t in (part.material.texture, part.material.normal_map) if t is not None]
    uvs = None if part.uvs is None or not textures else gfx.Buffer(np.ascontiguousarray(part.uvs, np.float32))
    # A texture lives as given, as RGBA, and as RGBA with mipmaps on the GPU; meshes and skins were measured.
    nbytes = sum(t.shape[0] * t.shape[1] * 13 for t in textures) + 400 * len(part.vertices) + 100 * len(part.faces)
    return PreparedPart(
        part,
        np.ascontiguousarray(unit, np.float32),
        gfx_material(part.material, uvs is not None, environment),
        skin,
        gfx.Buffer(np.ascontiguousarray(part.faces, np.uint32)),
        uvs,
        nbytes,
    )


def gfx_material(material: Material, textured: bool, environment: gfx.Texture) -> gfx.Material:
    """The pygfx material of a metallic-roughness material, lit by ``environment``."""
    options = {
        "color": (*material.colour, 1.0),
        "roughness": material.roughness,
        "metalness": material.metallic,
        "emissive": (*material.emissive, 1.0),
        "pick_write": True,
        "side": "both" if material.double_sided else "front",
        "env_map": environment,
    }
    if material.sheen > 0:
        out = gfx.MeshPhysicalMaterial(**options)
        out.sheen = material.sheen
        out.sheen_color = (*material.colour, 1.0)
        out.sheen_roughness = 0.6
    else:
        out = gfx.MeshStandardMaterial(**options)
    if textured and material.texture is not None:
        out.map = _texture_map(material.texture)
    if textured and material.normal_map is not None:
        out.normal_map = _texture_map(material.normal_map)
    return out


def _texture_map(image: np.ndarray) -> gfx.TextureMap:
    rgba = np.full((*image.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = image[..., :3]
    texture = gfx.Texture(rgba, dim=2, generate_mipmaps=True)
    return gfx.TextureMap(texture, filter="linear", mipmap_filter="linear", wrap="repeat")
