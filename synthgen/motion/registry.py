"""Which kinds of motion files can be read: found, not listed.

Readers come from three places: the modules of the package ``readers``, entry points of installed packages (group
``synthgen.readers``), and :func:`register_reader` for the process that calls it.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from synthgen.motion import readers as shipped
from synthgen.motion.reader import Reader

GROUP = "synthgen.readers"
"""Entry points that name a :class:`Reader`, such as ``mylab = "mylab.synthgen_reader:READER"``."""

_registered: list[Reader] = []


def readers() -> tuple[Reader, ...]:
    """Every reader; of one ending, those that tell their files apart before the one that takes the rest."""
    found = (*_registered, *_installed(), *_shipped())
    return tuple(sorted(dict.fromkeys(found), key=lambda r: r.takes is None))


def register_reader(reader: Reader) -> None:
    """Makes a reader of one's own known to this process; other processes know those of entry points alone.

    Args:
        reader: what it reads, and how.

    Raises:
        ValueError: another reader takes all files of its endings, and it does not tell its own apart (``takes``).

    Example:
        >>> synthgen.register_reader(synthgen.Reader("CSV", "points, a column per axis", (".csv",), read))
    """
    taken = {s: r.name for r in readers() if r.takes is None for s in r.suffixes}
    clash = [s for s in reader.suffixes if s in taken]
    if clash and reader.takes is None:
        raise ValueError(f"{reader.name}: {clash[0]} is read as {taken[clash[0]]}; say with `takes` which files are")
    _registered.append(reader)


def reader_of(path: Path) -> Reader | None:
    """The reader of a file, which is there; None where no reader takes it.

    Raises:
        InputError: the file is so damaged that its kind cannot be found.
    """
    return next((r for r in of_suffix(path.suffix) if r.takes is None or r.takes(path)), None)


def of_suffix(suffix: str) -> tuple[Reader, ...]:
    """The readers of an ending, whatever its case."""
    return tuple(r for r in readers() if suffix.lower() in r.suffixes)


def suffixes() -> tuple[str, ...]:
    """Every ending that is read, sorted."""
    return tuple(sorted({s for r in readers() for s in r.suffixes}))


def siblings() -> tuple[str, ...]:
    """Endings of files that belong to a motion of the same name."""
    return tuple(dict.fromkeys(s for r in readers() for s in r.siblings))


def kinds() -> str:
    """The endings in one line, with the names of the readers where an ending does not say it: ``.mot (OpenSim)``."""
    out = []
    for suffix in suffixes():
        names = [r.name for r in of_suffix(suffix)]
        plain = names == [suffix[1:].upper()]
        out.append(suffix if plain else f"{suffix} ({', '.join(names)})")
    return ", ".join(out)


def _shipped() -> list[Reader]:
    """The readers of the package, by their modules' names."""
    names = sorted(m.name for m in pkgutil.iter_modules(shipped.__path__))
    return [import_module(f"synthgen.motion.readers.{name}").READER for name in names]


@cache
def _installed() -> tuple[Reader, ...]:
    """The readers that installed packages offer."""
    return tuple(point.load() for point in entry_points(group=GROUP))
