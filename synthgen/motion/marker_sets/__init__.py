"""Marker sets as data: which marker sits where on the body model. One YAML file per set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from synthgen.bodymodel import BodyModel, reference_body
from synthgen.errors import InputError
from synthgen.limits import Span
from synthgen.motion.marker_sets.certainty import certainty, keypoints, middles
from synthgen.motion.marker_sets.matching import Matches, matched
from synthgen.motion.marker_sets.named_sides import check_side, other_side, side_of
from synthgen.motion.names import close_matches
from synthgen.userfiles.yamlfile import Source, read_yaml

Place = tuple[str, tuple[float, float, float]]
"""Segment of the body model, and metres in its frame at the reference stature."""

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

_PLACE = "{point} or {vertebra} or {landmark} or {keypoint} or {segment, standing: [x, y, z]}"
_EXPECTED = f"name, markers: NAME: {_PLACE}, and optionally proud, least, needs, aliases, suffix, unplaced, middles"
_SEE = "docs/motion.md shows such a file"
_KEYS: dict[str, tuple[Any, str]] = {
    "name": (str, "a text"),
    "markers": (dict, "a table of markers"),
    "proud": ((int, float), "metres"),
    "least": (int, "a number of markers"),
    "needs": (list, "a list of markers"),
    "aliases": (dict, "a table: other spelling, name"),
    "suffix": (str, "a text"),
    "unplaced": (list, "a list of markers"),
    "middles": (dict, "a table: marker, [one, other]"),
}
_RANGES = {"proud": Span(0.0, 0.1), "least": Span(0, 1000)}
_BLANK = re.compile(r"[\s*+\\/]")
"""What OpenSim allows in no name."""


@dataclass(frozen=True)
class MarkerSet:
    """Markers of one convention, both sides written out.

    Attributes:
        name: what it is called.
        places: marker → where it sits.
        landmarks: marker → landmark of the body model that it is.
        unplaced: markers whose place on the bone nobody knows.
        pairs: (left, right) names.
        needs: markers without which a recording is not of this set; least: how many it must have.
        aliases: other name of a marker → its name here.
        suffix: what some programs append to the names.
        sigma: marker → metres per axis, by which its place is uncertain, where that is more than for a marker that a
            hand puts on.
        beside: marker → landmark that it is not but whose name it takes in a clip, with its own place.
        middles: marker → the two whose middle some programs write in its place, or all of them where it has no place.
    """

    name: str
    places: dict[str, Place]
    landmarks: dict[str, str] = field(default_factory=dict)
    unplaced: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, str], ...] = ()
    needs: frozenset[str] = frozenset()
    least: int = 3
    aliases: dict[str, str] = field(default_factory=dict)
    suffix: str = ""
    sigma: dict[str, float] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    middles: dict[str, tuple[str, str]] = field(default_factory=dict)

    def called(self, marker: str) -> str:
        """A marker's name in a clip."""
        return self.landmarks.get(marker) or self.beside.get(marker, marker)

    def match(self, names: Iterable[str]) -> dict[str, str]:
        """A recording's names → this set's.

        ``anna:L_ASIS`` is ``L.ASIS``; how far such spellings are made equal is the business of ``matching.py``.
        """
        return self.matches(names).taken

    def matches(self, names: Iterable[str]) -> Matches:
        """The same, and what only resembles this set's markers."""
        return matched((*self.places, *self.unplaced), self.aliases, self.suffix, names)

    def fits(self, names: Iterable[str]) -> bool:
        """True when a recording of these names is one of this set."""
        found = set(self.match(names).values())
        return self.needs <= found and len(found & self.places.keys()) >= self.least


@cache
def shipped(name: str) -> MarkerSet:
    """One of :data:`SHIPPED`."""
    if name != "landmarks":
        return read_marker_set(Path(__file__).with_name(f"{name}.yaml"))
    body = reference_body()
    places = {n: (s, _three(at)) for n, (s, at) in body.landmarks.items()}
    needs = frozenset({"left_hip", "right_hip"})
    return MarkerSet(name, places, {n: n for n in places}, frozenset(), _pairs(places), needs, 8)


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


def read_marker_set(path: Path) -> MarkerSet:
    """Reads a marker set file; its format is shown by the shipped ones.

    Raises:
        InputError: the file is missing, is not of that form, names what the body does not have, or contradicts itself.
    """
    return _set(read_yaml(path, "marker set", expected=_EXPECTED, remedy=_SEE), reference_body())


