"""Built-in exercises: parametric programs that move a body model.

Every program plants the feet (and hands, where they carry weight) by exact inverse kinematics, keeps the centre of
mass over the feet, bends the spine by regional angles, and closes its loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthgen.core.errors import InputError
from synthgen.core.tables import table

if TYPE_CHECKING:
    from synthgen.core.bodymodel import BodyModel
    from synthgen.motion.clip import Clip
    from synthgen.motion.exercises.truth import Truth


def exercises() -> tuple[str, ...]:
    """Names of the built-in exercises: the rows of ``exercises.yaml``, in their order."""
    return tuple(table("motion/exercises/exercises.yaml"))


def families() -> dict[str, tuple[str, ...]]:
    """Family (``standing``, ``sitting``, ``floor``, ``yoga``, ``work`` …) → the exercises that belong to it."""
    rows = table("motion/exercises/exercises.yaml")
    known = dict.fromkeys(family for row in rows.values() for family in row["families"])
    return {family: tuple(n for n, row in rows.items() if family in row["families"]) for family in known}


def exercise(
    name: str,
    *,
    depth: float = 1.0,
    tempo: float = 1.0,
    asymmetry: float = 0.3,
    repetitions: int = 1,
    body: BodyModel | None = None,
) -> Clip:
    """A built-in exercise as a clip at 30 fps.

    Args:
        name: one of :func:`exercises`.
        depth: share of the typical range of motion, 0.2 to 1.2.
        tempo: speed, 1 is typical, 0.5 to 2.
        asymmetry: 0 is a mirror image of oneself, 1 is clearly uneven.
        repetitions: 1 to 100.
        body: who does it; the reference body when missing.

    Raises:
        InputError: the name is unknown, a parameter is out of range, or this body cannot take the posture.
    """
    return exercise_with_truth(name, depth=depth, tempo=tempo, asymmetry=asymmetry, repetitions=repetitions, body=body)[
        0
    ]


def exercise_with_truth(
    name: str,
    *,
    depth: float = 1.0,
    tempo: float = 1.0,
    asymmetry: float = 0.3,
    repetitions: int = 1,
    body: BodyModel | None = None,
) -> tuple[Clip, Truth]:
    """As :func:`exercise`, with the joint coordinates and segment transforms that made the clip."""
    from synthgen.motion.exercises.perform import perform
    from synthgen.motion.exercises.trial import Style
    from synthgen.motion.names import close_matches

    known = exercises()
    if name not in known:
        raise InputError(
            f"there is no built-in exercise {name!r}",
            expected=f"one of {', '.join(known)}",
            got=name,
            remedy=close_matches(name, known),
        )
    return perform(name, Style(depth, tempo, asymmetry, repetitions), body)
