"""What an asset is: triangle meshes with a material, rigid or skinned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.meshes.sheet import Sheet


@dataclass(frozen=True)
class Material:
    """Metallic-roughness material, as in glTF.

    Attributes:
        colour: sRGB 0…1, multiplied with the texture.
        texture: (H, W, 3) uint8 sRGB, or None; row 0 is v = 0 (as in glTF), repeats beyond 0…1.
        roughness, metallic: 0…1.
        normal_map: (H, W, 3) uint8 tangent-space normals, or None.
        sheen: 0…1, cloth-like sheen.
        double_sided: drawn from both sides.
        emissive: sRGB 0…1 light that the surface gives off; of an unlit one also more than 1.
        unlit: shows colour, texture and ``emissive`` multiplied, and no light falls on it: for what is far away.
    """

    colour: tuple[float, float, float] = (0.8, 0.8, 0.8)
    texture: np.ndarray | None = None
    roughness: float = 0.8
    metallic: float = 0.0
    normal_map: np.ndarray | None = None
    sheen: float = 0.0
    double_sided: bool = False
    emissive: tuple[float, float, float] = (0.0, 0.0, 0.0)
    unlit: bool = False


@dataclass(frozen=True)
class MeshPart:
    """A triangle mesh with one material.

    Attributes:
        name: short name, such as ``body``, ``tshirt`` or ``hair``.
        vertices: (V, 3) metres; character frame for skinned parts, the prop's own frame else.
        faces: (F, 3) counter-clockwise from outside.
        uvs: (V, 2) texture coordinates per vertex (split vertices at seams), or None.
        material: how it looks.
        skin_indices, skin_weights: (V, K) for skinned parts, None for rigid ones.
        regions: (V,) index into ``skeleton.REGIONS`` for parts of people, None else.
        normals: (V, 3) unit normals at rest where they are known already, None else.
        sheet: how a garment settles in a pose; None for what only follows its bones.
    """

    name: str
    vertices: np.ndarray
    faces: np.ndarray
    material: Material
    uvs: np.ndarray | None = None
    skin_indices: np.ndarray | None = None
    skin_weights: np.ndarray | None = None
    regions: np.ndarray | None = None
    normals: np.ndarray | None = None
    sheet: Sheet | None = None
