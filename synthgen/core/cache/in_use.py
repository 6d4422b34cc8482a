"""Runs say that they use a cache, so that pruning leaves what they still need.

A run holds a lock on a file of its own in ``in-use/``; the file's time is when the run began. What was used since then
by anyone is left alone. A run that was killed holds no lock any more; its file is removed by the next pruning.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from synthgen.core.cache.folder import Cache

_FOLDER = "in-use"
_ENDING = ".run"
_STARTING_S = 60.0
"""A file as young as this may not be locked yet."""


@contextlib.contextmanager
def using(cache: Cache) -> Iterator[None]:
    """While it is open, pruning leaves everything that is used from now on.

    A cache that cannot be written, or a system without file locks, is used without a word: only who may delete there
    could disturb.
    """
    path = cache.root / _FOLDER / f"{os.getpid()}-{secrets.token_hex(6)}{_ENDING}"
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("xb"))
            stack.callback(_remove, path)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def oldest_run(cache: Cache) -> float | None:
    """When the oldest run began that uses the cache, seconds since the epoch; None where none does.

    Files of runs that are no more are removed.
    """
    began = []
    for path in sorted((cache.root / _FOLDER).glob(f"*{_ENDING}")):
        with contextlib.suppress(OSError):
            if path.is_symlink() or not path.is_file():
                continue
            born = path.stat().st_mtime
            if born > time.time() - _STARTING_S or _is_held(path):
                began.append(born)
            else:
                _remove(path)
    return min(began, default=None)


def _is_held(path: Path) -> bool:
    """Whether a process holds the file's lock; True also where nobody can say."""
    try:
        import fcntl

        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except (OSError, ImportError):
        return True
    return False


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
