"""Which axis of a recording points up: the one along which the body stands *and* under which it touches a floor.

The body's own shape cannot tell: somebody in a plank looks like somebody who stands in a fallen laboratory. So the
axis that the trunk follows must also have the soles on its zero, or be the only one with something like a floor at
zero; else the user is asked.
"""

from __future__ import annotations

import warnings

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.vectors import unit
from synthgen.motion.marker_sets import Place, sole_below_hips
from synthgen.motion.normalise.axes import AXES
from synthgen.motion.normalise.size import positions_in_standing

ALONG = 0.7
"""Cosine between the mean trunk and an axis, from which on the body counts as standing along it."""
_ON_SOLES = (0.025, 0.02)
"""Metres from zero to the soles, and by which they rise and fall (10 to 90 %), of somebody who surely stands there."""
_FLOOR = (-0.06, 0.20)
"""Metres from zero to the lowest marker of somebody who stands or lies on a floor at zero."""
_OTHER_FLOOR = (-0.02, 0.15)
"""The same for an axis that speaks against the trunk's: narrower, people near the origin are not asked about."""
_FOOT = 0.2
"""Metres above the sole, below which a point of the leg shows where the sole is."""
_STEADY = 0.05
"""Metres that the lowest marker rises and falls (10 to 90 %) on such a floor."""
_HIGH = ("skull", "C", "T", "left_clavicle", "right_clavicle", "left_upper_arm", "right_upper_arm")
_LOW = ("pelvis", "sacrum", "left_thigh", "right_thigh", "left_shank", "right_shank", "left_foot", "right_foot")


def trunk_direction(points: dict[str, np.ndarray], places: dict[str, Place]) -> np.ndarray | None:
    """(T, 3) from the middle of the lower points to that of the upper ones, not normalised; None without both."""
    high = [points[n] for n in points if places[n][0] in _HIGH or places[n][0][:1] in ("C", "T")]
    low = [points[n] for n in points if places[n][0] in _LOW]
    if not high or not low:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without any of them is NaN
        return np.asarray(np.nanmean(high, axis=0) - np.nanmean(low, axis=0))


def up_axis(
    points: dict[str, np.ndarray], places: dict[str, Place], given: str | None, where: str, ask: str, said: str = ""
) -> tuple[str, str]:
    """The name of the axis that points up, and a note.

    Args:
        points: (T, 3) metres, file axes; places: where they sit on the body.
        given: what the user says, which is believed.
        where: the file; ask: what the user can do, both for errors.
        said: the axis that the file calls vertical, or empty. Programs write one without asking, so it is believed
            only where the trunk follows it.

    Raises:
        InputError: the axis is not known, or cannot be found.
    """
    if given is not None:
        if given not in AXES:
            raise InputError(
                "the up axis is not known",
                where=where,
                expected="one of " + ", ".join(AXES),
                got=given,
                remedy="write one of these (up: +z)",
            )
        return given, f"up axis {given} (given)"
    trunk = trunk_direction(points, places)
    if trunk is None or not np.isfinite(trunk).all(1).any():
        raise InputError("the up axis cannot be told without points on trunk and legs", where=where, remedy=ask)
    trunk = trunk[np.isfinite(trunk).all(1)]
    mean = np.mean(unit(trunk), axis=0)
    best = max(AXES, key=lambda a: float(AXES[a] @ mean))
    floors = _floors(points)
    if AXES[best] @ mean >= ALONG and _on_soles(sole_heights(points, places, AXES[best])):
        return best, f"up axis {best} (found: the trunk follows it, and the soles are on its zero)"
    if AXES[best] @ mean >= ALONG and said == best:
        return best, f"up axis {best} (found: the trunk follows it, and the file calls it vertical)"
    others = [a for a, steady in floors.items() if steady and a != best and a[1] != best[1]]
    if AXES[best] @ mean < ALONG or best not in floors or others:
        reasons = []
        if AXES[best] @ mean < ALONG:
            reasons.append("the trunk follows no axis")
        else:
            reasons.append(f"the trunk follows {best}")
        reasons.append(f"a floor at zero would be under {', '.join(floors) or 'none'}")
        raise InputError("the up axis is ambiguous", where=where, got="; ".join(reasons), remedy=ask)
    return best, f"up axis {best} (found: the trunk follows it, and the lowest marker is near zero)"


def sole_heights(points: dict[str, np.ndarray], places: dict[str, Place], up: np.ndarray) -> np.ndarray | None:
    """(T,) metres of the lower sole along ``up`` (3,), judged by the foot points' height over it in quiet standing.

    Returns:
        None when the file shows no feet; NaN in frames without any of their points.
    """
    body = reference_body()
    standing = positions_in_standing(places, body)
    low = sole_below_hips(body)
    feet = [n for n in points if places[n][0].endswith(("_foot", "_toes"))]
    # An ankle sinks when the shank leans, so it counts only where the file shows nothing below.
    feet = feet or [n for n in points if places[n][0].endswith("_shank") and standing[n][2] + low < _FOOT]
    if not feet:
        return None
    above = np.stack([points[n] @ up - (standing[n][2] + low) for n in feet])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without any of them is NaN
        return np.asarray(np.nanmin(above, axis=0))


def _on_soles(heights: np.ndarray | None) -> bool:
    if heights is None or not np.isfinite(heights).any():
        return False
    spread = float(np.subtract(*np.nanpercentile(heights, [90, 10])))
    return abs(float(np.nanmedian(heights))) < _ON_SOLES[0] and spread < _ON_SOLES[1]


def _floors(points: dict[str, np.ndarray]) -> dict[str, bool]:
    """Axes along which the lowest marker is near zero → whether it is and stays there without doubt."""
    stacked = np.stack(list(points.values()), 1)
    out = {}
    for name, axis in AXES.items():
        along = stacked @ axis
        known = np.isfinite(along).any(1)
        lowest = np.nanmin(along[known], axis=1)
        middle, spread = float(np.median(lowest)), float(np.subtract(*np.percentile(lowest, [90, 10])))
        if _FLOOR[0] <= middle <= _FLOOR[1]:
            out[name] = _OTHER_FLOOR[0] <= middle <= _OTHER_FLOOR[1] and spread < _STEADY
    return out
