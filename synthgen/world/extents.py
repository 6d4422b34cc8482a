"""The extents of rig motions (``ClipInfo``) kept on disk beside them."""

from __future__ import annotations

from synthgen.characters.rest_body import RestBody
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.clipinfo import ClipInfo, clip_info

EXTENTS = Kind(
    name="extents",
    what="extent of a motion",
    folder="motions",
    makers=("synthgen.world.clipinfo",),
    load=ClipInfo.load,
    save=ClipInfo.save,
    label="extent",
)
"""Extents of rig motions, kept by the motion's own key, which covers the body."""


def extent_entry(motion: Entry[RigMotion], cache: Cache) -> Entry[ClipInfo]:
    """Where :func:`cached_extent` keeps its result."""
    return EXTENTS.entry(cache, motion.key)


def cached_extent(entry: Entry[RigMotion], motion: RigMotion, body: RestBody, cache: Cache) -> ClipInfo:
    """The extent of a rig motion that lies at ``entry`` and moves ``body``."""
    return extent_entry(entry, cache).get(lambda: clip_info(motion, body))
