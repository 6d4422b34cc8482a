"""``Reader``: all that the program needs to know of one kind of motion file.

A reader is one module or package in ``readers/`` with one such object, called ``READER``. That is the only place which
names the format: ``registry.py`` finds it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.motion.keys import Given, Key
from synthgen.motion.sidecar import sidecar

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip


@dataclass(frozen=True)
class Reader:
    """One kind of motion file.

    Attributes:
        name: what users call it, such as ``BVH``.
        about: what is read, in a few words, such as ``joints and orientations``.
        suffixes: endings of such files, small letters with their dot.
        read: file and what is said beside it → its clip: metres, Z up, soles at z = 0. Raises InputError.
        keys: what may be said beside such a file, see ``keys.py``.
        takes: distinguishes its files from others of the same ending; None takes every one that no other reader does.
        siblings: endings of files of the same name that are read as well: they count as a part of the motion.
        module: Python module that reading needs beyond the package's own dependencies; looked for, not imported.
    """

    name: str
    about: str
    suffixes: tuple[str, ...]
    read: Callable[[Path, Given], Clip]
    keys: tuple[Key, ...] = ()
    takes: Callable[[Path], bool] | None = None
    siblings: tuple[str, ...] = ()
    module: str | None = None

    def __post_init__(self) -> None:
        for name in ("suffixes", "keys", "siblings"):
            given = getattr(self, name)
            if isinstance(given, str):
                raise ValueError(f"{self.name}: {name} are several, got the text {given!r}")
            object.__setattr__(self, name, tuple(given))
        if not self.suffixes or any(s != s.lower() or not s.startswith(".") for s in self.suffixes):
            raise ValueError(f"{self.name}: suffixes are small letters behind a dot, got {self.suffixes}")

    def clip(self, path: Path) -> Clip:
        """The clip of a file, with what is said beside it taken into account.

        Raises:
            InputError: the file, or the one beside it, is not sound.
        """
        path = Path(path)
        return self.read(path, sidecar(path, self.keys))
