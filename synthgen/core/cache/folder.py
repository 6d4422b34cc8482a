"""Where the cache is: one folder for every verb, with one sub-folder for every kind of thing."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

CACHE_VARIABLE = "SYNTHGEN_CACHE"


def default_cache() -> Path:
    """``$SYNTHGEN_CACHE``, or the user's cache folder, as an absolute path. Every verb asks here."""
    if folder := os.environ.get(CACHE_VARIABLE):
        path = Path(folder)
        with contextlib.suppress(RuntimeError):  # a user whom nobody knows
            path = path.expanduser()
        return path.absolute()
    import platformdirs

    return platformdirs.user_cache_path("synthgen")


@dataclass(frozen=True)
class Cache:
    """One cache, by its top folder: ``Cache()`` is the user's own.

    Wherever a folder of a cache may be named (``--cache``, ``cache_dir``), it is this one; which sub-folder a thing
    lies in is the business of its :class:`~synthgen.core.cache.entries.Kind`.
    """

    root: Path = field(default_factory=default_cache)

    @classmethod
    def at(cls, folder: Path | None) -> Cache:
        """The cache of a folder, or the user's own where none is named."""
        return cls() if folder is None else cls(Path(folder))
