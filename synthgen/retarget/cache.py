"""Rig motions kept on disk, found again by the fit and the character that they were made from."""

from __future__ import annotations

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.cache import Cache, Entry, Kind
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
    fit = (
        motion.name,
        motion.fps,
        motion.stature,
        motion.reference,
        motion.scale,
        motion.q,
        motion.transforms,
        motion.neutral,
        list(motion.coordinate_names),
        list(motion.segment_names),
    )
    rest = (body.rig, body.stature, list(body.bone_names), body.parents, body.bones)
    skin = (body.vertices, body.faces, body.skin_indices, body.skin_weights, body.regions)
    points = (list(sites.names), sites.rest, sites.indices, sites.weights)
    return MOTIONS.entry(cache, *fit, *rest, *skin, *points)


def cached_retarget(motion: SpineMotion, body: RestBody, sites: SiteSet, cache: Cache) -> RigMotion:
    """As :func:`synthgen.retarget.retarget.retarget`, kept at :func:`motion_entry`; a damaged file is made again."""

    def make() -> RigMotion:
        from synthgen.retarget.retarget import retarget

        return retarget(motion, body, sites)

    return motion_entry(motion, body, sites, cache).get(make)
