"""Rig motions kept on disk, found again by the fit and the character that they were made from."""

from __future__ import annotations

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.core.digests import digest
from synthgen.retarget.rig_motion import RigMotion

MOTIONS = Kind(
    name="motions",
    what="rig motion",
    folder="motions",
    makers=("synthgen.retarget.retarget",),
    load=RigMotion.load,
    save=RigMotion.save,
    label="rig",
)
"""Rig motions, kept by the fit, the body and its sites."""


def motion_entry(motion: SpineMotion, body: RestBody, sites: SiteSet, cache: Cache) -> Entry[RigMotion]:
    """Where :func:`cached_retarget` keeps its result."""
    return entry_of(motion_digest(motion), character_digest(body, sites), cache)


def entry_of(motion: str, character: str, cache: Cache) -> Entry[RigMotion]:
    """As :func:`motion_entry`, for whoever has many pairs of few motions and few characters: by their digests."""
    return MOTIONS.entry(cache, motion, character)


def motion_digest(motion: SpineMotion) -> str:
    """Digest of all of a fitted motion that decides rig motions."""
    return digest(
        motion.name,
        motion.fps,
        motion.stature,
        motion.reference,
        motion.scale,
        motion.q,
        motion.transforms,
        motion.neutral,
        motion.vertebra_covariance,
        motion.joint_sigma,
        list(motion.coordinate_names),
        list(motion.segment_names),
    )


def character_digest(body: RestBody, sites: SiteSet) -> str:
    """Digest of all of a character that decides rig motions and their extents."""
    rest = (body.rig, body.stature, list(body.bone_names), body.parents, body.bones)
    skin = (body.vertices, body.faces, body.skin_indices, body.skin_weights, body.regions)
    points = (list(sites.names), sites.rest, sites.indices, sites.weights)
    return digest(*rest, *skin, *points)


def cached_retarget(
    motion: SpineMotion, body: RestBody, sites: SiteSet, cache: Cache, entry: Entry[RigMotion] | None = None
) -> RigMotion:
    """As :func:`synthgen.retarget.retarget.retarget`, kept; a damaged file is made again.

    Args:
        motion, body, sites: as there.
        cache: where rig motions are kept.
        entry: what :func:`motion_entry` says of them, where it is known already.
    """

    def make() -> RigMotion:
        from synthgen.retarget.retarget import retarget

        return retarget(motion, body, sites)

    return (entry or motion_entry(motion, body, sites, cache)).get(make)
