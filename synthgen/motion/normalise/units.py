"""The unit of length of a recording: as its user or its file says, or the one that makes a person of it."""

from __future__ import annotations

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.motion.marker_sets import Place
from synthgen.motion.normalise.size import PLAUSIBLE, SMALLEST, check_size, relative_size

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
    if given is not None:
        return _given(size, given, where, ask)
    name = _SPELLINGS.get(stated.strip().lower(), stated.strip().lower())
    if name and name not in UNITS:
        raise InputError("the file's unit is not known", where=where, expected=", ".join(UNITS), got=stated, remedy=ask)
    return _stated(size, name, where, ask) if name else _found(size, where, ask)


def _given(size: float | None, given: str | float, where: str, ask: str) -> tuple[float, str]:
    """The unit that the user says; ``size`` is the person's in file units, against the reference adult in metres."""
    metres = _metres(given, where)
    if size is None or size == 0:
        return metres, f"unit {given} given"
    stature = reference_body().stature
    if not SMALLEST <= size * metres <= PLAUSIBLE[1]:
        raise InputError(
            f"the unit cannot be {given}, as it is said beside the file",
            where=where,
            expected=_people(SMALLEST),
            got=f"{size * metres * stature:.4g} m",
            remedy=ask,
        )
    check_size(size * metres, where, f"correct the unit ({given}) that is given beside the file, or remove it")
    return metres, f"unit {given} given, {size * metres * stature:.2f} m tall"


def _metres(given: str | float, where: str) -> float:
    """Metres of a unit by name, or in metres."""
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
    return metres


def _stated(size: float | None, name: str, where: str, ask: str) -> tuple[float, str]:
    """The unit that the file says, where a person is of that size."""
    if size is None:
        return UNITS[name], f"unit {name} as the file says, which could not be checked"
    fitting, stature = _fitting(size), reference_body().stature
    if name not in fitting:
        other = f"; {fitting[0]} would give {size * UNITS[fitting[0]] * stature:.2f} m" if fitting else ""
        raise InputError(
            f"the unit cannot be {name}, as the file says",
            where=where,
            expected=_people(PLAUSIBLE[0]),
            got=f"{size * UNITS[name] * stature:.4g} m{other}",
            remedy=ask,
        )
    return _as(name, size, "as the file says")


def _found(size: float | None, where: str, ask: str) -> tuple[float, str]:
    """The one unit with which a person is of that size."""
    if size is None:
        raise InputError("the file does not say its unit, and no two markers sit on one bone", where=where, remedy=ask)
    fitting = _fitting(size)
    if len(fitting) != 1:
        raise InputError(
            "the unit is missing and cannot be found from the person's size",
            where=where,
            expected=f"a size that suits one of {', '.join(UNITS)}",
            got=f"{size * reference_body().stature:.4g} file units tall",
            remedy=ask,
        )
    return _as(fitting[0], size, "found")


def _as(name: str, size: float, how: str) -> tuple[float, str]:
    tall = size * UNITS[name] * reference_body().stature
    return UNITS[name], f"unit {name} {how}: {tall:.2f} m tall by its markers"


def _fitting(size: float) -> list[str]:
    """Units with which a person may be of that size."""
    return [name for name, metres in UNITS.items() if PLAUSIBLE[0] <= size * metres <= PLAUSIBLE[1]]


def _people(smallest: float) -> str:
    stature = reference_body().stature
    return f"a person {smallest * stature:.2f} to {PLAUSIBLE[1] * stature:.2f} m tall"
