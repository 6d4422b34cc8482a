"""A dressed character: skin, garments from the inside out, hair."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.clothing.cloth import cloth_material
from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.clothing.shoe_paint import shoe_material
from synthgen.characters.hair import hair_material
from synthgen.characters.pattern_body import PatternBody, pattern_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.skin import skin_material
from synthgen.characters.specs import OutfitSpec
from synthgen.characters.worn import Worn, put_on
from synthgen.characters.worn_part import WornPart
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.core.plain import FileSpec
from synthgen.meshes.mesh import Material, MeshPart

Find = Callable[[FileSpec], Path]
"""Where a file of the user's is; InputError when it is not there, or is another one."""


def nowhere(file: FileSpec) -> Path:
    """Finds none of the user's files."""
    raise InputError("nobody knows where the user's files are", where=file.path)


def dress(rest: RestBody, outfit: OutfitSpec) -> CharacterAsset:
    """Dresses a rest body.

    Args:
        rest: rest body.
        outfit: garments from the inside out, hair and skin.

    Returns:
        The rest body and its skinned parts: ``body``, one part per garment (named by its kind), ``hair``. Parts
        never share a vertex; skin far under clothes is left out.

    Raises:
        InputError: unknown garment, pattern or hair style, or a rig that ships no skin.
    """
    return painted(rest, put_on(rest, outfit), outfit)


def painted(
    rest: RestBody, worn: Worn, outfit: OutfitSpec, found: Find = nowhere, cache: Cache | None = None
) -> CharacterAsset:
    """The character that wears ``worn`` in an outfit's colours.

    Args:
        rest: its body; worn: what it wears; outfit: the colours.
        found: where a file of the user's is, for prints.
        cache: where what many people share is kept once it is painted.
    """
    pattern = pattern_body(rest, cache)
    skin, *others = worn.parts
    clothes, hair = others[: len(outfit.garments)], others[len(outfit.garments) :]
    parts = [_part(skin, _skin(_Skin(outfit, worn), pattern))]
    for spec, part in zip(outfit.garments, clothes, strict=True):
        if garment_data(spec.kind).get("shape") == "shoe":
            parts.append(_part(part, shoe_material(spec, pattern)))
        else:
            assert part.edge is not None
            print_file = None if spec.print is None else found(spec.print)
            parts.append(_part(part, cloth_material(spec, part.uvs, part.faces, part.edge, pattern, print_file)))
    looks = [hair_material(h.name, outfit.hair_colour, outfit.texture_seed) for h in hair]
    return CharacterAsset(rest, (*parts, *map(_part, hair, looks)), worn.hang)


class _Skin:
    """What decides a skin's texture, for :func:`lru_cache`: two outfits of one person share the picture."""

    def __init__(self, outfit: OutfitSpec, worn: Worn) -> None:
        self.outfit, self.scalp = outfit, worn.scalp
        own = outfit.skin_tone, outfit.skin_age, outfit.hair_colour, outfit.texture_seed
        self._key = (*own, worn.scalp.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Skin) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=48)
def _skin(skin: _Skin, pattern: PatternBody) -> Material:
    return skin_material(skin.outfit, skin.scalp, pattern)


def _part(part: WornPart, material: Material) -> MeshPart:
    return MeshPart(
        part.name,
        part.vertices,
        part.faces,
        material,
        part.uvs,
        part.skin_indices,
        part.skin_weights,
        part.regions,
        sheet=part.sheet,
    )
