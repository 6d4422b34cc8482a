"""Which axis of SMPL parameters points up, and the unit of ``trans``: what AMASS documents, unless the data deny it.

Rotations and lengths come with the stand-in skeleton, so no distance between points shows the unit, and a root that is
not turned may stand in a world whose Y is up or lie in one whose Z is. The motion shows it: a person's feet keep
to a floor, nobody outruns a sprinter, and the floor is near the file's zero. What it leaves open is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.vectors import unit
from synthgen.motion.keys import Given
from synthgen.motion.normalise.axes import AXES
from synthgen.motion.normalise.units import UNITS, unit_of
from synthgen.motion.normalise.upright import ALONG, up_axis
from synthgen.motion.travel import FASTEST, fastest

DOCUMENTED = ("m", "+z")
"""Unit and up axis that AMASS documents."""
_ZERO = 0.3
"""Metres from zero to the lowest point of somebody on the file's floor: the stand-in's legs are 0.1 m off, and SMPL's
models differ by 0.13 m in where their pelvis is at rest."""
_LYING = (-0.1, 0.2)
"""The same across the trunk, for somebody who lies: narrower, because a stander near the origin is not far off."""
_FAR = 3.0
"""Metres from the file's zero to the floor, above which the unit is asked for: a root 95 units up is in centimetres."""
_USUAL = 6.0
"""Metres a second of somebody who runs: the largest unit that stays below is named in the remedy."""
_LIFTED = 0.5
"""Metres that ``trans`` lifts a stander's hips at the least, wherever a body model has them at rest."""
_STEADY = 0.35
"""Metres that the lowest point rises and falls (10 to 90 %) over one floor; jumps are short, and crawlers' is 0.06."""


@dataclass(frozen=True)
class Roots:
    """The motion as far as axis and unit matter, in the file's axes.

    Attributes:
        trans: (T, 3) file units.
        trunk: (T, 3) from the hips to the neck.
        low: axis → (T,) metres along it from the place that ``trans`` moves to the body's lowest point.
        fps: frames per second.
    """

    trans: np.ndarray
    trunk: np.ndarray
    low: Callable[[str], np.ndarray]
    fps: float

    def lowest(self, axis: str, metres: float) -> np.ndarray:
        """(T,) metres of the body's lowest point over the file's zero."""
        return np.asarray(self.low(axis) + metres * self.trans @ AXES[axis])


@dataclass(frozen=True)
class _FloorLevel:
    """How well an axis has a floor: whether the lowest point keeps to a height, that height, and how far it strays."""

    height: float
    spread: float

    @classmethod
    def under(cls, roots: Roots, axis: str, metres: float) -> _FloorLevel:
        low, high = np.percentile(roots.lowest(axis, metres), [10, 90])
        return cls(float(low), float(high - low))

    @property
    def steady(self) -> bool:
        return self.spread < _STEADY


def smpl_frame(roots: Roots, given: Given, where: str, ask: str) -> tuple[str, float, tuple[str, str]]:
    """The up axis, metres per unit of ``trans``, and a note on each.

    Args:
        roots: the motion.
        given: what the user says (``up``, ``unit``), which is believed.
        where: the file; ask: the file that the user can say it in; both for errors.

    Raises:
        InputError: what is given is not known, or the data deny what AMASS documents and do not tell what else.
    """
    if "up" in given:
        up_axis({}, {}, given["up"], where, "")
    if "unit" in given:
        metres, _ = unit_of({}, {}, "", given["unit"], where, "")
        if against := _against(roots, metres):
            what = f"the unit of trans cannot be {given['unit']}, as {ask.partition(' ')[0]} says"
            raise _unit_error(roots, what, against, str(given["unit"]), where, ask)
        axis, note = _axis(roots, metres, given, where, ask)
        return axis, metres, (note, f"unit {given['unit']} (given)")
    against = _against(roots, 1.0)
    if against is None:
        axis, note = _axis(roots, 1.0, given, where, ask)
        floor = _FloorLevel.under(roots, axis, 1.0).height
        if abs(floor) < _FAR:
            return axis, 1.0, (note, f"unit {DOCUMENTED[0]} (as AMASS documents it)")
        against = f"a floor {abs(floor):.3g} m {'over' if floor > 0 else 'under'} zero"
    return _other_unit(roots, given, against, where, ask)


