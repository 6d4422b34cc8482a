"""Kinds of things that are kept, and one entry of a kind: found by its key, used only if it names that key itself."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from synthgen.core.archive import OtherEntryError
from synthgen.core.cache.folder import CACHE_VARIABLE, Cache
from synthgen.core.cache.keys import key
from synthgen.core.errors import InputError
from synthgen.core.system import refusal

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)

DAMAGE = (InputError, TypeError, KeyError, ValueError, LookupError, AttributeError)
"""What loading a result raises whose file is damaged or lacks something."""


@dataclass(frozen=True)
class Kind(Generic[Result]):
    """One kind of thing that is kept.

    Attributes:
        name: of all of them, for the user: ``fits``.
        what: one of them, for the user: ``fit``.
        folder: sub-folder of the cache; kinds may share one if their labels differ.
        makers: modules whose code decides what it is.
        load: reads a file that names a key, as ``archive.load`` does.
        save: writes one.
        label: how all its files' names begin; empty where each has one of its own.
    """

    name: str
    what: str
    folder: str
    makers: tuple[str, ...]
    load: Callable[[Path, str | None], Result]
    save: Callable[[Result, Path, str | None], None]
    label: str = ""

    def entry(self, cache: Cache, *inputs: Any, label: str = "") -> Entry[Result]:
        """Where the thing that is made of inputs is kept.

        Args:
            cache: the cache.
            inputs: JSON-able values and arrays that decide it.
            label: how the file's name begins where the kind does not say; other signs than letters, digits and ``_-``
                are replaced.
        """
        found = key(self.makers, *inputs)
        begin = self.label or re.sub(r"[^A-Za-z0-9_-]+", "_", label)
        return Entry(self, cache.root / self.folder / f"{begin}-{found}.npz", found)


@dataclass(frozen=True)
class Entry(Generic[Result]):
    """One thing that is kept, or will be: its file and the key that this file names inside."""

    kind: Kind[Result]
    path: Path
    key: str

    def exists(self) -> bool:
        """Whether a file has its name; it may still be damaged. What may not be looked at counts as none."""
        try:
            return self.path.exists()
        except OSError:
            return False

    def read(self) -> Result:
        """The thing.

        Raises:
            InputError: there is none, or its file is another entry's.
        """
        return self.kind.load(self.path, self.key)

    def find(self) -> Result | None:
        """The thing; None where there is none, or a damaged or another one under its name, which is reported."""
        if not self.exists():
            return None
        try:
            found = self.read()
        except OtherEntryError as error:
            _LOG.warning("%s: this %s of the cache is of other inputs (%s) and is made again", *self._named, error.got)
        except DAMAGE as error:
            reason = (error.got or error.what) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
            _LOG.warning("%s: this %s of the cache is damaged (%.200s) and is made again", *self._named, reason)
        else:
            mark_used(self.path)
            return found
        return None

    def keep(self, thing: Result) -> None:
        """Writes the thing, whole or not at all.

        Raises:
            InputError: the cache cannot be written.
        """
        with _naming_the_cache(self.path):
            self.kind.save(thing, self.path, self.key)

    def get(self, make: Callable[[], Result]) -> Result:
        """The thing from the cache, or made and kept.

        Raises:
            InputError: the cache cannot be written.
        """
        found = self.find()
        if found is None:
            found = make()
            self.keep(found)
        return found

    @property
    def _named(self) -> tuple[Path, str]:
        return self.path, self.kind.what


def mark_used(path: Path) -> None:
    """Notes in a file's time of access that it was used now; its time of change stays the one when it was made.

    A cache that may only be read stays as it is.
    """
    with contextlib.suppress(OSError):
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


@contextlib.contextmanager
def _naming_the_cache(path: Path) -> Iterator[None]:
    """Says of a result that cannot be written that it is the cache that cannot.

    Raises:
        InputError: names the cache's folder and how to choose another one.
    """
    try:
        yield
    except OSError as error:
        told = refusal(error)
        if told is None:
            raise
        raise InputError(
            f"the cache folder cannot be written: {told[0]}",
            where=str(path.parent),
            got=error.strerror,
            remedy=f"{told[1]}: {CACHE_VARIABLE}=FOLDER says where the cache is; 'synthgen cache prune' makes room",
        ) from error