def _set(source: Source, body: BodyModel) -> MarkerSet:
    _check_form(source)
    data = source.data
    places: dict[str, Place] = {}
    landmarks: dict[str, str] = {}
    sigma: dict[str, float] = {}
    beside: dict[str, str] = {}
    proud = float(data.get("proud", 0.0))
    rows = {_BLANK.sub("_", written): (written, row) for written, row in data["markers"].items()}
    for name, (written, row) in rows.items():
        try:
            bare, unsure, like = certainty(row)
            places[name], mark = _place(name, bare, body, proud, other_side(name) in rows)
        except InputError as error:
            raise InputError(error.what, where=source.where(("markers", written)), expected=error.expected,
                             got=error.got, remedy=error.remedy or _SEE) from None  # fmt: skip
        if mark:
            landmarks[name] = mark
        if unsure:
            sigma[name] = unsure
        if like:
            beside[name] = like if side_of_place(places[name]) != "right" else like.replace("left_", "right_")
        if side_of(name) == side_of_place(places[name]) == "left" and (other := other_side(name)) not in rows:
            places[other] = mirrored(places[name])
            if mark:
                landmarks[other] = mark.replace("left_", "right_")
            sigma |= {other: unsure} if unsure else {}
            beside |= {other: like.replace("left_", "right_")} if like else {}
    computed = middles(data.get("middles"))
    loose = [str(n) for n in (*(data.get("unplaced") or ()), *computed)]
    loose += [other_side(n) for n in loose if side_of(n) == "left"]
    aliases = {str(a): str(n) for a, n in (data.get("aliases") or {}).items()}
    aliases |= {other_side(a): other_side(n) for a, n in aliases.items()
                if side_of(n) == "left" and other_side(n) in places and side_of(a) == "left"}  # fmt: skip
    needs = frozenset(map(str, data.get("needs") or ()))
    for key, named in (("aliases", set(aliases.values())), ("needs", needs)):
        if lost := sorted(named - places.keys()):
            raise InputError(f"{key} name markers that are not in the set", where=source.where((key,)),
                             expected=f"some of {', '.join(places)}", got=", ".join(lost),
                             remedy=f"write them under markers, or take them out of {key}")  # fmt: skip
    return MarkerSet(
        data.get("name", Path(source.path).stem), places, landmarks, frozenset(loose) - places.keys(), _pairs(places),
        needs, data.get("least", 3), aliases, str(data.get("suffix") or "").lower(),
        sigma, beside, computed,
    )  # fmt: skip


def _check_form(source: Source) -> None:
    """Refuses keys that a marker set does not have, and values that are not of their kind or beyond any marker."""
    for key, value in source.data.items():
        kind, words = _KEYS.get(key, (object, ""))
        if not words:
            raise InputError("a marker set has no such key", where=source.where((key,)), expected=", ".join(_KEYS),
                             got=key, remedy=close_matches(key, _KEYS) or "remove it")  # fmt: skip
        if not isinstance(value, kind) or isinstance(value, bool):
            raise InputError(f"{key} is {words}", where=source.where((key,)), got=repr(value)[:80], remedy=_SEE)
        span = _RANGES.get(key)
        if span and not span.holds(value):
            raise InputError(f"{key} is {words}", where=source.where((key,)), expected=str(span), got=str(value),
                             remedy=_SEE)  # fmt: skip
    if not source.data.get("markers"):
        raise InputError("the marker set has no markers", where=source.where(("markers",)), expected=_EXPECTED,
                         got="none", remedy=_SEE)  # fmt: skip


@cache
def _palpated() -> dict[str, dict[str, Any]]:
    """Palpated point → its row of ``palpated.yaml``."""
    return yaml.safe_load(Path(__file__).with_name("palpated.yaml").read_text(encoding="utf-8"))


