"""Unit and up axis of a BVH file, from the motion: the zero pose and the world may stand in different axes.

The zero pose, in which nothing is turned, is a standing figure in most files and then says which way is up there. The
world is where the motion is. Where both agree, all is well; where they do not, the floor decides, and else the user.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.vectors import unit
from synthgen.motion.normalise.axes import AXES, to_world
from synthgen.motion.normalise.floor import FLESH
from synthgen.motion.normalise.units import UNITS
from synthgen.motion.readers.bvh.directions import Directions, degrees_between

STATURE = (1.2, 2.3)
"""Metres: somebody outside of this is not taken for a person."""
_ALONG, _CLEAR, _SOME = 0.7, 0.8, 0.3
"""Cosines: of the trunk with an axis, on average over the frames, from which on the body lies along it; of its mean
direction, from which on that speaks against a zero pose that stands along another axis; and of the average again, from
which on somebody whose feet are the lowest may be standing."""
_ON_SOLES = (-0.05, 0.08)
"""Metres from zero to the lowest joint of the feet of somebody who stands there; on tiptoes it is higher."""
_ON_FLOOR = (-0.03, 0.10)
"""Metres from zero to the lowest point of the body, by the joints' flesh, of somebody who sits or lies there."""
_STEADY = 0.08
"""Metres by which that rises from the frames' 10 % to their median."""
_FEET_LOWEST = 0.8
_LONGEST = 1e6
"""Metres per file unit beyond which nobody writes motion."""
_TRUNK, _LEG = 0.85, 45.0
"""A zero pose stands when its trunk follows an axis by this cosine and no leg leaves it by more than these degrees."""
_MAIN = 0.97
"""Cosine from which on a direction is taken for a main axis."""


def find_unit(
    tall: float, given: str | float | None, more: Mapping[str, float], where: str, ask: str
) -> tuple[float, str]:
    """Metres per file unit, and a note.

    Args:
        tall: the person's stature in file units (:func:`directions.stature`).
        given: what the user says, which is believed; more: units besides the common ones, name → metres.
        where: the file; ask: the file in which the user can say it.

    Raises:
        InputError: the unit is not known or cannot be found.
    """
    known = {**UNITS, **more}
    if isinstance(given, str) and given not in known:
        raise InputError(
            "the unit is not known",
            where=where,
            expected=", ".join(known),
            got=given[:80],
            remedy="write one of these, or metres per file unit (unit: 0.01)",
        )
    if given is not None:
        metres = known[given] if isinstance(given, str) else given
        if not 0 < metres <= _LONGEST:
            raise InputError(
                "the unit must be a positive length",
                where=where,
                got=f"{str(metres)[:40]} m",
                expected=f"metres per file unit, {_LONGEST:g} at most",
                remedy=f"correct it in {ask}, such as unit: 0.01",
            )
        return metres, f"unit {given} given: {tall * metres:.2f} m tall by trunk and legs"
    fitting = [n for n, m in known.items() if STATURE[0] <= tall * m <= STATURE[1]]
    if len(fitting) != 1:
        raise InputError(
            "the unit is ambiguous" if fitting else "the unit cannot be found from the person's height",
            where=where,
            expected=f"a person {STATURE[0]} to {STATURE[1]} m tall in one of {', '.join(known)}",
            got=f"{tall:.4g} file units" + (f", which fits {' and '.join(fitting)}" if fitting else ""),
            remedy=f"say in {ask}, by name or in metres per file unit (unit: 0.01)",
        )
    metres = known[fitting[0]]
    return metres, f"unit {fitting[0]} found: {tall * metres:.2f} m tall by trunk and legs"


def zero_pose_up(zero: Directions) -> str | None:
    """The axis along which the zero pose stands; None where it is no standing figure, as with bones along their X."""
    trunk = zero.trunk[0]
    axis = max(AXES, key=lambda a: float(AXES[a] @ trunk))
    legs = np.concatenate([zero.thighs[0], zero.shanks[0]])
    stands = (
        AXES[axis] @ trunk >= _TRUNK
        and (degrees_between(legs, -AXES[axis]) < _LEG).all()
        and abs(zero.left[0] @ AXES[axis]) < 0.5
        and zero.left[0] @ zero.shoulders[0] > 0.5
    )
    return axis if stands else None


