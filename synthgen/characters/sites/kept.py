"""The anatomical sites of rest bodies kept on disk beside them."""

from __future__ import annotations

from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.cache import Cache, Entry, Kind

SITES = Kind(
    name="sites",
    what="set of anatomical sites",
    folder="assets",
    makers=("synthgen.characters.sites.place",),
    load=SiteSet.load,
    save=SiteSet.save,
    label="sites",
)
"""Anatomical sites, kept by the body's own key."""


def sites_entry(body: Entry[RestBody], cache: Cache) -> Entry[SiteSet]:
    """Where :func:`cached_sites` keeps its result."""
    return SITES.entry(cache, body.key)


def cached_sites(entry: Entry[RestBody], body: RestBody, cache: Cache) -> SiteSet:
    """The sites of a body that lies at ``entry``."""

    def make() -> SiteSet:
        from synthgen.characters.sites.place import place_sites

        return place_sites(body)

    return sites_entry(entry, cache).get(make)
