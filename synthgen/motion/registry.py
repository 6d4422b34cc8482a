"""Which kinds of motion files can be read: found, not listed.

Readers come from three places: the modules of the package ``readers``, entry points of installed packages (group
``synthgen.readers``), and :func:`register_reader` for the process that calls it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from synthgen.core.errors import InputError
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
        reader: what it reads, and how; it takes the place of one of the same name that was registered before.

    Raises:
        ValueError: another reader takes all files of its endings, and it does not tell its own apart (``takes``).

    Example:
        >>> synthgen.register_reader(synthgen.Reader("CSV", "points, a column per axis", (".csv",), read))
    """
    others = [r for r in _registered if r.name != reader.name]
    if clash := _clash(reader, (*others, *_installed(), *_shipped())):
        suffix, name = clash
        raise ValueError(f"{reader.name}: {suffix} is read as {name}; say with `takes` which files are")
    _registered[:] = [*others, reader]


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


def _clash(reader: Reader, others: Iterable[Reader]) -> tuple[str, str] | None:
    """An ending of which two readers take every file, and the other one's name; None where each knows its own."""
    if reader.takes is not None:
        return None
    taken = {s: r.name for r in others if r.takes is None for s in r.suffixes}
    return next(((s, taken[s]) for s in reader.suffixes if s in taken), None)


@cache
def _installed() -> tuple[Reader, ...]:
    """The readers that installed packages offer.

    Raises:
        InputError: one cannot be loaded, is none, or takes every file of an ending that another one takes.
    """
    found: list[Reader] = []
    for point in entry_points(group=GROUP):
        reader = _loaded(point)
        if clash := _clash(reader, (*found, *_shipped())):
            raise InputError(
                "two readers take every file of one ending",
                where=_named(point),
                expected="a reader that tells its files apart (`takes`)",
                got=f"{clash[0]} is read as {clash[1]}",
                remedy="uninstall one of the packages",
            )
        found.append(reader)
    return tuple(found)


def _loaded(point: EntryPoint) -> Reader:
    """What an entry point names.

    Raises:
        InputError: it cannot be loaded, or is no reader.
    """
    try:
        found = point.load()
        if not isinstance(found, Reader):
            raise TypeError(f"{type(found).__name__} is no Reader")
    except Exception as error:  # a foreign module may raise anything
        raise InputError(
            "an installed package offers no sound reader of motion files",
            where=_named(point),
            expected="an object of synthgen.Reader",
            got=f"{type(error).__name__}: {error}",
            remedy="mend or uninstall that package",
        ) from error
    return found


def _named(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"entry point {point.name} = {point.value}{package}"
