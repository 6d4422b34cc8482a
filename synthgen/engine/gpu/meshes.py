"""Mesh parts → pygfx geometry and materials, uploaded once and shared between objects of one make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pygfx as gfx

from synthgen.engine.skinning import LinearBlendSkin, normal_operator, normals
from synthgen.meshes.mesh import Material, MeshPart

_RIGID_CREASE = np.radians(40)


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


def merged(parts: Sequence[MeshPart]) -> list[MeshPart]:
    """The same surfaces with rigid parts of one material made one: every mesh costs milliseconds in each new shot."""
    out: list[MeshPart] = []
    groups: dict[tuple[Any, ...], list[MeshPart]] = {}
    for part in parts:
        if not len(part.faces):
            continue
        if part.skin_weights is not None:
            out.append(part)
            continue
        material = part.material
        textures = None if part.uvs is None else (id(material.texture), id(material.normal_map))
        key = (
            tuple(material.colour),
            material.roughness,
            material.metallic,
            material.sheen,
            material.double_sided,
            tuple(material.emissive),
            textures,
        )
        groups.setdefault(key, []).append(part)
    return out + [_joined(group) for group in groups.values()]


def _joined(group: list[MeshPart]) -> MeshPart:
    first = group[0]
    if len(group) == 1:
        return first
    starts = np.cumsum([0, *(len(p.vertices) for p in group[:-1])])
    return MeshPart(
        first.name,
        np.concatenate([p.vertices for p in group]),
        np.concatenate([p.faces + start for p, start in zip(group, starts, strict=True)]),
        first.material,
        None if first.uvs is None else np.concatenate([p.uvs for p in group if p.uvs is not None]),
    )


def prepare(part: MeshPart, rest_bones: np.ndarray | None, environment: gfx.Texture) -> PreparedPart:
    """Computes what every drawable of this part shares.

    Args:
        part: the mesh.
        rest_bones: (B, 4, 4) of the character, None for rigid things.
        environment: the cube map that lights every material.
    """
    vertices, faces = np.asarray(part.vertices, float), np.asarray(part.faces)
    skin = None
    if part.skin_indices is not None and part.skin_weights is not None and rest_bones is not None:
        skin = LinearBlendSkin(vertices, faces, part.skin_indices, part.skin_weights, rest_bones)
        _, unit = skin.posed(rest_bones)
    else:
        unit = normals(normal_operator(vertices, faces, _RIGID_CREASE), vertices, faces)
    textures = [t for t in (part.material.texture, part.material.normal_map) if t is not None]
    uvs = None if part.uvs is None or not textures else gfx.Buffer(np.ascontiguousarray(part.uvs, np.float32))
    # A texture lives as given, as RGBA, and as RGBA with mipmaps on the GPU; meshes and skins were measured.
    nbytes = sum(t.shape[0] * t.shape[1] * 13 for t in textures) + 400 * len(vertices) + 100 * len(faces)
    return PreparedPart(
        part,
        np.ascontiguousarray(unit, np.float32),
        gfx_material(part.material, uvs is not None, environment),
        skin,
        gfx.Buffer(np.ascontiguousarray(faces, np.uint32)),
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