def find_up(
    points: dict[str, np.ndarray], body: Directions, zero: str | None, given: str | None, where: str, ask: str
) -> tuple[str, str]:
    """The name of the axis of the world that points up, and a note.

    Args:
        points: landmarks (T, 3), metres, file axes; body: their directions.
        zero: the axis along which the zero pose stands, if it does.
        given: what the user says, which is believed unless the motion rules it out.
        where: the file; ask: the file in which the user can say it.

    Raises:
        InputError: the axis is not known, is contradicted by the motion, or cannot be found.
    """
    mean = body.trunk.mean(0)
    moving = max(AXES, key=lambda a: float(AXES[a] @ mean))
    along = float(AXES[moving] @ mean)
    floors = [a for a in AXES if _on_floor(points, AXES[a])]
    standing = [a for a in AXES if AXES[a] @ mean > _SOME and _stands(points, AXES[a])]
    if given is not None:
        if given not in AXES:
            raise InputError(
                "the up axis is not known",
                where=where,
                expected="one of " + ", ".join(AXES),
                got=given[:80],
                remedy="write one of these (up: +z)",
            )
        if standing == [moving] and along >= _ALONG and given not in (moving, *floors):
            raise InputError(
                f"the up axis cannot be {given}",
                where=where,
                expected=f"up: {moving}, or no such line",
                got=f"a person who stands along {moving}, soles on its zero, and who touches no floor under {given}",
                remedy=f"say up: {moving} in {ask}, or leave the line out",
            )
        return given, f"up axis {given} (given)"
    # A figure that hangs in the air is taken as the zero pose has it, unless there is a floor under another axis.
    elsewhere = [a for a in (*standing, *floors) if zero and a[1] != zero[1]]
    if zero == moving and (zero in (*standing, *floors) or not elsewhere):
        return zero, f"up axis {zero} (found)"
    if len(standing) == 1 and all(f[1] == standing[0][1] for f in floors):
        though = "" if zero in (None, standing[0]) else f", though the zero pose is along {zero}"
        return standing[0], f"up axis {standing[0]} (found: the feet are the lowest, on its zero{though})"
    if zero is None and along >= _ALONG and floors == [moving]:
        return moving, f"up axis {moving} (found: the trunk follows it, and the lowest joints are near its zero)"
    against = along > _CLEAR * float(np.linalg.norm(mean))
    if zero is not None and not against and floors == [zero]:
        return zero, f"up axis {zero} (found)"
    trunk = f"a trunk along {moving}" if along >= _ALONG or against else "a trunk that follows no axis"
    raise InputError(
        "the up axis is ambiguous" + (f": the zero pose stands along {zero}, not so the motion" if zero else ""),
        where=where,
        expected="somebody who stands on the file's zero" + (", or follows the zero pose" if zero else ""),
        got=f"{trunk}; a floor at zero under {', '.join(floors) or 'no axis'}",
        remedy=f"say in {ask} which axis of the world points up (up: +x, -x, +y, -y, +z or -z)",
    )


def facing(left: np.ndarray, up: str) -> np.ndarray:
    """(3, 3) file → world for a person whose left is (3,): rows are forward, left and up in the file's axes.

    A main axis is taken for the left where it is one but for a few degrees; where the person lies on the side, the
    file's own axes are kept.
    """
    vertical = AXES[up]
    across = left - (left @ vertical) * vertical
    if np.linalg.norm(across) < 0.3:
        return to_world(up)
    across = unit(across)
    nearest = max(AXES.values(), key=lambda a: float(a @ across))
    across = nearest if nearest @ across > _MAIN else across
    return np.stack([np.cross(across, vertical), across, vertical])


def _stands(points: dict[str, np.ndarray], axis: np.ndarray) -> bool:
    """Whether the feet are the lowest of the body and stay on the axis' zero."""
    heights = {n: p @ axis for n, p in points.items()}
    feet = np.min([h for n, h in heights.items() if n.endswith(("_ankle", "_toe_base"))], axis=0)
    rest = np.min([h for n, h in heights.items() if not n.endswith(("_ankle", "_toe_base"))], axis=0)
    return bool((feet < rest).mean() >= _FEET_LOWEST) and _near_zero(feet, _ON_SOLES)


def _on_floor(points: dict[str, np.ndarray], axis: np.ndarray) -> bool:
    """Whether the lowest of the body stays on the axis' zero."""
    flesh = {n: FLESH.get(n.partition("_")[2], 0.0) for n in points}
    return _near_zero(np.min([p @ axis - flesh[n] for n, p in points.items()], axis=0), _ON_FLOOR)


def _near_zero(heights: np.ndarray, bounds: tuple[float, float]) -> bool:
    low, middle = np.percentile(heights, [10, 50])
    return bool(bounds[0] <= low <= bounds[1] and middle - low < _STEADY)
