"""Files that appear whole or not at all, also after a power cut."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from pathlib import Path

from synthgen.errors import InputError


def sha256(data: bytes) -> str:
    """Hex digest of bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hex digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_synced(path: Path, data: bytes) -> None:
    """Writes and fsyncs a file under a name that nobody reads yet."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Makes renames and links inside a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file beside its final name, then renames it into place. Readers see the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    attempt = path.with_name(f".{path.name}.attempt-{os.getpid()}")
    try:
        write_synced(attempt, data)
        attempt.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            attempt.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def create_once(path: Path, data: bytes) -> bool:
    """Creates a file whole, unless it exists: the first one wins. True when this call made it.

    Raises:
        InputError: the file system has no hard links.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    attempt = path.with_name(f".{path.name}.attempt-{os.getpid()}")
    try:
        write_synced(attempt, data)
        _link(attempt, path)
    except FileExistsError:
        return False
    finally:
        with contextlib.suppress(OSError):
            attempt.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def link_over(source: Path, target: Path) -> None:
    """Gives ``source``'s content the name ``target`` too, in one step, whatever stood there before.

    Raises:
        InputError: the file system has no hard links.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _link(source, target)
    except FileExistsError:
        if source.samefile(target):
            return
        attempt = target.with_name(f".{target.name}.attempt-{os.getpid()}")
        attempt.unlink(missing_ok=True)
        _link(source, attempt)
        attempt.replace(target)


_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS)
"""What ``link`` answers on file systems such as FAT and some network and FUSE mounts."""


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        raise InputError(
            "this file system has no hard links",
            where=str(target),
            got=error.strerror,
            remedy="choose another output folder",
        ) from error
