"""What a person wears, as geometry: garments one over the other, hair, and the skin that is left to see.

It depends on the body, the kinds of garments and the hair, not on colours and patterns: these are painted on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.clothing.atlas import window_of
from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.garment import Garment
from synthgen.characters.clothing.garments import make_garment
from synthgen.characters.clothing.sheet import sheet_of
from synthgen.characters.cover import Cover, cover_of
from synthgen.characters.hair import build_hair, scalp_cover
from synthgen.characters.hair_hang import Hang
from synthgen.characters.landmarks import Landmarks, find_landmarks
from synthgen.characters.masks import face_parts
from synthgen.characters.pattern_body import pattern_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.skin import drawn_skin
from synthgen.characters.specs import OutfitSpec
from synthgen.characters.worn_part import WornPart
from synthgen.core import archive
from synthgen.core.errors import InputError
from synthgen.meshes.geometry import sparse_weights, split_corners
from synthgen.meshes.sheet import Sheet

HAIR_VARIANTS = 6
"""Shapes of locks of each hair style."""

_REQUIRED = ("vertices", "faces", "uvs", "skin_indices", "skin_weights", "regions")
_HANG = ("head", "nodes", "carriers", "ends", "radii")
_SHEET = tuple(Sheet.__dataclass_fields__)


@dataclass(frozen=True)
class Worn:
    """Everything that is drawn of a dressed person, before it is painted.

    Attributes:
        parts: ``body``, one part per garment from the inside out, hair.
        scalp: (V,) 0…1 how much hair colours the body's skin.
        cover: what lies over the body.
        hang: what carries hair that hangs, None where none does.
    """

    parts: tuple[WornPart, ...]
    scalp: np.ndarray
    cover: Cover
    hang: Hang | None = None

    def save(self, path: Path, key: str | None = None) -> None:
        """Writes one ``.npz`` file, as the entry ``key`` of the cache if there is one."""
        arrays = {"scalp": self.scalp, "height": self.cover.height, "what": self.cover.what}
        for i, part in enumerate(self.parts):
            arrays |= {f"{i}/{n}": getattr(part, n) for n in _REQUIRED}
            if part.edge is not None:
                arrays[f"{i}/edge"] = part.edge
            if part.sheet is not None:
                arrays |= {f"{i}/sheet/{n}": getattr(part.sheet, n) for n in _SHEET}
        if self.hang is not None:
            arrays |= {f"hang/{n}": getattr(self.hang, n) for n in _HANG}
        archive.save(path, "worn", 1, {"parts": [p.name for p in self.parts]}, arrays, key)

    @classmethod
    def load(cls, path: Path, key: str | None = None) -> Worn:
        """Reads what :meth:`save` wrote, with that key if one is given."""
        header, arrays = archive.load(path, "worn", 1, key=key)
        try:
            parts = [_loaded(name, i, arrays) for i, name in enumerate(header["parts"])]
            hang = Hang(**{n: arrays[f"hang/{n}"] for n in _HANG}) if "hang/head" in arrays else None
            return cls(tuple(parts), arrays["scalp"], Cover(arrays["height"], arrays["what"]), hang)
        except (KeyError, TypeError) as error:
            raise InputError("this file of clothes lacks something", where=str(path), got=repr(error)) from error


def _loaded(name: str, i: int, arrays: dict[str, np.ndarray]) -> WornPart:
    sheet = None
    if f"{i}/sheet/{_SHEET[0]}" in arrays:
        sheet = Sheet(**{n: arrays[f"{i}/sheet/{n}"] for n in _SHEET})
    required = {n: arrays[f"{i}/{n}"] for n in _REQUIRED}
    return WornPart(name=name, **required, edge=arrays.get(f"{i}/edge"), sheet=sheet)


def shape_of(outfit: OutfitSpec) -> dict[str, Any]:
    """What of an outfit decides its geometry, as plain data."""
    return {
        "garments": [g.kind for g in outfit.garments],
        "hair": outfit.hair,
        "locks": outfit.texture_seed % HAIR_VARIANTS,
    }


def put_on(rest: RestBody, outfit: OutfitSpec) -> Worn:
    """Dresses a rest body.

    Raises:
        InputError: unknown garment or hair style, or a rig that ships no skin.
    """
    if not len(rest.vertices):
        raise InputError("this rig has no skin to dress", where=f"body.rig: {rest.rig}", expected="anny")
    marks = find_landmarks(rest)
    garments = _layers(rest, marks, [g.kind for g in outfit.garments])
    parts = [_skin_part(rest, marks, garments)]
    parts += [_garment_part(rest, marks, garment, garments[i + 1 :]) for i, garment in enumerate(garments)]
    locks, hang = build_hair(rest, marks, outfit.hair, outfit.texture_seed % HAIR_VARIANTS)
    hair = [_lean(part) for part in locks]
    scalp = scalp_cover(rest, marks, outfit.hair)
    cover = cover_of(rest, marks, garments, hair_points(hair))
    return Worn((*parts, *hair), scalp.astype(np.float32), cover, hang)


def hair_points(hair: list[WornPart]) -> np.ndarray:
    """(N, 3) vertices of hair, rest."""
    return np.concatenate([np.zeros((0, 3)), *(h.vertices for h in hair)])


def _layers(rest: RestBody, marks: Landmarks, kinds: list[str]) -> list[Garment]:
    """Puts the garments on, each over those before it."""
    under = np.zeros(len(rest.vertices))
    pattern = pattern_body(rest)
    out = []
    for kind in kinds:
        garment = make_garment(kind, rest, marks, under, window_of(kind, pattern))
        under = np.maximum(under, garment.height)
        out.append(garment)
    return out


def _skin_part(rest: RestBody, marks: Landmarks, garments: list[Garment]) -> WornPart:
    covers = [(g.on_body, garment_data(g.kind)["margin"]) for g in garments]
    shown, vertices = drawn_skin(rest, marks, covers)
    shown &= face_parts(rest.faces, rest.uvs) != "inside"
    uvs = rest.uvs[shown].copy()
    uvs[..., 1] = 1 - uvs[..., 1]
    pick, faces, uv = split_corners(rest.faces[shown], uvs)
    return _lean(
        WornPart(
            "body", vertices[pick], faces, uv, rest.skin_indices[pick], rest.skin_weights[pick], rest.regions[pick]
        )
    )


def _garment_part(rest: RestBody, marks: Landmarks, garment: Garment, over: list[Garment]) -> WornPart:
    hidden = np.zeros(len(garment.faces), bool)
    for other in over:
        margin = garment_data(other.kind)["margin"] * marks.unit
        hidden |= other.on_body[garment.rows][garment.faces].min(axis=1) > margin
    shown = garment.faces[~hidden]
    pick, faces, uv = split_corners(shown, garment.uvs[~hidden])
    indices, weights = sparse_weights(garment.weights[pick])
    part = WornPart(
        garment.kind, garment.vertices[pick], faces, uv, indices, weights, garment.regions[pick], garment.edge[pick]
    )
    return _lean(part, sheet_of(garment, shown, pick))


def _lean(part: WornPart, sheet: Sheet | None = None) -> WornPart:
    """The same in the types that drawing takes."""

    def lean(array: np.ndarray) -> np.ndarray:
        return array.astype(np.float32 if array.dtype.kind == "f" else np.int32)

    required = {n: lean(getattr(part, n)) for n in _REQUIRED}
    edge = None if part.edge is None else lean(part.edge)
    return WornPart(name=part.name, **required, edge=edge, sheet=sheet)
