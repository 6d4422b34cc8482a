"""Palms on the floor, turned as the joints of the arms above them like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from synthgen.motion.exercises.arms import flat_palm
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.floor import supporting
from synthgen.motion.exercises.solving import arm_coordinates
from synthgen.motion.exercises.targets import ArmCourse, BodyTargets, Transforms

_FINGERS = np.radians((0, 10, -10, 20, -20, 40, -40, 65, -65))
"""By how much the fingers of a planted palm may point outwards."""
_EVERY = 15
"""Of so many frames one is looked at."""
_SPARE = np.radians(3)
_EFFORT = 0.02
"""How much a turned palm weighs against a joint beyond its range."""

_GOOD = 0.008
"""A cost below which nothing better is looked for: all joints well within their ranges, fingers within 20° of ahead."""

Elbows = tuple[np.ndarray | float, np.ndarray | float]
"""Where elbows point to: as many times outwards, and upwards, as backwards."""


def on_palms(
    figure: Figure,
    targets: BodyTargets,
    places: Mapping[str, Sequence[float]],
    elbows: Sequence[Elbows] = ((0.8, 0.0),),
) -> ArmCourse:
    """Arms on palms that stay where they are on the floor.

    Args:
        figure: who.
        targets: the trunk.
        places: side → x and y of the wrist, metres.
        elbows: choices; taken is the one whose joints stay best within their ranges, with the fingers turned to suit
            (the first side is looked at).
    """
    trunk, seen = figure.trunk(targets), next(iter(places))
    best: tuple[float, ArmCourse] | None = None
    for (out, up), fingers in product(elbows, _FINGERS):
        wrists, hands = {}, {}
        for side in places:
            hands[side], height = flat_palm(figure, side, float(fingers))
            wrists[side] = np.array([*places[side], height])
        course = supporting(wrists, hands, out, up)
        sampled = supporting(
            wrists, hands, *(a[::_EVERY] if isinstance(a, np.ndarray) and a.ndim else a for a in (out, up))
        )
        cost = _EFFORT * abs(float(fingers)) + _excess(figure, sampled, seen, trunk)
        if best is None or cost < best[0] - 1e-9:
            best = cost, course
        if best[0] < _GOOD:
            break
    assert best is not None
    return best[1]


def palm_height(figure: Figure) -> float:
    """Metres from the floor to the wrist over a planted palm."""
    return flat_palm(figure, "left", 0.0)[1]


def _excess(figure: Figure, course: ArmCourse, side: str, trunk: Transforms) -> float:
    """Radians by which an arm's joints leave their ranges at worst, summed over them."""
    values = arm_coordinates(figure, course, side, lambda name: trunk(name)[::_EVERY])
    total = 0.0
    for coordinate in figure.tree.coordinates:
        if coordinate.name in values:
            v = np.unwrap(values[coordinate.name])
            total += max(0.0, float(v.max()) - coordinate.upper + _SPARE, coordinate.lower + _SPARE - float(v.min()))
    return total
