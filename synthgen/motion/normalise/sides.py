"""Left and right: a mirrored recording, a pair of markers named the wrong way round, a pair that changes places."""

from __future__ import annotations

import warnings

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.vectors import unit
from synthgen.motion.marker_sets import Place
from synthgen.motion.normalise.limb_sides import swapped_on_limbs
from synthgen.motion.normalise.size import positions_in_standing, rigid_parts
from synthgen.motion.normalise.upright import trunk_direction

Pairs = tuple[tuple[str, str], ...]

_DEEP = 0.08
"""Metres between the front and the back of a part from which on it shows which way it faces."""
_SURE = 0.3
_APART = 0.06
"""Metres between left and right from which on a pair shows its sides."""
_ALWAYS = 0.9
_NEAR_TRUNK = ("pelvis", "sacrum", "skull", "clavicle", "upper_arm", "thigh")
"""Parts whose left one does not stay on the right all the time; hands and feet may be crossed."""


def check_pairs(points: dict[str, np.ndarray], places: dict[str, Place], pairs: Pairs, where: str) -> None:
    """Refuses recordings in which a pair has its names swapped; to be asked before the unit, which it would belie.

    Args:
        points: (T, 3) in any unit, right-handed axes; places: where they sit on the body.
        pairs: (left, right) names; where: the file.

    Raises:
        InputError: with the pairs whose names must be exchanged.
    """
    pairs = tuple(p for p in pairs if p[0] in points and p[1] in points)
    near, sure = _near_trunk(points, places, pairs)
    mended = dict(points)
    for a, b in near:
        mended[a], mended[b] = points[b], points[a]
    wrong = [near + more for more in swapped_on_limbs(mended, places, pairs, (*near, *sure)) or [[]]]
    if wrong[0]:
        raise InputError(
            "left and right are swapped for some points",
            where=where,
            expected="the left one on the left of the body most of the time",
            got="; or ".join(", ".join(f"{a} and {b}" for a, b in each) for each in wrong),
            remedy="exchange their names in the file" + (": it is one or the other" if len(wrong) > 1 else ""),
        )


def check_sides(points: dict[str, np.ndarray], places: dict[str, Place], pairs: Pairs, where: str) -> list[str]:
    """Refuses recordings of a mirrored person, pairs being right (:func:`check_pairs`); notes what stays open.

    Args:
        points: (T, 3) metres, right-handed axes; places: where they sit on the body.
        pairs: (left, right) names; where: the file.

    Raises:
        InputError: the whole person is mirrored.
    """
    pairs = tuple(p for p in pairs if p[0] in points and p[1] in points)
    left = _left(points, places, pairs)
    if left is None:
        return ["left and right could not be checked: no pair of points on pelvis or hips"]
    turned = _handedness(points, places, left)
    if turned is None:
        return ["a mirrored recording could not be ruled out: no part shows front and back"]
    if turned < -_SURE:
        raise InputError(
            "left and right are swapped for the whole person, or the file's axes are left-handed",
            where=where,
            expected="toes, chest or face in front when the left side is on the left",
            got="them behind",
            remedy="exchange all left and right names, or mirror one axis in the program that wrote the file",
        )
    if turned < _SURE:
        return ["a mirrored recording could not be ruled out: front and back are unclear"]
    return []


def undo_exchanges(points: dict[str, np.ndarray], pairs: Pairs) -> tuple[dict[str, np.ndarray], list[str]]:
    """Puts right pairs that change places from one frame to the next and back, as labelling programs let them.

    A change is seen where both points leap to where the other one was, and was going, from one frame in which both were
    seen to the next such frame: it may hide in a gap. The names that hold for most frames stay.
    """
    out, notes = dict(points), []
    for a, b in pairs:
        if a not in points or b not in points:
            continue
        p, q = points[a], points[b]
        seen = np.flatnonzero(np.isfinite(p).all(1) & np.isfinite(q).all(1))
        if len(seen) < 2:
            continue
        left, right = p[seen], q[seen]
        leap = _leaps(left, right, np.zeros_like(left), np.zeros_like(right))
        # Hands that swing past each other leap as well, but where they were going.
        beside = np.diff(seen) == 1
        leap &= _leaps(left, right, _going(left, beside, leap), _going(right, beside, leap))
        exchanged = np.concatenate([[0], np.cumsum(leap)]) % 2 == 1
        # A frame in which one of them is missing goes with the last one that showed both.
        swapped = exchanged[np.maximum(np.searchsorted(seen, np.arange(len(p)), side="right") - 1, 0)]
        if swapped.mean() > 0.5:
            swapped = ~swapped
        if swapped.any():
            out[a], out[b] = np.where(swapped[:, None], q, p), np.where(swapped[:, None], p, q)
            first = int(np.flatnonzero(swapped)[0])
            notes.append(f"{a} and {b} changed places in {int(swapped.sum())} frames from {first} on: put right")
    return out, notes


