"""How large the person of a recording is, whatever the pose: distances within rigid parts against the body model's."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.motion.marker_sets import Place

UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "inch": 0.0254}
"""Unit → metres."""
_SPELLINGS = {
    "meter": "m",
    "meters": "m",
    "metre": "m",
    "metres": "m",
    "centimeters": "cm",
    "millimeters": "mm",
    "millimetres": "mm",
    "in": "inch",
    "inches": "inch",
}
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


def unit_of(
    points: dict[str, np.ndarray],
    places: dict[str, Place],
    stated: str,
    given: str | float | None,
    where: str,
    ask: str,
) -> tuple[float, str]:
    """Metres per file unit, and a note.

    Args:
        points: (T, 3) in file units; places: where they sit on the body.
        stated: what the file calls its unit; empty when it does not say.
        given: what the user says, which is believed.
        where: the file; ask: what the user can do, both for errors.

    Raises:
        InputError: the unit is not known, does not suit a person, or cannot be found.
    """
    size = relative_size(points, places)
    stature = reference_body().stature
    if given is not None:
        if isinstance(given, str) and given not in UNITS:
            raise InputError(
                "the unit is not known",
                where=where,
                expected=", ".join(UNITS),
                got=given,
                remedy="write one of these, or metres per file unit (unit: 0.001)",
            )
        metres = UNITS[given] if isinstance(given, str) else float(given)
        if not (np.isfinite(metres) and metres > 0):
            raise InputError(
                "the unit must be a positive length",
                where=where,
                got=f"{metres} m",
                expected="a name, or metres per file unit above zero",
                remedy="write the unit as in unit: mm",
            )
        if size and not SMALLEST <= size * metres <= PLAUSIBLE[1]:
            raise InputError(
                f"the unit cannot be {given}, as it is said beside the file",
                where=where,
                expected=f"a person {SMALLEST * stature:.2f} to {PLAUSIBLE[1] * stature:.2f} m tall",
                got=f"{size * metres * stature:.4g} m",
                remedy=ask,
            )
        if size:
            check_size(size * metres, where, f"correct the unit ({given}) that is given beside the file, or remove it")
        return metres, f"unit {given} given" + (f", {size * metres * stature:.2f} m tall" if size else "")
    name = stated.strip().lower()
    name = _SPELLINGS.get(name, name)
    if name and name not in UNITS:
        raise InputError("the file's unit is not known", where=where, expected=", ".join(UNITS), got=stated, remedy=ask)
    if size is None:
        if name:
            return UNITS[name], f"unit {name} as the file says, which could not be checked"
        raise InputError("the file does not say its unit, and no two markers sit on one bone", where=where, remedy=ask)
    fitting = [n for n, m in UNITS.items() if PLAUSIBLE[0] <= size * m <= PLAUSIBLE[1]]
    if name and name not in fitting:
        raise InputError(
            f"the unit cannot be {name}, as the file says",
            where=where,
            expected=f"a person {PLAUSIBLE[0] * stature:.2f} to {PLAUSIBLE[1] * stature:.2f} m tall",
            got=f"{size * UNITS[name] * stature:.4g} m"
            + (f"; {fitting[0]} would give {size * UNITS[fitting[0]] * stature:.2f} m" if fitting else ""),
            remedy=ask,
        )
    if not name and len(fitting) != 1:
        raise InputError(
            "the unit is missing and cannot be found from the person's size",
            where=where,
            expected=f"a size that suits one of {', '.join(UNITS)}",
            got=f"{size * stature:.4g} file units tall",
            remedy=ask,
        )
    found = name or fitting[0]
    how = "as the file says" if name else "found"
    return UNITS[found], f"unit {found} {how}: {size * UNITS[found] * stature:.2f} m tall by its markers"
