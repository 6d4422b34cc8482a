"""Marker sets as data: which marker sits where on the body model. One YAML file per set."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.tables import tables
from synthgen.motion.marker_sets.model import MarkerSet
from synthgen.motion.marker_sets.places import Place, mirror_pairs, rounded, sole_below_hips
from synthgen.motion.marker_sets.reading import read_marker_set
from synthgen.motion.names import close_matches

__all__ = ["SHIPPED", "MarkerSet", "Place", "marker_set", "read_marker_set", "shipped", "sole_below_hips"]

SHIPPED = (
    "plug_in_gait",
    "rajagopal_2016",
    "cmu_41",
    "gait2392",
    "stanford",
    "opencap",
    "van_sint_jan",
    "davis",
    "landmarks",
    "halpe_26",
    "coco_17",
    "smpl_22",
)
"""Sets that need no file; ``landmarks`` are the body model's own names (``opensim_models/body.yaml``), the last three
points in the body that no hand has put on. Of sets that fit alike the first is taken."""


@cache
def shipped(name: str) -> MarkerSet:
    """One of :data:`SHIPPED`."""
    if name != "landmarks":
        return read_marker_set(tables("motion/marker_sets/*.yaml").path(name))
    body = reference_body()
    places = {n: (s, rounded(at)) for n, (s, at) in body.landmarks.items()}
    needs = frozenset({"left_hip", "right_hip"})
    return MarkerSet(name, places, {n: n for n in places}, frozenset(), mirror_pairs(places), needs, 8)


def marker_set(given: str | None, folder: Path, names: list[str], where: str) -> MarkerSet:
    """The set that a user names, or the shipped one that a recording's names fit.

    Args:
        given: a shipped set's name or the path of a file, counted from ``folder``; None to recognise.
        folder: folder of the recording.
        names: the recording's marker names.
        where: the recording, for errors.

    Raises:
        InputError: no set fits, or the given one is not sound.
    """
    if given in SHIPPED:
        return shipped(given)
    if given is not None:
        return read_marker_set(folder / given)
    fitting = [s for s in map(shipped, SHIPPED) if s.fits(names)]
    if fitting:
        return max(fitting, key=lambda s: len(s.match(names)))
    nearest = max(map(shipped, SHIPPED), key=lambda s: len(s.match(names)))
    known = nearest.match(names)
    here = set(known.values())
    missing = sorted(nearest.needs - here)
    lacks = f"{', '.join(missing[:6])} missing" if missing else f"{nearest.least} of known place are needed"
    similar = close_matches(missing[0], [n for n in names if n not in known]) if missing and here else None
    beside = f"in {Path(where).name}.yaml beside the recording"
    own = f"write a marker set (docs/motion.md shows one) and name it {beside} (markers: mine.yaml)"
    said = f"say {beside} that it is this set all the same (markers: {nearest.name}), or {own}"
    raise InputError(
        "the marker names are not known",
        where=where,
        expected=f"the markers of one of {', '.join(SHIPPED)}"
        + (
            f"; nearest is {nearest.name}, of which {len(here)} are here and {lacks}"
            if here
            else ", none of which is here"
        ),
        got=", ".join(names[:60]) or "no markers",
        remedy=(said if len(here) >= nearest.least else own)
        + (f"; if {missing[0]} is only spelt otherwise: {similar}" if similar else ""),
    )
