"""The trajectories of a recording that have a place on the body, by the names of a marker set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.marker_sets import MarkerSet, Place
from synthgen.motion.marker_sets.matching import Matches
from synthgen.motion.normalise.computed import computed_middles
from synthgen.motion.normalise.in_view import above_pelvis
from synthgen.motion.normalise.surplus import check_single, listed, rename

_LEAST = 3
"""Markers of known place without which there is no person."""


def placed(
    path: Path, names: Sequence[str], points: np.ndarray, chosen: MarkerSet
) -> tuple[dict[str, np.ndarray], dict[str, Place], list[str]]:
    """The markers of known place under their names in the clip, where they sit, and notes on the others.

    Args:
        path: the recording; names: (N,) its trajectories'; points: (T, N, 3), not finite where missing.
        chosen: the set whose names these are.

    Raises:
        InputError: two trajectories mean one place, or too few have one, or none above the pelvis.
    """
    matches = chosen.matches(names)
    check_single(path, names, {n: m for n, m in matches.taken.items() if m in chosen.places})
    computed = computed_middles(dict(zip(names, points.swapaxes(0, 1), strict=True)), matches.taken, chosen)
    out: dict[str, np.ndarray] = {}
    places: dict[str, Place] = {}
    origin: dict[str, str] = {}
    for i, name in enumerate(names):
        marker = matches.taken.get(name)
        if marker is None or name in computed or marker in chosen.unplaced:
            continue
        key = chosen.called(marker)
        if key in out:
            raise InputError(
                "two markers of the file mean the same place",
                where=str(path),
                expected=f"one for {key}",
                got=f"{origin[key]} and {name}",
                remedy=rename(path),
            )
        values = points[:, i]
        out[key] = np.where(np.isfinite(values).all(-1, keepdims=True), values, np.nan)
        places[key], origin[key] = chosen.places[marker], name
    _check_enough(out, places, chosen, str(path))
    return out, places, _left_out(names, matches, computed, chosen)


def _check_enough(points: dict[str, np.ndarray], places: dict[str, Place], chosen: MarkerSet, where: str) -> None:
    """Refuses too few markers, and legs and pelvis alone: every bend of the spine would be our guess."""
    if len(points) < _LEAST:
        raise InputError(
            "the file has too few markers of known place",
            where=where,
            expected=f"at least {_LEAST} of {chosen.name}",
            got=", ".join(points) or "none",
            remedy="export the recording with all of its markers",
        )
    if not any(above_pelvis(segment) for segment, _ in places.values()):
        raise InputError(
            "the recording shows nothing of the body above the pelvis",
            where=where,
            expected="markers on chest, back, shoulders, neck or head, which tell how the spine is bent",
            got=", ".join(sorted(places)),
            remedy="take a recording with markers on the trunk",
        )


def _left_out(names: Sequence[str], matches: Matches, computed: dict[str, str], chosen: MarkerSet) -> list[str]:
    """Notes on the trajectories without a place."""
    notes = [computed[n] for n in names if n in computed]
    known = {n: m for n, m in matches.taken.items() if n not in computed}
    unplaced = [n for n in names if known.get(n) in chosen.unplaced]
    unknown = [n for n in names if n not in matches.taken and n not in matches.alike]
    for title, those in (("of unknown place on the bone, left out", unplaced), ("unknown, left out", unknown)):
        if those:
            notes.append(f"{len(those)} markers {title}: {listed(those)}")
    if matches.alike:
        told = [f"{name} (not {marker})" for name, marker in matches.alike.items()]
        notes.append(f"{len(told)} markers that only resemble the set's in name, left out: {listed(told)}")
    return notes
