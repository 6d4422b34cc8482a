"""What is kept between runs: one folder for every verb, and one way to take results from it.

Every file in it is named by a hash of what it was made from, so that a damaged one can be made again, and all of it
may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from synthgen.core.errors import InputError
from synthgen.core.system import refusal

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)

CACHE_VARIABLE = "SYNTHGEN_CACHE"

DAMAGE = (InputError, TypeError, KeyError, ValueError, LookupError, AttributeError)
"""What loading a result raises whose file is damaged or lacks something."""


def default_cache() -> Path:
    """``$SYNTHGEN_CACHE``, or the user's cache folder. Every verb asks here."""
    if folder := os.environ.get(CACHE_VARIABLE):
        return Path(folder)
    import platformdirs

    return platformdirs.user_cache_path("synthgen")


@dataclass(frozen=True)
class Cache:
    """The folders of one cache."""

    root: Path

    @property
    def fits(self) -> Path:
        """Fitted clips (``SpineMotion``)."""
        return self.root / "fits"

    @property
    def motions(self) -> Path:
        """Rig motions."""
        return self.root / "motions"

    @property
    def assets(self) -> Path:
        """Rest bodies and dressed characters; the engine reads and writes here too."""
        return self.root / "assets"


def load_kept(path: Path, what: str, load: Callable[[Path], Result]) -> Result | None:
    """What a file of the cache holds; None where there is none, or a damaged one, which is told.

    Args:
        path: the file.
        what: what it holds, for the user: ``fit``, ``body`` …
        load: reads the file.
    """
    if not path.exists():
        return None
    try:
        return load(path)
    except DAMAGE as error:
        reason = (error.got or error.what) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        _LOG.warning("%s: this %s of the cache is damaged (%.200s) and is made again", path, what, reason)
        return None


@contextlib.contextmanager
def keeping(path: Path) -> Iterator[None]:
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
            remedy=f"{told[1]}: {CACHE_VARIABLE}=FOLDER says where the cache is; what is in it may be deleted",
        ) from error
