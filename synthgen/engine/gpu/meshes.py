"""Mesh parts → pygfx geometry and materials, uploaded once and shared between objects of one make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pygfx as gfx

from synthgen.engine.cpu.settle import STEPS, SheetArrays, settled, sheet_arrays
from synthgen.engine.gpu.materials import Materials
from synthgen.engine.gpu.palette import is_plain, on_palette
from synthgen.engine.skinning import LinearBlendSkin
from synthgen.meshes.joining import joined
from synthgen.meshes.mesh import MeshPart
from synthgen.meshes.normals import with_normals


@dataclass
class PreparedPart:
    """A part ready to be drawn any number of times: its normals, its material and, for people, its skin."""

    part: MeshPart
    normals: np.ndarray
    material: gfx.Material
    skin: LinearBlendSkin | None
    sheet: SheetArrays | None
    indices: gfx.Buffer
    uvs: gfx.Buffer | None
    nbytes: int

    def posed(self, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Posed bones (B, 4, 4), character frame → (V, 3) vertices and (V, 3) unit normals; garments settle."""
        assert self.skin is not None
        shift = None if self.sheet is None else settled(self.sheet, np.ascontiguousarray(bones, float), STEPS)
        return self.skin.posed(bones, shift)

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


def prepare(parts: Sequence[MeshPart], rest_bones: np.ndarray | None, materials: Materials) -> list[PreparedPart]:
    """Computes what every drawable of one thing shares, in as few meshes as its materials allow.

    Args:
        parts: its meshes.
        rest_bones: (B, 4, 4) of a character, None for rigid things.
        materials: makes their materials.
    """
    out, rigid = [], []
    for part in joined(parts):
        skin = _skin(part, rest_bones)
        if skin is None or rest_bones is None:
            rigid.append(part)
        else:
            posed = replace(part, normals=skin.posed(rest_bones)[1])
            sheet = None if part.sheet is None else sheet_arrays(part, part.sheet, rest_bones)
            out.append(_prepared(posed, materials.of(part.material, _painted(part)), skin, sheet))
    rigid = with_normals(rigid)
    for both in (False, True):
        plain = [p for p in rigid if is_plain(p) and p.material.double_sided == both]
        if len(plain) > 1:
            rigid = [p for p in rigid if all(p is not q for q in plain)]
            out.append(_prepared(*on_palette(plain, materials.environment)))
    return out + [_prepared(p, materials.of(p.material, _painted(p))) for p in rigid]


def _painted(part: MeshPart) -> bool:
    """Whether an image is drawn on it."""
    return part.uvs is not None and (part.material.texture is not None or part.material.normal_map is not None)


def _skin(part: MeshPart, rest_bones: np.ndarray | None) -> LinearBlendSkin | None:
    if part.skin_indices is None or part.skin_weights is None or rest_bones is None:
        return None
    vertices = np.asarray(part.vertices, float)
    return LinearBlendSkin(vertices, np.asarray(part.faces), part.skin_indices, part.skin_weights, rest_bones)


def _prepared(
    part: MeshPart, material: gfx.Material, skin: LinearBlendSkin | None = None, sheet: SheetArrays | None = None
) -> PreparedPart:
    textures = [t for t in (part.material.texture, part.material.normal_map) if t is not None]
    mapped = material.map is not None or getattr(material, "normal_map", None) is not None
    # A texture lives as given, as RGBA, and as RGBA with mipmaps on the GPU; meshes and skins were measured.
    nbytes = sum(t.shape[0] * t.shape[1] * 13 for t in textures) + 400 * len(part.vertices) + 100 * len(part.faces)
    return PreparedPart(
        part,
        np.ascontiguousarray(part.normals, np.float32),
        material,
        skin,
        sheet,
        gfx.Buffer(np.ascontiguousarray(part.faces, np.uint32)),
        gfx.Buffer(np.ascontiguousarray(part.uvs, np.float32)) if mapped else None,
        nbytes,
    )
