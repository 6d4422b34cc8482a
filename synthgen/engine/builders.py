"""The real builders of meshes: ``characters`` and ``places``, with a bounded memory of characters."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.characters.wardrobe import dressed
from synthgen.core.cache import Cache
from synthgen.engine.stage import Builders
from synthgen.meshes.mesh import MeshPart
from synthgen.world.surroundings import PropModel, RoomSpec, SkySpec


def asset_builders(cache: Cache, files: Path | None = None) -> Builders:
    """Builders over ``characters`` and ``places``; bodies are kept in the cache between runs.

    Args:
        cache: of bodies.
        files: folder from which the user's pictures and meshes are named.

    The heavy libraries behind them load with the first character.
    """
    from synthgen.places.sky import build_sky

    @lru_cache(maxsize=24)
    def character(body: BodySpec, outfit: OutfitSpec) -> CharacterAsset:
        from synthgen.places.files import found_file

        return dressed(body, outfit, cache, partial(found_file, files=files))

    @lru_cache(maxsize=64)
    def prop(spec: PropModel) -> list[MeshPart]:
        from synthgen.places.props import build_prop

        return build_prop(spec, files)

    @lru_cache(maxsize=4)
    def room(spec: RoomSpec) -> list[MeshPart]:
        from synthgen.places.rooms import build_room

        return build_room(spec, files, cache)

    @lru_cache(maxsize=4)  # a reset shows the plain sky between two shots
    def sky(spec: SkySpec) -> np.ndarray:
        return build_sky(spec, files=files)

    return Builders(character, prop, room, sky)
