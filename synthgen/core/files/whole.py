"""Files that appear whole or not at all, also after a power cut."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

ATTEMPT = ".attempt-"
"""Stands in the names of files that are being written; the writer's next run removes those that a kill left."""


def attempt_beside(path: Path) -> Path:
    """A name beside ``path`` that no other process uses, on any host of a shared folder."""
    return path.with_name(f".{path.name}{ATTEMPT}{secrets.token_hex(6)}")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Opens a file for writing that gets its name at the end, and only if nothing failed.

    Args:
        path: its name; the folder is made when it is missing. What stands there is replaced.

    Raises:
        OSError: it cannot be written; ``filename`` is never empty.
    """
    attempt = attempt_beside(path)
    try:
        with naming(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with attempt.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            attempt.replace(path)
            sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            attempt.unlink(missing_ok=True)
        raise


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file under a name beside its own, then renames it: readers see the old one or the new one."""
    with whole_file(path) as file:
        file.write(data)


def write_synced(path: Path, data: bytes) -> None:
    """Writes and fsyncs a file under a name that nobody reads yet."""
    with naming(path), path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Gives errors of the system the name of the file that they are about: those of writing carry none."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def sync_folder(path: Path) -> None:
    """Makes renames and links inside a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Removes a file, or a folder with all that is in it, or nothing."""
    try:
        path.unlink(missing_ok=True)
    except (IsADirectoryError, PermissionError):  # systems differ in what they say of a folder
        if path.is_symlink() or not path.is_dir():
            raise
        shutil.rmtree(path)
