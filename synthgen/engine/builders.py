"""The real builders of meshes: ``characters`` and ``places``, with a bounded memory of characters."""

from __future__ import annotations

from functools import lru_cache

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.characters.wardrobe import dressed
from synthgen.core.cache import Cache
from synthgen.engine.stage import Builders
from synthgen.meshes.mesh import MeshPart
from synthgen.world.shot import PropSpec, RoomSpec


def asset_builders(cache: Cache) -> Builders:
    """Builders over ``characters`` and ``places``; bodies are kept in the cache between runs.

    The heavy libraries behind them load with the first character.
    """
    from synthgen.places.sky import build_sky

    @lru_cache(maxsize=24)
    def character(body: BodySpec, outfit: OutfitSpec) -> CharacterAsset:
        return dressed(body, outfit, cache)

    @lru_cache(maxsize=64)
    def prop(spec: PropSpec) -> list[MeshPart]:
        from synthgen.places.props import build_prop

        return build_prop(spec)

    @lru_cache(maxsize=4)
    def room(spec: RoomSpec) -> list[MeshPart]:
        from synthgen.places.room import build_room

        return build_room(spec)

    def any_prop(spec: PropSpec) -> list[MeshPart]:
        # Name and place do not enter a prop's meshes.
        return prop(spec.model_copy(update={"name": "", "position": (0.0, 0.0, 0.0), "yaw": 0.0}))

    return Builders(character, any_prop, room, build_sky)
