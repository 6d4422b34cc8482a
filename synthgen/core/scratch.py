"""Folders for what lives as long as a process: closed to other users, and swept when their owner was killed.

A process that is killed cannot tidy up. Each folder therefore holds a file that its owner keeps locked: the kernel
lets go of the lock however the owner ends, and :func:`sweep` removes the folders that nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "synthgen-"
_OWNER = ".owner"
_LONGEST_ROOT = 60
"""Bytes of the root's path, beside which a UNIX socket's name of 107 bytes still has room for ours."""
_YOUNG = 86_400.0
"""Seconds that a folder without an owner's file is left alone: it is being made just now, or is an older version's."""


class Scratch:
    """A folder with mode 700 in the temporary directory; a context manager that removes it.

    Args:
        purpose: what it is for, a part of its name.

    Attributes:
        path: the folder.
    """

    def __init__(self, purpose: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-", dir=root()))
        self._owner = os.open(self.path / _OWNER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._owner, fcntl.LOCK_EX)
        os.write(self._owner, socket.gethostname().encode())

    def remove(self) -> None:
        """Removes the folder and what is in it; harmless when it is gone."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._owner >= 0:
            os.close(self._owner)
            self._owner = -1

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def root() -> Path:
    """Where scratch folders are made: ``$TMPDIR``, or ``/tmp`` where a socket's path in there would be too long."""
    usual = Path(tempfile.gettempdir())
    return usual if len(os.fsencode(usual)) <= _LONGEST_ROOT else Path("/tmp")


def sweep() -> list[Path]:
    """Removes this user's scratch folders whose owners are gone; returns them."""
    gone = []
    for folder in root().glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # not ours, or removed by another run's sweep meanwhile
            if folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != os.geteuid():
                continue
            with _orphaned(folder) as orphan:
                if orphan:
                    shutil.rmtree(folder, ignore_errors=True)
                    gone.append(folder)
    return gone


@contextlib.contextmanager
def _orphaned(folder: Path) -> Iterator[bool]:
    """Whether nobody holds the folder; while the block runs nobody else can think so too."""
    owner = folder / _OWNER
    if not owner.exists():
        yield time.time() - folder.stat().st_mtime > _YOUNG
        return
    with owner.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        # Locks of other machines cannot be seen on every file system that machines share.
        yield file.read() in ("", socket.gethostname())
