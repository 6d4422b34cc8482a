"""Refuses clips that would give a wrong answer without a sign: wrong units, swapped sides, points without extent."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.scaling import first_factors
from synthgen.core.bodymodel import BodyModel
from synthgen.core.errors import InputError

SMALLEST, LARGEST = 0.3, 1.6
"""Of the reference adult: a child of half a metre, and a person taller than any on record."""
_SHARE = 0.7
"""Of the frames with an opinion that must agree before sides are called swapped."""
_EXTENT = 0.02
"""Metres: points that spread less than this about their best line leave a turn about it open."""


def check(source: str, body: BodyModel, seen: Observations) -> list[str]:
    """Looks for what the fit would not notice.

    Args:
        source: where the clip came from, for the message.
        body: the reference body.
        seen: the frames that are to be fitted.

    Returns:
        notes for the report, of points that never move while the others do.

    Raises:
        InputError: the subject's size is no person's, or left and right are swapped.
    """
    _check_size(source, body, seen)
    _check_sides(source, body, seen)
    return _still_points(seen)


def spread_enough(seen: Observations) -> np.ndarray:
    """(T,) False where the points lie on one line or in one spot, so that no pose follows from them."""
    count = np.maximum(seen.point_seen.sum(1), 1)
    middle = (seen.points * seen.point_seen[..., None]).sum(1) / count[:, None]
    away = (seen.points - middle[:, None]) * seen.point_seen[..., None]
    moments = np.linalg.eigvalsh(np.einsum("tmi,tmj->tij", away, away))
    return np.sqrt(np.maximum(moments[:, 1], 0)) > _EXTENT


def _check_size(source: str, body: BodyModel, seen: Observations) -> None:
    factors = first_factors(body, seen)
    size = float(np.median(factors))
    if not SMALLEST < size < LARGEST:
        raise InputError(
            "the clip's subject is not of a person's size",
            where=source,
            expected=f"{SMALLEST * body.stature:.1f} to {LARGEST * body.stature:.1f} m tall, in metres",
            got=f"about {size * body.stature:.3g} m",
            remedy="give the file's unit (mm, cm, m or in)",
        )


def _check_sides(source: str, body: BodyModel, seen: Observations) -> None:
    """Pelvis, shoulders, feet and head must agree on which side is left.

    The pelvis' forward direction follows from its sides and the trunk; toes, noses and breastbones point forwards,
    the back's points backwards, and shoulders lie over their own hips.
    """
    sides = {}
    for part in ("hip", "pelvis_side", "shoulder", "chest_side"):
        left, right = _point(seen, f"left_{part}"), _point(seen, f"right_{part}")
        if left is not None and right is not None:
            sides[part] = left - right
    low, high = _middle(seen, "hip", "pelvis"), _middle(seen, "shoulder", "C7")
    if not sides or low is None or high is None:
        return
    names = list(sides)
    for name in names[1:]:
        if _mostly((sides[names[0]] * sides[name]).sum(-1), 0.01) < 0:
            _swapped(source, f"{names[0]}s and {name}s point to opposite sides")
    forward = np.cross(sides[names[0]], high - low)
    signs = []
    for tip, root in (
        ("left_toe_tip", "left_heel"),
        ("right_toe_tip", "right_heel"),
        ("left_toe_base", "left_ankle"),
        ("right_toe_base", "right_ankle"),
        ("chest_front", "T8"),
        ("pelvis_front", "sacrum"),
    ):
        a, b = _point(seen, tip), _point(seen, root)
        if a is not None and b is not None:
            signs.append(_mostly((forward * (a - b)).sum(-1), 0.002))
    for leg in ("left", "right"):
        bend = _knee(seen, leg)
        if bend is not None:
            signs.append(_mostly((forward * bend).sum(-1), 0.003))
    if signs and sum(signs) < 0 and not any(s > 0 for s in signs):
        _swapped(source, "knees bend and toes point backwards")
    for k, name in enumerate(seen.segment_names):
        if name == "pelvis":
            standing = seen.rotations[:, k, :, 1]
            agree = np.where(seen.rotation_seen[:, k], (standing * sides[names[0]]).sum(-1), np.nan)
            if _mostly(agree, 0.02) < 0:
                _swapped(source, f"the pelvis' orientation and the {names[0]}s point to opposite sides")


def _knee(seen: Observations, side: str) -> np.ndarray | None:
    """(T, 3) from the line between hip and ankle to the knee."""
    hip, knee, ankle = (_point(seen, f"{side}_{n}") for n in ("hip", "knee", "ankle"))
    if hip is None or knee is None or ankle is None:
        return None
    line = ankle - hip
    share = ((knee - hip) * line).sum(-1, keepdims=True) / np.maximum((line**2).sum(-1, keepdims=True), 1e-9)
    out: np.ndarray = knee - hip - share * line
    return out


def _mostly(values: np.ndarray, least: float) -> int:
    """1 or −1 where :data:`_SHARE` of the values beyond ``least`` have that sign, 0 where they are few or divided."""
    clear = values[np.isfinite(values) & (np.abs(values) > least)]
    if len(clear) < max(1, 0.2 * len(values)):
        return 0
    share = float((clear > 0).mean())
    return 1 if share >= _SHARE else -1 if share <= 1 - _SHARE else 0


def _swapped(source: str, why: str) -> None:
    raise InputError(
        "left and right are swapped",
        where=source,
        expected="points named by the subject's own left and right, in a right-handed frame",
        got=why,
        remedy="exchange the names of the two sides, or check the file's axes: a mirrored frame swaps them too",
    )


def _still_points(seen: Observations) -> list[str]:
    if seen.frames < 10:
        return []
    points = np.where(seen.point_seen[..., None], seen.points, np.nan)
    counted = seen.point_seen.sum(0) > 1
    ranges = np.zeros(len(seen.point_names))
    ranges[counted] = (np.nanmax(points[:, counted], 0) - np.nanmin(points[:, counted], 0)).max(-1)
    usual = np.median(ranges)
    still = [n for n, r, c in zip(seen.point_names, ranges, counted, strict=True) if c and r < 1e-6 < 0.05 < usual]
    return [f"{n} never moves while the other points do: a stuck marker?" for n in still]


def _point(seen: Observations, name: str) -> np.ndarray | None:
    if name not in seen.point_names:
        return None
    m = seen.point_names.index(name)
    return np.where(seen.point_seen[:, m, None], seen.points[:, m], np.nan)


def _middle(seen: Observations, pair: str, single: str) -> np.ndarray | None:
    left, right = _point(seen, f"left_{pair}"), _point(seen, f"right_{pair}")
    return _point(seen, single) if left is None or right is None else (left + right) / 2
