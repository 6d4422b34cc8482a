"""What a recording holds besides markers that are of use: left out and noted, so that it confuses nothing.

Checks come after that: what is empty or not used cannot contradict anything.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.userfiles.arrays import GREATEST

STRAY = 2.5
"""Metres from the middle of all markers in a frame, further than any limb reaches."""


def of_any_unit(points: np.ndarray) -> np.ndarray:
    """(T, N, 3) the points as floats, NaN where a value is no number or no length of any unit."""
    points = np.array(points, float)
    with np.errstate(invalid="ignore"):
        points[~(np.abs(points) <= GREATEST).all(-1)] = np.nan
    return points


def of_use(names: Sequence[str], points: np.ndarray) -> tuple[list[int], list[str]]:
    """Which trajectories have a name and a value of their own.

    Args:
        names: (N,) as in the file; points: (T, N, 3), not finite where missing.

    Returns:
        their indices, and notes on the others.
    """
    notes = []
    # ``*12`` is how labelling programs call a nameless trajectory.
    named = [i for i, n in enumerate(names) if n and not n.startswith("*")]
    if unnamed := len(names) - len(named):
        notes.append(f"{unnamed} trajectories without a name left out")
    seen = np.isfinite(points).all(-1).any(0)
    if empty := [names[i] for i in named if not seen[i]]:
        notes.append(f"{len(empty)} markers without any value, left out: {listed(empty)}")
    kept: list[int] = []
    twins: list[str] = []
    for i in (i for i in named if seen[i]):
        same = [k for k in kept if names[k] == names[i]]
        if any(np.array_equal(points[:, k], points[:, i], equal_nan=True) for k in same):
            twins.append(names[i])
        else:
            kept.append(i)
    if twins:
        notes.append(
            f"{len(twins)} markers that come twice with the same values, one of each left out: {listed(twins)}"
        )
    return kept, notes


def without_strays(points: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], list[str]]:
    """The points with values that lie metres away from the body in their frame taken as missing, and notes."""
    stacked = np.stack(list(points.values()), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without any of them is NaN
        middle = np.nanmedian(stacked, axis=1, keepdims=True)
    stray = np.linalg.norm(stacked - middle, axis=-1) > STRAY
    stacked[stray] = np.nan
    notes = [
        f"{n}: {k} values more than {STRAY:g} m from the body, taken as missing"
        for n, k in zip(points, stray.sum(0).tolist(), strict=True)
        if k
    ]
    return {n: stacked[:, i] for i, n in enumerate(points) if np.isfinite(stacked[:, i]).any()}, notes


def check_single(path: Path, names: Sequence[str], taken: dict[str, str]) -> None:
    """Refuses a file in which a marker that is used has several courses, of two people or of one.

    Args:
        path: the file; names: its markers'; taken: name → the set's marker, for those that are used.

    Raises:
        InputError: with the names.
    """
    twice = sorted(n for n, k in Counter(names).items() if k > 1 and n in taken)
    if twice:
        raise InputError(
            "the file has several markers of one name",
            where=str(path),
            expected="one trajectory with values per name",
            got=listed(twice),
            remedy=rename(path),
        )
    of: dict[str, list[str]] = {}
    for name, marker in taken.items():
        of.setdefault(marker, []).append(name)
    several = {marker: found for marker, found in of.items() if len(found) > 1}
    subjects = {name.rpartition(":")[0] for found in several.values() for name in found}
    if len(several) > 2 and len(subjects) > 1:
        raise InputError(
            "the file shows several people",
            where=str(path),
            expected="the markers of one",
            got=f"markers of {listed(sorted(s or 'somebody without a name' for s in subjects))}",
            remedy="export a file of each person from the program that recorded them",
        )
    for marker, found in several.items():
        raise InputError(
            "two markers of the file mean the same place",
            where=str(path),
            expected=f"one for {marker}",
            got=" and ".join(found),
            remedy=rename(path),
        )


def rename(path: Path) -> str:
    """What to do about names that stand for several markers."""
    here = " or in line 4 of the file" if path.suffix.lower() == ".trc" else ""
    return f"rename or delete all but the right one, in the program that labelled the recording{here}"


def listed(names: Sequence[str]) -> str:
    """The names with commas between, twenty at most."""
    return f"{', '.join(names[:20])}{' …' if len(names) > 20 else ''}"
