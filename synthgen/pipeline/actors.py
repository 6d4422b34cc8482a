"""Bodies with their anatomical sites, each looked up in the cache first."""

from __future__ import annotations

from dataclasses import dataclass

from synthgen.characters.body import body_entry, build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.kept import cached_sites
from synthgen.characters.specs import BodySpec
from synthgen.core.cache import Cache


@dataclass(frozen=True)
class Actor:
    """A rest body and its anatomical points."""

    body: RestBody
    sites: SiteSet


def make_actor(spec: BodySpec, cache: Cache) -> Actor:
    """A body and its anatomical points, from the cache where it has them.

    Raises:
        InputError: the body cannot be built, or the cache not be written.
    """
    body = build_body(spec, cache)
    if spec.rig != "anny":  # bones alone: there is nothing to keep
        from synthgen.characters.sites.place import place_sites

        return Actor(body, place_sites(body))
    return Actor(body, cached_sites(body_entry(spec, cache), body, cache))
