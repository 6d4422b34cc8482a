"""When a recording shows its person: frames cut at both ends, and gaps noted."""

from __future__ import annotations

import numpy as np

from synthgen.core.runs import runs
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.motion.marker_sets import Place

SHARE = 1 / 3
"""Of the markers that the best frame shows, which a frame must show."""
_PELVIS = ("pelvis", "sacrum")
_PELVIS_LEAST = 2
"""Markers of pelvis and hips, with which one on the trunk shows where a person is."""


def above_pelvis(segment: str) -> bool:
    """True for the parts that tell how the spine is bent: vertebrae, head and shoulders."""
    return segment in SPINE_SEGMENTS[1:] or segment.endswith(("clavicle", "upper_arm"))


def in_view(points: dict[str, np.ndarray], places: dict[str, Place]) -> tuple[dict[str, np.ndarray], list[str]]:
    """Without the frames before a person walks into the cameras' view and after, and notes.

    A frame shows the person with :data:`SHARE` of the markers, two of them on the pelvis (or hips) and one above. The
    few that are seen without these place nobody. Frames between are kept: their gaps are the fit's to close.
    """
    seen = {n: np.isfinite(p).all(-1) for n, p in points.items()}
    frames = len(next(iter(seen.values())))
    count = np.sum(list(seen.values()), axis=0)
    low = [s for n, s in seen.items() if places[n][0] in _PELVIS or places[n][0].endswith("_thigh")]
    high = [s for n, s in seen.items() if above_pelvis(places[n][0])]
    shown = count >= SHARE * count.max()
    for kind, least in ((low, _PELVIS_LEAST), (high, 1)):
        if len(kind) >= least:
            shown &= np.sum(kind, axis=0) >= least
    inside = np.flatnonzero(shown)
    if not inside.size or (inside[0] == 0 and inside[-1] == frames - 1):
        return points, []
    first, last = int(inside[0]), int(inside[-1])
    note = f"frames {first} to {last} of 0 to {frames - 1} taken: the others show too little of pelvis and trunk"
    return {n: p[first : last + 1] for n, p in points.items() if seen[n][first : last + 1].any()}, [note]


def gap_notes(points: dict[str, np.ndarray]) -> list[str]:
    """One note on missing values, the worst markers first; empty when there are none."""
    frames = len(next(iter(points.values())))
    gaps = {n: g for n, p in points.items() if (g := _longest_gap(p))[0]}
    if not gaps:
        return []
    worst = sorted(gaps, key=lambda n: -gaps[n][0])[:8]
    return [
        "missing values: "
        + ", ".join(f"{n} in {gaps[n][0]} of {frames} frames (longest {gaps[n][1]})" for n in worst)
        + (f" and {len(gaps) - len(worst)} more markers" if len(gaps) > len(worst) else "")
    ]


def _longest_gap(values: np.ndarray) -> tuple[int, int]:
    """Number of missing frames, and the longest run of them."""
    missing = ~np.isfinite(values).all(-1)
    return int(missing.sum()), max((stop - start for start, stop in runs(missing)), default=0)
