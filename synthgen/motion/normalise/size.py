"""How large the person of a recording is, whatever the pose: distances within rigid parts against the body model's."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.motion.marker_sets import Place

PLAUSIBLE = (0.6, 1.4)
"""Sizes against the reference adult (1.756 m) that a person may have: 1.05 m to 2.46 m, wide for markers put off."""
BELIEVED = (0.25, 1.6)
"""Sizes, as :data:`PLAUSIBLE`, that are not refused even where the user gives the unit: newborns to 2.81 m."""
SMALLEST = 0.3
"""Size of a small child, which is believed when the user says the unit."""
_LEAST = 0.05
_FRAMES = 500
_LIMBS = ("shank", "upper_arm", "forearm")
_BESIDE = 0.09
"""Metres from a joint's centre within which a marker lies beside the joint."""
_ALONG = 0.2
"""Metres from a joint's centre from which on a marker on the bone below shows its length."""
_RIGID = {**{f"T{i}": "chest" for i in range(1, 11)}, "sacrum": "pelvis"}


def check_size(size: float, where: str, remedy: str) -> None:
    """Refuses a person that nobody is as large as, whoever says so.

    Args:
        size: against the reference adult, in metres.
        where: the source; remedy: what to do about it.

    Raises:
        InputError: it is beyond :data:`BELIEVED`.
    """
    stature = reference_body().stature
    if not BELIEVED[0] <= size <= BELIEVED[1]:
        raise InputError(
            "nobody is of this size",
            where=where,
            got=f"{size * stature:.4g} m tall by the points",
            expected=f"a person {BELIEVED[0] * stature:.2f} to {BELIEVED[1] * stature:.2f} m tall",
            remedy=remedy,
        )


def rigid_parts(places: dict[str, Place], body: BodyModel) -> dict[str, list[str]]:
    """Part → the points that hardly move against each other; a joint's centre belongs to both of its bones."""
    out: dict[str, list[str]] = {}
    for name, (segment, at) in places.items():
        owners = {segment}
        parent = body.tree.segments[body.tree.segment_index[segment]].parent
        if np.abs(at).max() < 1e-6 and parent is not None:
            owners.add(parent)
        for owner in {_RIGID.get(o, o) for o in owners}:
            out.setdefault(owner, []).append(name)
    return out


def relative_size(points: dict[str, np.ndarray], places: dict[str, Place]) -> float | None:
    """Size of the person in the points' unit over the reference body's in metres.

    Shanks, upper arms and forearms tell best: the median over distances along them, from markers beside one joint to
    markers far down the bone, which hardly change as the joint bends. Widths and depths follow a person's girth, so
    the median over distances within rigid parts only serves where fewer than two such lengths are to be had.

    Returns:
        None when no two points lie on one rigid part or along one bone.
    """
    body = reference_body()
    standing = positions_in_standing(places, body)
    joints = positions_in_standing({s.name: (s.name, (0.0, 0.0, 0.0)) for s in body.tree.segments}, body)
    lengths, widths = [], []
    for names in rigid_parts({n: places[n] for n in points}, body).values():
        widths += list(combinations(names, 2))
    for bone in body.tree.segments:
        if bone.name.removeprefix("left_").removeprefix("right_") not in _LIMBS:
            continue
        on = [n for n in points if places[n][0] in (bone.name, bone.parent)]
        away = {n: float(np.linalg.norm(standing[n] - joints[bone.name])) for n in on}
        top = [n for n in on if away[n] < _BESIDE]
        end = [n for n in on if places[n][0] == bone.name and away[n] > _ALONG]
        lengths += [(a, b) for a in top for b in end]
    for pairs, least in ((lengths, 2), (widths, 1)):
        ratios = [r for a, b in pairs if (r := _ratio(points[a], points[b], standing[a], standing[b])) is not None]
        if len(ratios) >= least:
            return float(np.median(ratios))
    return None


def _ratio(a: np.ndarray, b: np.ndarray, at: np.ndarray, other: np.ndarray) -> float | None:
    """Median distance of two points over the reference's; None where it is too small or never seen."""
    model = float(np.linalg.norm(at - other))
    step = max(1, len(a) // _FRAMES)
    distance = np.linalg.norm(a[::step] - b[::step], axis=-1)
    return float(np.nanmedian(distance)) / model if model > _LEAST and np.isfinite(distance).any() else None


def positions_in_standing(places: dict[str, Place], body: BodyModel) -> dict[str, np.ndarray]:
    """Name → (3,) where the reference body has it in quiet standing, hips' middle at the origin, metres."""
    world = body.tree.forward(body.neutral()[0])
    carried = {n: world[body.tree.segment_index[s]] for n, (s, _) in places.items()}
    return {n: t[:3, :3] @ np.array(places[n][1]) + t[:3, 3] for n, t in carried.items()}
