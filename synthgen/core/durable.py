"""The files of a dataset: written whole, given their names by links, and compared with what they were."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.core.files import attempt_beside, naming, remove, sync_folder, whole_file

__all__ = [
    "create_once", "file_fault", "link_over", "remove", "replace_file", "sha256", "sha256_file", "sync_folder",
    "write_synced",
]  # fmt: skip


def sha256(data: bytes) -> str:
    """Hex digest of bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hex digest of a file's content."""
    with naming(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_fault(path: Path, size: int, digest: str | None = None) -> str | None:
    """What is wrong with a file, as the end of a sentence; None for a sound one.

    Args:
        path: the file.
        size: the bytes that it had.
        digest: the SHA-256 that it had; None does not read it.

    Raises:
        OSError: it may not be read, which is no damage.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return "is no file"
        if found.st_size != size:
            return (
                f"has {found.st_size} bytes instead of {size}" if found.st_size else f"is empty instead of {size} bytes"
            )
        if digest is not None and sha256_file(path) != digest:
            return "does not hold what was written"
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return "is missing"
        if error.errno == errno.EIO:
            return "cannot be read from the disk"
        raise
    return None


def write_synced(path: Path, data: bytes) -> None:
    """Writes and fsyncs a file under a name that nobody reads yet."""
    with naming(path), path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file beside its final name, then renames it into place. Readers see the old or the new one."""
    with whole_file(path) as file:
        file.write(data)


def create_once(path: Path, data: bytes) -> bool:
    """Creates a file whole, unless it exists: the first one wins. True when this call made it.

    Raises:
        InputError: the file system has no hard links.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    attempt = attempt_beside(path)
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
    """Gives ``source``'s content the name ``target`` too, in one step, whatever file stood there before.

    Raises:
        InputError: the file system has no hard links.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _link(source, target)
    except FileExistsError:
        if target.exists() and source.samefile(target):
            return
        attempt = attempt_beside(target)
        _link(source, attempt)
        if target.is_dir() and not target.is_symlink():
            remove(target)
        attempt.replace(target)


_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EXDEV)
"""What ``link`` answers on file systems such as FAT and some network and FUSE mounts, or from one to another."""


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