def _place(name: str, row: Any, body: BodyModel, proud: float, twin: bool) -> tuple[Place, str | None]:
    """Where a row of the file sits, on the side that its name or the row says, and the landmark that it is.

    Args:
        name: the marker; row: what the file says of it; twin: the file also has the other side's name.
        proud: metres from the skin to a marker's centre.

    Raises:
        InputError: the row names nothing that the body has, or its name and its place are on different sides.
    """
    row = dict(row) if isinstance(row, dict) else {}
    said = row.pop("side", None)
    if said not in (None, "left", "right"):
        raise InputError("a side is left or right", got=repr(said)[:40])
    mark = row["landmark"] if set(row) == {"landmark"} else None
    place = _bare_place(row, body, proud)
    where = side_of_place(place)
    if where and set(row) in ({"point"}, {"keypoint"}):
        side = said or side_of(name)
        if side is None:
            raise InputError(f"{next(iter(row.values()))} is on both sides, and the name {name} says neither",
                             expected="a name that says left or right, or begins with L or R",
                             remedy="add side: left or side: right to its line")  # fmt: skip
        return (place if side == where else mirrored(place)), None
    if where and not said:
        check_side(name, where, twin)
    elif said and said != where:
        raise InputError(f"{name} is said to be on the {said}, and its place is not", got=f"{where or 'the middle'}",
                         remedy="correct its side or its place")  # fmt: skip
    return place, mark


def _bare_place(row: dict[str, Any], body: BodyModel, proud: float) -> Place:
    """Where a row of the file sits, palpated points on the left."""
    if set(row) == {"landmark"}:
        segment, at = _known("landmark", row["landmark"], body.landmarks)
        return segment, _three(at)
    if set(row) == {"vertebra"}:
        skin = _known("vertebra", row["vertebra"], body.vertebra_points)["skin"]
        return row["vertebra"], _three(skin - (proud, 0.0, 0.0))
    if set(row) == {"point"}:
        row = _known("point", row["point"], _palpated())
    if set(row) == {"keypoint"}:
        row = {k: _known("keypoint", row["keypoint"], keypoints())[k] for k in ("segment", "standing")}
    if set(row) != {"segment", "standing"}:
        raise InputError(
            "this does not say where a marker sits", expected=_PLACE, got=", ".join(map(str, row)) or "nothing"
        )
    index = _known("segment", row["segment"], body.tree.segment_index)
    try:
        standing = np.array(row["standing"], float)
    except (TypeError, ValueError, OverflowError):
        standing = np.zeros(0)
    if standing.shape != (3,) or not (np.abs(standing) < 10).all():
        raise InputError("standing is no place", expected="three numbers in metres: forward of the hips' middle, left, "
                         "above the sole", got=repr(row["standing"])[:80])  # fmt: skip
    t = body.tree.forward(body.neutral()[0])[index]
    above_hips = standing - (0.0, 0.0, sole_below_hips(body))
    return row["segment"], _three(t[:3, :3].T @ (above_hips - t[:3, 3]))


def _known(kind: str, name: Any, table: Mapping[str, Any]) -> Any:
    """What a table says of a name that a user wrote."""
    if isinstance(name, str) and name in table:
        return table[name]
    raise InputError(f"there is no {kind} of this name", expected=f"one of {', '.join(table)}", got=repr(name)[:60],
                     remedy=close_matches(str(name)[:60], table))  # fmt: skip


def sole_below_hips(body: BodyModel) -> float:
    """Metres from the sole up to the hips' middle in quiet standing."""
    world = body.tree.forward(body.neutral()[0])
    return -float(body.points(world, ["left_heel"])["left_heel"][2])


def side_of_place(place: Place) -> str | None:
    """``left`` or ``right`` of the body; None in its middle."""
    segment, (_, y, _) = place
    return (
        segment.partition("_")[0]
        if segment.startswith(("left_", "right_"))
        else "left"
        if y > 0
        else "right"
        if y
        else None
    )


def _pairs(places: dict[str, Place]) -> tuple[tuple[str, str], ...]:
    """(left, right) names of markers that mirror each other in the sagittal plane."""
    left = {n: mirrored(p) for n, p in places.items() if p[0].startswith("left_") or (p[1][1] > 0 and "_" not in p[0])}
    at = {p: n for n, p in places.items()}
    return tuple((n, at[p]) for n, p in left.items() if p in at)


def mirrored(place: Place) -> Place:
    """The same place on the other side of the body."""
    segment, (x, y, z) = place
    return ("right_" + segment[5:] if segment.startswith("left_") else segment), (x, -y, z)


def _three(at: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (round(float(v), 6) for v in at)
    return x, y, z
