"""One run at a time per output folder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from synthgen.core.errors import InputError, RunError

LOCK = ".lock"
"""Name of the file that is locked; it stays, and tells a folder that a run has begun."""

_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
"""What ``flock`` answers on network file systems that are mounted without locks."""


@contextlib.contextmanager
def folder_lock(out: Path) -> Iterator[Callable[[], None]]:
    """Holds ``out/.lock`` (making the folder); the kernel lets go of it when the process ends, however it ends.

    Yields:
        A check that the folder is still the one that was locked, which raises RunError when it was removed or moved.

    Raises:
        InputError: another run holds it, or the file system has no locks.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / LOCK
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise InputError(
                "another run is writing into this folder",
                where=str(out),
                got=file.read().strip() or "an unknown process",
                remedy="wait for it or stop it; then run the same command again",
            ) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            raise InputError(
                "this file system has no file locks",
                where=str(out),
                got=error.strerror,
                remedy="mount it with locks (Lustre: -o flock), or choose another output folder",
            ) from error
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()

        def still_there() -> None:
            try:
                same = os.path.samestat(path.stat(), os.fstat(file.fileno()))
            except OSError:
                same = False
            if not same:
                raise RunError(GONE.format(out=out))

        yield still_there


GONE = (
    "{out}: the output folder was removed or moved while this run wrote into it\n"
    "  remedy: run the same command again; it renders what is missing"
)
