"""One run at a time per output folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from synthgen.errors import InputError


@contextlib.contextmanager
def folder_lock(out: Path) -> Iterator[None]:
    """Holds ``out/.lock`` (making the folder); the kernel lets go of it when the process ends, however it ends.

    Raises:
        InputError: another run holds it.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / ".lock"
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
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()
        yield