def _leaps(left: np.ndarray, right: np.ndarray, left_goes: np.ndarray, right_goes: np.ndarray) -> np.ndarray:
    """(T − 1,) True where both are nearer to the other's next place than to their own, each moved on as it goes."""
    stay = _step(left + left_goes, left) + _step(right + right_goes, right)
    cross = _step(left + left_goes, right) + _step(right + right_goes, left)
    return np.asarray((cross < 0.3 * stay) & (np.linalg.norm(left[1:] - right[1:], axis=1) > _APART))


def _going(points: np.ndarray, beside: np.ndarray, leap: np.ndarray) -> np.ndarray:
    """(T, 3) metres that a point goes in the next frame, by how it came; 0 beside a gap and after a leap.

    ``beside`` (T − 1,) is True for steps of one frame, ``leap`` for those that look like an exchange.
    """
    out = np.zeros_like(points)
    known = beside & ~leap
    out[1:][known] = np.diff(points, axis=0)[known]
    out[:-1][~beside] = 0.0
    return out


def _step(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(T − 1,) distance from a in one frame to b in the next."""
    return np.asarray(np.linalg.norm(b[1:] - a[:-1], axis=1))


def _left(points: dict[str, np.ndarray], places: dict[str, Place], pairs: Pairs) -> np.ndarray | None:
    """(T, 3) to the left of the pelvis, from the sum of its pairs."""
    body = reference_body()
    low = set(rigid_parts({n: places[n] for n in points}, body).get("pelvis", []))
    wide = [points[a] - points[b] for a, b in pairs if a in low and b in low]
    return _mean(wide)


def _near_trunk(
    points: dict[str, np.ndarray], places: dict[str, Place], pairs: Pairs
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs near the trunk whose left one is nearly always on the right of what the others call left, or on its left.

    Returns:
        the swapped pairs, and those that are certainly not.
    """
    near = [(a, b) for a, b in pairs if places[a][0].removeprefix("left_") in _NEAR_TRUNK]
    across = {p: unit(points[p[0]] - points[p[1]], least=0.0) for p in near}
    wrong, right = [], []
    for pair in near:
        others = _mean([u for p, u in across.items() if p != pair])
        if others is None or len(near) < 3:
            continue
        along = (across[pair] * unit(others, least=0.0)).sum(-1)
        along = along[np.isfinite(along)]
        if along.size and (along < -_SURE).mean() > _ALWAYS:
            wrong.append(pair)
        elif along.size and (along > _SURE).mean() > _ALWAYS:
            right.append(pair)
    return wrong, right


def _handedness(points: dict[str, np.ndarray], places: dict[str, Place], left: np.ndarray) -> float | None:
    """+1 where forward, left and up are right-handed, −1 where mirrored; the median over parts and frames."""
    body = reference_body()
    up = trunk_direction(points, places)
    if up is None:
        return None
    standing = positions_in_standing(places, body)
    found = []
    for names in rigid_parts({n: places[n] for n in points}, body).values():
        depth = np.array([standing[n][0] for n in names])
        if np.ptp(depth) < _DEEP:
            continue
        weights = depth - depth.mean()
        forward = sum(w * points[n] for w, n in zip(weights, names, strict=True))
        value = np.einsum("ti,ti->t", np.cross(unit(forward, least=0.0), unit(left, least=0.0)), unit(up, least=0.0))
        found.append(value[np.isfinite(value)])
    values = np.concatenate(found) if found else np.zeros(0)
    return float(np.median(values)) if values.size else None


def _mean(vectors: list[np.ndarray]) -> np.ndarray | None:
    if not vectors:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without any of them is NaN
        return np.asarray(np.nanmean(vectors, axis=0))
