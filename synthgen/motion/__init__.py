"""Motion clips: readers of motion files and built-in exercises.

``load("builtin:squat")`` gives a :class:`synthgen.motion.clip.Clip`; ``available()`` lists what needs no file, and
``suffixes()`` which files are read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip


def load(source: str, *, base: Path | None = None) -> Clip:
    """The clip that a source names; see :func:`synthgen.motion.sources.load`."""
    from synthgen.motion import sources

    return sources.load(source, base=base)


def available() -> dict[str, list[str]]:
    """Names that need no file: ``builtin`` exercises and ``deepmimic`` clips (empty without pybullet)."""
    from synthgen.motion import schemes

    return schemes.available()


def suffixes() -> tuple[str, ...]:
    """Endings of the files that are read, such as ``.bvh``; see :func:`synthgen.motion.registry.readers`."""
    from synthgen.motion import registry

    return registry.suffixes()
