"""Characters → rest bodies with their anatomical sites, each looked up in the cache first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.kept import cached_sites
from synthgen.core.cache import Cache, Entry
from synthgen.core.processes.maps import ProcessMap, mapped
from synthgen.world.assets import PersonAsset
from synthgen.world.cast import Character
from synthgen.world.shot import SpineSpec

if TYPE_CHECKING:
    from synthgen.characters.worn import Worn


@dataclass(frozen=True)
class Actor:
    """A character's rest body, its anatomical points, its own spine, if any, and what an engine shows."""

    body: RestBody
    sites: SiteSet
    spine: SpineSpec | None = None
    asset: PersonAsset | None = None


def make_actors(cast: Iterable[Character], cache: Cache, workers: int | ProcessMap, progress: bool) -> dict[str, Actor]:
    """Character name → rest body and sites."""
    people = list(cast)
    actors = mapped(
        partial(_actor, cache=cache),
        people,
        workers=workers,
        label="bodies",
        unit="body",
        progress=progress,
        quick=lambda character: _dressed(character, cache).exists(),
    )
    return {character.name: actor for character, actor in zip(people, actors, strict=True)}


def _actor(character: Character, cache: Cache) -> Actor:
    from synthgen.characters.body import body_entry, build_body

    spec, asset = character.body, PersonAsset(body=character.body, outfit=character.outfit)
    if spec.rig != "anny":  # bones alone: there is nothing to keep
        from synthgen.characters.sites.place import place_sites

        body = build_body(spec, cache)
        return Actor(body, place_sites(body), character.spine, asset)
    if not _dressed(character, cache).exists():
        from synthgen.characters.wardrobe import dressed

        dressed(spec, character.outfit, cache)  # here once, not in every engine
    body = build_body(spec, cache)
    return Actor(body, cached_sites(body_entry(spec, cache), body, cache), character.spine, asset)


def _dressed(character: Character, cache: Cache) -> Entry[Worn]:
    """Where the engines look for the dressed character."""
    from synthgen.characters.wardrobe import character_entry

    return character_entry(character.body, character.outfit, cache)
