"""Motion that needs no file: ``builtin:squat``, ``deepmimic:humanoid3d_walk``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthgen.motion.exercises import exercise, exercises
from synthgen.motion.readers.deepmimic import load_sample, samples

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip


@dataclass(frozen=True)
class Scheme:
    """One kind of motion that needs no file.

    Attributes:
        names: the names that are there.
        clip: the clip of a name; raises InputError where there is none.
    """

    names: Callable[[], Iterable[str]]
    clip: Callable[[str], Clip]


SCHEMES = {"builtin": Scheme(exercises, exercise), "deepmimic": Scheme(samples, load_sample)}
"""What stands before the colon of a source → its kind."""


COMPUTED = ("builtin",)
"""Schemes whose clips follow from the code alone."""


def available() -> dict[str, list[str]]:
    """Names that need no file: ``builtin`` exercises and ``deepmimic`` clips (empty without pybullet)."""
    return {word: list(scheme.names()) for word, scheme in SCHEMES.items()}


def is_named(source: str) -> bool:
    """True when a source needs no file: it is a name of one of the schemes, whether or not that name exists."""
    word, colon, _ = source.partition(":")
    return bool(colon) and word in SCHEMES


def forms() -> str:
    """How such sources are written, for errors: ``builtin:NAME, deepmimic:NAME``."""
    return ", ".join(f"{word}:NAME" for word in SCHEMES)
