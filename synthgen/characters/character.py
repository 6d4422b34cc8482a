"""A dressed character: skin, garments from the inside out, hair."""

from __future__ import annotations

import numpy as np

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.body import build_body
from synthgen.characters.clothing.cloth import cloth_material
from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.garments import Garment, cut_garment
from synthgen.characters.clothing.shoes import build_shoes, shoe_colour
from synthgen.characters.hair import build_hair, scalp_cover
from synthgen.characters.landmarks import Landmarks, find_landmarks
from synthgen.characters.masks import face_parts
from synthgen.characters.rest_body import RestBody
from synthgen.characters.skin import drawn_skin, skin_material
from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.meshes.baking import rasterise, to_uint8
from synthgen.meshes.geometry import nearest, sparse_weights, split_corners
from synthgen.meshes.mesh import Material, MeshPart

_TEXTURE = 448
"""Pixels on a side of a garment's texture."""


def build_character(body: BodySpec, outfit: OutfitSpec, cache: Cache | None = None) -> CharacterAsset:
    """Builds a dressed character.

    Args:
        body: rig and shape.
        outfit: garments from the inside out, hair and skin.
        cache: where rest bodies are kept, which are dear to make; None builds anew.

    Returns:
        The rest body and its skinned parts: ``body``, one part per garment (named by its kind), ``hair``. Parts
        never share a vertex; skin far under clothes is left out.

    Raises:
        InputError: unknown garment, pattern or hair style, or a rig that ships no skin.
    """
    rest = build_body(body, cache)
    return dress(rest, outfit)


def dress(rest: RestBody, outfit: OutfitSpec) -> CharacterAsset:
    """Dresses a rest body; see :func:`build_character`."""
    if not len(rest.vertices):
        raise InputError("this rig has no skin to dress", where=f"body.rig: {rest.rig}", expected="anny")
    marks = find_landmarks(rest)
    worn = _wear(rest, marks, outfit)
    parts = [_skin_part(rest, marks, outfit, worn)]
    for i, (spec, garment) in enumerate(zip(outfit.garments, worn, strict=True)):
        parts.append(_garment_part(rest, marks, spec, garment, worn[i + 1 :], outfit.texture_seed))
    parts += build_hair(rest, marks, outfit)
    return CharacterAsset(rest, tuple(parts))


def _wear(rest: RestBody, marks: Landmarks, outfit: OutfitSpec) -> list[Garment]:
    """Puts the garments on, each over those before it."""
    under = np.zeros(len(rest.vertices))
    worn = []
    for spec in outfit.garments:
        data = garment_data(spec.kind)
        if data.get("shape") == "shoe":
            garment = build_shoes(data, rest, marks, under)
        else:
            garment = cut_garment(spec.kind, data, rest, marks, under)
        under = np.maximum(under, garment.height)
        worn.append(garment)
    return worn


def _skin_part(rest: RestBody, marks: Landmarks, outfit: OutfitSpec, worn: list[Garment]) -> MeshPart:
    covers = [(g.on_body, garment_data(g.kind)["margin"]) for g in worn]
    shown, vertices = drawn_skin(rest, marks, covers)
    shown &= face_parts(rest.uvs) != "inside"
    uvs = rest.uvs[shown].copy()
    uvs[..., 1] = 1 - uvs[..., 1]
    pick, faces, uv = split_corners(rest.faces[shown], uvs)
    material = skin_material(rest, marks, outfit, scalp_cover(rest, marks, outfit.hair))
    return MeshPart(
        "body",
        vertices[pick],
        faces,
        material,
        uv,
        rest.skin_indices[pick].astype(np.int32),
        rest.skin_weights[pick],
        rest.regions[pick],
    )


def _garment_part(
    rest: RestBody, marks: Landmarks, spec: GarmentSpec, garment: Garment, over: list[Garment], seed: int
) -> MeshPart:
    faces, uvs = garment.faces, garment.uvs
    material = _material(marks, spec, garment, seed)
    hidden = np.zeros(len(faces), bool)
    for other in over:
        margin = garment_data(other.kind)["margin"] * marks.unit
        hidden |= garment_cover(rest, garment, other)[faces].min(axis=1) > margin
    pick, faces, uv = split_corners(faces[~hidden], uvs[~hidden])
    indices, weights = sparse_weights(garment.weights[pick])
    return MeshPart(spec.kind, garment.vertices[pick], faces, material, uv, indices, weights, garment.regions[pick])


def garment_cover(rest: RestBody, garment: Garment, other: Garment) -> np.ndarray:
    """(N,) metres that each vertex of a garment lies inside another one, by the nearest vertex of the body."""
    out: np.ndarray = other.on_body[nearest(garment.skin, rest.vertices)]
    return out


def _material(marks: Landmarks, spec: GarmentSpec, garment: Garment, seed: int) -> Material:
    data = garment_data(spec.kind)
    raster = rasterise(garment.uvs, _TEXTURE)
    if data.get("shape") == "shoe":
        where = raster.paint(garment.faces, garment.skin)
        x = garment.skin[:, 0]
        image = shoe_colour(
            where,
            garment.skin[:, 2].min(),
            data["sole"] * marks.unit,
            np.array(spec.colour),
            np.array(spec.accent),
            x.max(),
            x.min(),
        )
        return Material(texture=raster.image(to_uint8(image)), roughness=0.6, double_sided=True)
    wrinkle = data.get("wrinkle", 0.001) * marks.unit
    return cloth_material(spec, garment, raster, wrinkle, seed)
