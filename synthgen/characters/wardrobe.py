"""Clothes on disk: what people wear is cut once per machine, as geometry; colours are painted whenever it is put on."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.cover import Cover
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.characters.worn import HAIR_VARIANTS, Worn, shape_of
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.core.errors import InputError
from synthgen.core.plain import FileSpec

logger = logging.getLogger(__name__)

Build = Callable[[RestBody, OutfitSpec], Worn]


def dressed(
    body: BodySpec, outfit: OutfitSpec, cache: Cache, found: Callable[[FileSpec], Path] | None = None
) -> CharacterAsset:
    """The dressed character that an engine with this cache draws; built and put there when it is missing.

    Args:
        body: rig and shape; outfit: what covers it.
        cache: that of the engine too, for rest bodies and what they wear.
        found: where a file of the user's is, for prints.

    Raises:
        InputError: as :func:`synthgen.characters.character.dress`.
    """
    from synthgen.characters.body import build_body
    from synthgen.characters.character import nowhere, painted

    rest = build_body(body, cache)
    worn = worn_by(body, outfit, cache)
    return painted(rest, worn, outfit, found or nowhere, cache)


def cover_at(body: BodySpec, outfit: OutfitSpec, sites: np.ndarray, cache: Cache) -> Cover:
    """What lies over points of a dressed person's skin, and how thick: garments, hair, shoes.

    Args:
        body, outfit: of the person.
        sites: (N, 3) points at rest, character frame, metres: on the skin, as ``L5.skin`` and the face's sites of a
            :class:`SiteSet` are; for any other point, what lies over the skin nearest to it.
        cache: of bodies and what they wear; what is missing is made.

    Returns:
        A :class:`Cover` of N: ``height`` metres from the skin to the outside of what covers it, at rest, and
        ``names()`` of the outermost thing: ``skin`` (bare), ``cloth``, ``hair`` or ``shoe``. Loose cloth moves in a
        pose; its height at rest is about how far it stands off then.

    Raises:
        InputError: as :func:`synthgen.characters.character.dress`.
    """
    from synthgen.characters.body import build_body

    return _cover(body, _colourless(outfit), cache).at(build_body(body, cache), sites)


def _colourless(outfit: OutfitSpec) -> OutfitSpec:
    """The outfit with all that decides no geometry made alike."""
    garments = tuple(GarmentSpec(kind=g.kind, colour=(0.0, 0.0, 0.0)) for g in outfit.garments)
    return OutfitSpec(garments=garments, hair=outfit.hair, texture_seed=outfit.texture_seed % HAIR_VARIANTS)


@lru_cache(maxsize=64)
def _cover(body: BodySpec, outfit: OutfitSpec, cache: Cache) -> Cover:
    return worn_by(body, outfit, cache).cover


def character_entry(body: BodySpec, outfit: OutfitSpec, cache: Cache) -> Entry[Worn]:
    """Where what somebody wears is kept."""
    return CHARACTERS.entry(cache, body.model_dump(), shape_of(outfit))


def worn_by(body: BodySpec, outfit: OutfitSpec, cache: Cache, build: Build | None = None) -> Worn:
    """What somebody wears, from the cache, or built and put there; the same specification and code give the same file.

    A cache that cannot be written is not an error: the clothes are built again next time.
    """
    entry = character_entry(body, outfit, cache)
    found = entry.find()
    if found is not None:
        return found
    from synthgen.characters.body import build_body
    from synthgen.characters.worn import put_on

    worn = (build or put_on)(build_body(body, cache), outfit)
    give_back_memory()
    try:
        entry.keep(worn)
    except InputError as error:
        logger.warning("%s", error)
    return worn


CHARACTERS = Kind(
    name="characters",
    what="character",
    folder="assets",
    makers=("synthgen.characters.wardrobe",),
    load=Worn.load,
    save=Worn.save,
    label="character",
)
"""What people wear, kept by who wears what."""


def give_back_memory() -> None:
    """Returns freed memory to the system: building leaves hundreds of MB in glibc's free lists."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)
