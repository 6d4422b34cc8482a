"""Points of a recording that a program has computed from others: the neck as the middle of the shoulders."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthgen.motion.marker_sets import MarkerSet

NEAR = 0.02
"""Share of the distance between two points, from whose middle a third that is computed from them is not further off."""
_NEARLY_ALL = 95
"""Percentile of the frames."""


def computed_middles(points: Mapping[str, np.ndarray], known: Mapping[str, str], chosen: MarkerSet) -> dict[str, str]:
    """The names that are the middle of two others, and say nothing of their own; a note each.

    Args:
        points: name in the file → (T, 3); known: name in the file → marker of the set.
        chosen: the set, which says which markers may be computed (``middles``).
    """
    at = {marker: points[name] for name, marker in known.items()}
    out = {}
    for name, marker in known.items():
        a, b = chosen.middles.get(marker, ("", ""))
        if a not in at or b not in at:
            continue
        wide = np.linalg.norm(at[a] - at[b], axis=-1)
        off = np.linalg.norm(at[marker] - (at[a] + at[b]) / 2, axis=-1)
        both = np.isfinite(off) & np.isfinite(wide)
        is_middle = both.any() and np.percentile(off[both], _NEARLY_ALL) < NEAR * np.median(wide[both])
        if is_middle or marker in chosen.unplaced:
            out[name] = f"{name} is the middle of {a} and {b}, computed and not observed: left out"
    return out
