"""Markers on spinous processes that sit on another vertebra than their name says.

Laboratories find T10 by counting or by the shoulder blades, and miss it by one or two levels now and then: in public
recordings it lies between 37 and 72 % of the way from C7 to the posterior iliac spines. Ernst et al. 2013 (BMC Research
Notes 6:58, 22 adults, two palpators) found T4 at 21 %, T7 at 39 %, T10 at 54.1 %, L1 at 70.9 % and L4 at 86.1 %, with
95 % confidence intervals of their means of 2.8 % and less; the body model has T10 at 54 %.
"""

from __future__ import annotations

import warnings

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.skeleton import VERTEBRAE
from synthgen.motion.marker_sets import Place
from synthgen.motion.normalise.size import positions_in_standing, relative_size

TOLERANCE = 0.085
"""Share of the way from C7 to the iliac spines, about one and a half vertebrae: nearer markers keep their names."""
CHORD = (0.83, 1.2)
"""Ratios of the chord from C7 to the iliac spines to what the person's long bones let expect, outside of which one of
its own ends is wrong (in one recording the "PSIS" sat 0.12 m too high on a heavy person) and judges no other marker."""
_BEHIND = -0.05
"""Metres behind the hips' middle from which on a pelvis marker is one of the back."""


def on_their_levels(points: dict[str, np.ndarray], places: dict[str, Place]) -> tuple[dict[str, Place], list[str]]:
    """The places with vertebra markers moved to the vertebra that lies where they are, and notes.

    Args:
        points: (T, 3) metres; places: where the set has them.

    Returns:
        the same places where nothing is far off, or where C7 or the back of the pelvis is missing or misplaced.
    """
    body = reference_body()
    standing = positions_in_standing({n: places[n] for n in points}, body)
    low = [n for n in points if places[n][0] in ("pelvis", "sacrum") and standing[n][0] < _BEHIND]
    top = [n for n in points if places[n][0] == "C7"]
    levels = [n for n in points if places[n][0] in VERTEBRAE and n not in top and abs(places[n][1][1]) < 1e-6]
    levels = [n for n in levels if standing[n][0] < _BEHIND]
    if not low or len(top) != 1 or not levels:
        return places, []
    rest = [np.mean([standing[n] for n in low], axis=0), standing[top[0]]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without any of them is NaN
        foot = np.nanmean([points[n] for n in low], axis=0)
    chord = np.nanquantile(np.linalg.norm(points[top[0]] - foot, axis=1), 0.9) if np.isfinite(foot).any() else np.nan
    usual = (relative_size(points, places) or 1.0) * float(np.linalg.norm(rest[1] - rest[0]))
    if not CHORD[0] <= chord / usual <= CHORD[1]:
        return places, []
    out, notes = dict(places), []
    for name in levels:
        segment, at = places[name]
        share = np.nanmedian(_share(points[name], points[top[0]], foot)) if np.isfinite(foot).any() else np.nan
        expected = float(_share(standing[name], rest[1], rest[0]))
        if not np.isfinite(share) or abs(share - expected) < TOLERANCE:
            continue
        out_from_skin = body.vertebra_points[segment]["skin"][0] - at[0]
        others = {
            v: (v, _moved(body.vertebra_points[v]["skin"], out_from_skin)) for v in VERTEBRAE[: VERTEBRAE.index("C7")]
        }
        there = positions_in_standing(others, body)
        found = min(others, key=lambda v: abs(float(_share(there[v], rest[1], rest[0])) - share))
        out[name] = others[found]
        notes.append(
            f"{name} lies at {100 * share:.0f} % of the way from C7 to the pelvis, where {found} is ({segment}: "
            f"{100 * expected:.0f} %): taken for {found}"
        )
    return out, notes


def _share(point: np.ndarray, top: np.ndarray, foot: np.ndarray) -> np.ndarray:
    """(…,) how far a point (…, 3) is along the line from ``top`` to ``foot``."""
    line = foot - top
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((point - top) * line).sum(-1) / (line**2).sum(-1))


def _moved(skin: np.ndarray, outwards: float) -> tuple[float, float, float]:
    return round(float(skin[0]) - outwards, 6), round(float(skin[1]), 6), round(float(skin[2]), 6)
