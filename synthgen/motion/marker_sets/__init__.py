"""Marker sets as data: which marker sits where on the body model. One YAML file per set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from synthgen.bodymodel import BodyModel, reference_body
from synthgen.errors import InputError
from synthgen.motion.names import close_matches

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
)
"""Sets that need no file; ``landmarks`` are the body model's own names (``opensim_models/body.yaml``)."""

_EXPECTED = (
    "name, markers: NAME: {point} or {vertebra} or {landmark} or {segment, standing: [x, y, z]}, and optionally "
    "proud, least, needs, aliases, suffix, unplaced"
)
_SEPARATORS = str.maketrans("", "", " ._-")
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

    def match(self, names: Iterable[str]) -> dict[str, str]:
        """A recording's names → this set's.

        A subject before ``:`` or ``_`` does not count, nor do case and separators: ``anna:L_ASIS`` is ``L.ASIS``.
        """
        known = {_canonical(n): n for n in (*self.places, *self.unplaced)}
        known |= {_canonical(n): other for n, other in self.aliases.items()}
        out = {}
        for name in names:
            plain = name.rpartition(":")[2].strip().lower()
            if self.suffix:
                plain = plain.removesuffix(self.suffix)
            found = next((p for p in map(_canonical, (plain, plain.rpartition("_")[2])) if p in known), None)
            if found:
                out[name] = known[found]
        return out

    def fits(self, names: Iterable[str]) -> bool:
        """True when a recording of these names is one of this set."""
        found = set(self.match(names).values())
        return self.needs <= found and len(found & self.places.keys()) >= self.least


def _canonical(name: str) -> str:
    return name.lower().translate(_SEPARATORS)


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
    here = set(nearest.match(names).values())
    missing = sorted(nearest.needs - here)
    lacks = f"{', '.join(missing[:6])} missing" if missing else f"{nearest.least} of known place are needed"
    similar = close_matches(missing[0], names) if missing and here else None
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
        remedy=(f"{similar} Else " if similar else "")
        + f"write a marker set like {Path(__file__).parent.name}/{SHIPPED[0]}.yaml and name it in "
        f"{Path(where).name}.yaml beside the recording (markers: mine.yaml)",
    )


def read_marker_set(path: Path) -> MarkerSet:
    """Reads a marker set file; its format is shown by the shipped ones.

    Raises:
        InputError: the file is missing, is not of that form, or names segments that the body does not have.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _set(data, reference_body())
    except FileNotFoundError:
        raise InputError("there is no such marker set", where=str(path),
                         expected=f"one of {', '.join(SHIPPED)}, or a file") from None  # fmt: skip
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError("the marker set cannot be read", where=str(path), expected=_EXPECTED,
                         got=f"{type(error).__name__}: {error}") from error  # fmt: skip


def _set(data: dict[str, Any], body: BodyModel) -> MarkerSet:
    places: dict[str, Place] = {}
    landmarks: dict[str, str] = {}
    proud = float(data.get("proud", 0.0))
    rows = {_BLANK.sub("_", str(name)): row for name, row in data["markers"].items()}
    for name, row in rows.items():
        places[name], mark = _place(row, body, proud)
        if mark:
            landmarks[name] = mark
        other, (segment, at) = _other_side(name), places[name]
        sided = segment.startswith("left_") or at[1] > 0
        if name[0] in "Ll" and sided and other not in rows:
            places[other] = mirrored(places[name])
            if mark:
                landmarks[other] = mark.replace("left_", "right_")
    if not places:
        raise ValueError("no markers")
    loose = [str(n) for n in data.get("unplaced", ())]
    loose += [_other_side(n) for n in loose if n[0] in "Ll"]
    aliases = {str(a): str(n) for a, n in data.get("aliases", {}).items()}
    aliases |= {_other_side(a): _other_side(n) for a, n in aliases.items() if n[0] in "Ll" and _other_side(n) in places}
    lost = sorted(set(aliases.values()) - places.keys())
    if lost:
        raise ValueError(f"aliases name markers that are not in the set: {', '.join(lost)}")
    return MarkerSet(
        str(data["name"]), places, landmarks, frozenset(loose) - places.keys(),
        _pairs(places), frozenset(data.get("needs", ())), int(data.get("least", 3)),
        aliases, str(data.get("suffix", "")),
    )  # fmt: skip


@cache
def _palpated() -> dict[str, dict[str, Any]]:
    """Palpated point → its row of ``palpated.yaml``."""
    return yaml.safe_load(Path(__file__).with_name("palpated.yaml").read_text(encoding="utf-8"))


def _place(row: dict[str, Any], body: BodyModel, proud: float) -> tuple[Place, str | None]:
    """Where a row of the file sits, and the landmark that it is."""
    if set(row) == {"landmark"}:
        segment, at = body.landmarks[row["landmark"]]
        return (segment, _three(at)), row["landmark"]
    if set(row) == {"vertebra"}:
        return (row["vertebra"], _three(body.vertebra_points[row["vertebra"]]["skin"] - (proud, 0.0, 0.0))), None
    if set(row) == {"point"}:
        row = _palpated()[row["point"]]
    if set(row) != {"segment", "standing"}:
        raise ValueError(f"a marker is given by {', '.join(row)}")
    t = body.tree.forward(body.neutral()[0])[body.tree.segment_index[row["segment"]]]
    standing = np.array(row["standing"], float)
    if standing.shape != (3,) or not np.isfinite(standing).all():
        raise ValueError(f"standing: {row['standing']} are not three numbers")
    above_hips = standing - (0.0, 0.0, sole_below_hips(body))
    return (row["segment"], _three(t[:3, :3].T @ (above_hips - t[:3, 3]))), None


def sole_below_hips(body: BodyModel) -> float:
    """Metres from the sole up to the hips' middle in quiet standing."""
    world = body.tree.forward(body.neutral()[0])
    return -float(body.points(world, ["left_heel"])["left_heel"][2])


def _pairs(places: dict[str, Place]) -> tuple[tuple[str, str], ...]:
    """(left, right) names of markers that mirror each other in the sagittal plane."""
    left = {n: mirrored(p) for n, p in places.items() if p[0].startswith("left_") or (p[1][1] > 0 and "_" not in p[0])}
    at = {p: n for n, p in places.items()}
    return tuple((n, at[p]) for n, p in left.items() if p in at)


def _other_side(name: str) -> str:
    return ("R" if name[0] == "L" else "r") + name[1:]


def mirrored(place: Place) -> Place:
    """The same place on the other side of the body."""
    segment, (x, y, z) = place
    return ("right_" + segment[5:] if segment.startswith("left_") else segment), (x, -y, z)


def _three(at: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (round(float(v), 6) for v in at)
    return x, y, z
