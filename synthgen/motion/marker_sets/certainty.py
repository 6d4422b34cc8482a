"""Keypoints of pictures and other points whose place on the body is less sure than a marker's."""

from __future__ import annotations

from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.limits import Span
from synthgen.core.tables import table

SIGMA = Span(0.001, 0.2)
"""Metres per axis that a set may say of a place."""


def keypoints() -> dict[str, dict[str, Any]]:
    """Keypoint → its row of ``keypoints.yaml``, the left one of a pair."""
    points: dict[str, dict[str, Any]] = table("motion/marker_sets/keypoints.yaml")["points"]
    return points


def certainty(row: Any) -> tuple[Any, float | None, str | None]:
    """What a row of a marker set says besides a place.

    Returns:
        the row without it; σ in metres per axis, or None for a marker's own; and the landmark beside which the point
        lies and whose name it takes, the left one of a pair.

    Raises:
        InputError: the row's ``sigma`` is no length.
    """
    if not isinstance(row, dict):
        return row, None, None
    key = row.get("keypoint")
    of_table = keypoints().get(key, {}) if isinstance(key, str) else {}
    sigma = row.get("sigma", of_table.get("sigma"))
    number = isinstance(sigma, (int, float)) and not isinstance(sigma, bool)
    if sigma is not None and not (number and SIGMA.holds(sigma)):
        raise InputError(
            "sigma is metres per axis by which a place is uncertain",
            expected=str(SIGMA),
            got=repr(sigma)[:60],
            remedy="correct it, or leave it out",
        )
    return {k: v for k, v in row.items() if k != "sigma"}, sigma, of_table.get("like")


def middles(given: Any) -> dict[str, tuple[str, str]]:
    """Marker → the two whose middle it is.

    Raises:
        InputError: not two names each.
    """
    out = {}
    for name, pair in (given or {}).items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise InputError(
                "middles say of a marker the two in whose middle it lies",
                got=f"{name}: {pair}"[:80],
                expected="Neck: [LShoulder, RShoulder]",
                remedy="name two markers",
            )
        out[str(name)] = (str(pair[0]), str(pair[1]))
    return out
