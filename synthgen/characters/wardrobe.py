"""Dressed characters on disk: what is dear to build is built once per machine, not once per engine."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core import archive
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.core.errors import InputError
from synthgen.meshes.mesh import Material, MeshPart

logger = logging.getLogger(__name__)

Build = Callable[[BodySpec, OutfitSpec], CharacterAsset]

_ARRAYS = ("vertices", "faces", "uvs", "skin_indices", "skin_weights", "regions")
_IMAGES = ("texture", "normal_map")


def dressed(body: BodySpec, outfit: OutfitSpec, cache: Cache) -> CharacterAsset:
    """The dressed character that an engine with this cache draws; built and put there when it is missing.

    Args:
        body: rig and shape; outfit: what covers it.
        cache: that of the engine too, for rest bodies and dressed characters.

    Raises:
        InputError: as :func:`synthgen.characters.character.build_character`.
    """

    def build(body: BodySpec, outfit: OutfitSpec) -> CharacterAsset:
        from synthgen.characters.character import build_character

        return build_character(body, outfit, cache)

    return cached_character(body, outfit, cache, build)


def character_entry(body: BodySpec, outfit: OutfitSpec, cache: Cache) -> Entry[CharacterAsset]:
    """Where a dressed character is kept."""
    return CHARACTERS.entry(cache, body.model_dump(), outfit.model_dump())


def cached_character(body: BodySpec, outfit: OutfitSpec, cache: Cache, build: Build) -> CharacterAsset:
    """The character from the cache, or built and put there; the same specification and code give the same file.

    A cache that cannot be written is not an error: the character is built again next time.
    """
    entry = character_entry(body, outfit, cache)
    found = entry.find()
    if found is not None:
        return found
    asset = slim(build(body, outfit))
    give_back_memory()
    try:
        entry.keep(asset)
    except InputError as error:
        logger.warning("%s", error)
    return asset


def slim(asset: CharacterAsset) -> CharacterAsset:
    """The same asset with the arrays that drawing needs, in the types that the GPU takes."""

    def lean(part: MeshPart) -> MeshPart:
        arrays = {n: getattr(part, n) for n in _ARRAYS}
        leaned: dict[str, Any] = {n: _lean(a) for n, a in arrays.items() if a is not None}
        return replace(part, **leaned)

    rest = asset.rest
    bones = _bones_only(rest.rig, rest.bone_names, rest.parents, rest.bones, rest.stature)
    return CharacterAsset(bones, tuple(lean(p) for p in asset.parts))


def save_character(asset: CharacterAsset, path: Path, key: str | None = None) -> None:
    """Writes one ``.npz`` file, whole or not at all, as the entry ``key`` of the cache if there is one."""
    rows: list[dict[str, Any]] = []
    arrays = {"bones": asset.rest.bones, "parents": asset.rest.parents}
    for i, part in enumerate(asset.parts):
        material = {k: v for k, v in asdict(part.material).items() if k not in _IMAGES}
        rows.append({"name": part.name, "material": material})
        named = {n: getattr(part, n) for n in _ARRAYS} | {n: getattr(part.material, n) for n in _IMAGES}
        arrays |= {f"{i}/{n}": a for n, a in named.items() if a is not None}
    rest = asset.rest
    header = {"rig": rest.rig, "bone_names": rest.bone_names, "stature": rest.stature, "parts": rows}
    archive.save(path, "character", 1, header, arrays, key)


def load_character(path: Path, key: str | None = None) -> CharacterAsset:
    """Reads what :func:`save_character` wrote, with that key if one is given."""
    header, arrays = archive.load(path, "character", 1, key=key)
    try:
        names = (*_ARRAYS, *_IMAGES)
        parts = [_part(row, {n: arrays.get(f"{i}/{n}") for n in names}) for i, row in enumerate(header["parts"])]
        bone_names = tuple(header["bone_names"])
        rest = _bones_only(header["rig"], bone_names, arrays["parents"], arrays["bones"], header["stature"])
    except (KeyError, TypeError) as error:
        raise InputError("this character file lacks something", where=str(path), got=repr(error)) from error
    return CharacterAsset(rest, tuple(parts))


def _bones_only(rig: str, names: tuple[str, ...], parents: np.ndarray, bones: np.ndarray, stature: float) -> RestBody:
    none = np.zeros((0, 3))
    return RestBody(
        rig,
        names,
        parents,
        bones,
        none,
        none.astype(int),
        np.zeros((0, 3, 2)),
        np.zeros((0, 1), int),
        np.zeros((0, 1)),
        np.zeros(0, int),
        stature,
    )


def _part(row: dict[str, Any], arrays: dict[str, Any]) -> MeshPart:
    material: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row["material"].items()}
    images = {n: arrays.pop(n) for n in _IMAGES}
    return MeshPart(name=row["name"], material=Material(**material, **images), **arrays)


def _lean(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32 if array.dtype.kind == "f" else np.int32)


CHARACTERS = Kind(
    name="characters",
    what="character",
    folder="assets",
    makers=("synthgen.characters.wardrobe",),
    load=load_character,
    save=save_character,
    label="character",
)
"""Dressed characters, kept by what covers whom."""


def give_back_memory() -> None:
    """Returns freed memory to the system: building leaves hundreds of MB in glibc's free lists."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)