def _other_unit(roots: Roots, given: Given, against: str, where: str, ask: str) -> tuple[str, float, tuple[str, str]]:
    """The one unit with which the person stands on the file's zero, where metres cannot be."""
    fitting = []
    for name, metres in UNITS.items():
        if name == DOCUMENTED[0] or _against(roots, metres):
            continue
        try:
            axis, note = _axis(roots, metres, given, where, ask)
        except InputError:
            continue
        if _on_legs(roots, axis, metres):
            fitting.append((axis, metres, (note, f"unit {name} (found: metres give {against})")))
    if len(fitting) == 1:
        return fitting[0]
    what = "the unit of trans is not the metre, as AMASS documents it, or the floor is elsewhere"
    raise _unit_error(roots, what, against, DOCUMENTED[0], where, ask)


def _unit_error(roots: Roots, what: str, against: str, denied: str, where: str, ask: str) -> InputError:
    speeds = {unit: fastest(metres * roots.trans, roots.fps)[0] for unit, metres in UNITS.items()}
    slow = next((unit for unit, speed in speeds.items() if speed <= _USUAL and unit != denied), "mm")
    too_fast = speeds.get(denied, np.inf) > FASTEST
    other = "or the frame rate there (fps: 30), if that is wrong" if too_fast else f"or unit: {denied}, if it is so"
    return InputError(
        what,
        where=where,
        expected=f"a person's travel, at most {FASTEST:g} m/s over half a second, and a floor near the file's zero",
        got=f"{against}; fastest by unit: {', '.join(f'{unit} {speed:.3g} m/s' for unit, speed in speeds.items())}",
        remedy=f"say it in {ask} (unit: {slow}), {other}",
    )


def _on_legs(roots: Roots, axis: str, metres: float) -> bool:
    """Whether ``trans`` lifts the hips so that the person stands on the file's zero: a small unit lifts nobody."""
    lifted = float(np.median(metres * roots.trans @ AXES[axis]))
    upright = float(np.mean(unit(roots.trunk) @ AXES[axis]))
    return upright >= ALONG and lifted > _LIFTED and abs(_FloorLevel.under(roots, axis, metres).height) < _ZERO


def _against(roots: Roots, metres: float) -> str | None:
    """What speaks against a unit, whichever axis is up."""
    speed, frame = fastest(metres * roots.trans, roots.fps)
    return f"{speed:.3g} m/s into frame {frame}" if speed > FASTEST else None


def _axis(roots: Roots, metres: float, given: Given, where: str, ask: str) -> tuple[str, str]:
    """The axis that points up, and a note."""
    if "up" in given:
        return given["up"], f"up axis {given['up']} (given)"
    trunk = np.mean(unit(roots.trunk), axis=0)
    said = DOCUMENTED[1]
    if AXES[said] @ trunk >= ALONG:
        return said, f"up axis {said} (as AMASS documents it, and the trunk follows it)"
    best = max(AXES, key=lambda a: float(AXES[a] @ trunk))
    follows = bool(AXES[best] @ trunk >= ALONG)
    floors = {a: _FloorLevel.under(roots, a, metres) for a in (said, best)}
    lies = floors[said].steady and _LYING[0] < floors[said].height < _LYING[1]
    stands = follows and floors[best].steady and abs(floors[best].height) < _ZERO
    if lies and not stands:
        return said, f"up axis {said} (as AMASS documents it, and a floor is at its zero)"
    if follows and floors[best].steady and (not floors[said].steady or (stands and not lies)):
        return best, (
            f"up axis {best} (found: the trunk follows it and the lowest point keeps to a floor, against the "
            f"{said} that AMASS documents)"
        )
    raise InputError(
        "the up axis is ambiguous",
        where=where,
        expected=f"a trunk along {said}, as AMASS documents the up axis, or a floor at its zero",
        got="; ".join(
            [
                f"the trunk follows {best if follows else 'no axis'}",
                *(
                    f"along {a} the lowest point is {f.height:.2f} m from zero and strays by {f.spread:.2f} m"
                    for a, f in floors.items()
                ),
            ]
        ),
        remedy=f"say which axis points up in {ask} "
        + (f"(up: {best} of somebody upright, up: {said} of somebody who lies)" if follows else f"(up: {said})"),
    )
