"""Where on the body model a marker sits, by a row of a marker set and by the side that the marker's name says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from synthgen.core.bodymodel import BodyModel
from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.motion.marker_sets.certainty import keypoints
from synthgen.motion.marker_sets.named_sides import check_side, side_of
from synthgen.motion.names import close_matches

Place = tuple[str, tuple[float, float, float]]
"""Segment of the body model, and metres in its frame at the reference stature."""

FORMS = "{point} or {vertebra} or {landmark} or {keypoint} or {segment, standing: [x, y, z]}"
"""What a row may say."""


def _palpated() -> dict[str, dict[str, Any]]:
    """Palpated point → its row of ``palpated.yaml``."""
    return table("motion/marker_sets/palpated.yaml")


def place_of(name: str, row: Any, body: BodyModel, proud: float, twin: bool) -> tuple[Place, str | None]:
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
        raise InputError(
            "a side is left or right",
            got=repr(said)[:40],
            expected="left or right",
            remedy="write side: left or side: right",
        )
    mark = row["landmark"] if set(row) == {"landmark"} else None
    place = _bare_place(row, body, proud)
    where = side_of_place(place)
    if where and set(row) in ({"point"}, {"keypoint"}):
        side = said or side_of(name)
        if side is None:
            raise InputError(
                f"{next(iter(row.values()))} is on both sides, and the name {name} says neither",
                expected="a name that says left or right, or begins with L or R",
                remedy="add side: left or side: right to its line",
            )
        return (place if side == where else mirrored(place)), None
    if where and not said:
        check_side(name, where, twin)
    elif said and said != where:
        raise InputError(
            f"{name} is said to be on the {said}, and its place is not",
            got=f"{where or 'the middle'}",
            remedy="correct its side or its place",
        )
    return place, mark


def _bare_place(row: dict[str, Any], body: BodyModel, proud: float) -> Place:
    """Where a row of the file sits, palpated points on the left."""
    if set(row) == {"landmark"}:
        segment, at = _known("landmark", row["landmark"], body.landmarks)
        return segment, rounded(at)
    if set(row) == {"vertebra"}:
        skin = _known("vertebra", row["vertebra"], body.vertebra_points)["skin"]
        return row["vertebra"], rounded(skin - (proud, 0.0, 0.0))
    if set(row) == {"point"}:
        row = _known("point", row["point"], _palpated())
    if set(row) == {"keypoint"}:
        row = {k: _known("keypoint", row["keypoint"], keypoints())[k] for k in ("segment", "standing")}
    if set(row) != {"segment", "standing"}:
        raise InputError(
            "this does not say where a marker sits",
            expected=FORMS,
            got=", ".join(map(str, row)) or "nothing",
            remedy="write one of these",
        )
    index = _known("segment", row["segment"], body.tree.segment_index)
    try:
        standing = np.array(row["standing"], float)
    except (TypeError, ValueError, OverflowError):
        standing = np.zeros(0)
    if standing.shape != (3,) or not (np.abs(standing) < 10).all():
        raise InputError(
            "standing is no place",
            expected="three numbers in metres: forward of the hips' middle, left, above the sole",
            got=repr(row["standing"])[:80],
            remedy="write three numbers in metres (standing: [0.1, 0.0, 0.9])",
        )
    t = body.tree.forward(body.neutral()[0])[index]
    above_hips = standing - (0.0, 0.0, sole_below_hips(body))
    return row["segment"], rounded(t[:3, :3].T @ (above_hips - t[:3, 3]))


def _known(kind: str, name: Any, table: Mapping[str, Any]) -> Any:
    """What a table says of a name that a user wrote."""
    if isinstance(name, str) and name in table:
        return table[name]
    raise InputError(
        f"there is no {kind} of this name",
        expected=f"one of {', '.join(table)}",
        got=repr(name)[:60],
        remedy=close_matches(str(name)[:60], table),
    )


def sole_below_hips(body: BodyModel) -> float:
    """Metres from the sole up to the hips' middle in quiet standing."""
    world = body.tree.forward(body.neutral()[0])
    return -float(body.points(world, ["left_heel"])["left_heel"][2])


def side_of_place(place: Place) -> str | None:
    """``left`` or ``right`` of the body; None in its middle."""
    segment, (_, y, _) = place
    if segment.startswith(("left_", "right_")):
        return segment.partition("_")[0]
    return None if y == 0 else "left" if y > 0 else "right"


def mirror_pairs(places: dict[str, Place]) -> tuple[tuple[str, str], ...]:
    """(left, right) names of markers that mirror each other in the sagittal plane."""
    left = {n: mirrored(p) for n, p in places.items() if p[0].startswith("left_") or (p[1][1] > 0 and "_" not in p[0])}
    at = {p: n for n, p in places.items()}
    return tuple((n, at[p]) for n, p in left.items() if p in at)


def mirrored(place: Place) -> Place:
    """The same place on the other side of the body."""
    segment, (x, y, z) = place
    return ("right_" + segment[5:] if segment.startswith("left_") else segment), (x, -y, z)


def rounded(at: np.ndarray) -> tuple[float, float, float]:
    """A point to the micrometre, so that the two of a pair are equal."""
    x, y, z = (round(float(v), 6) for v in at)
    return x, y, z
