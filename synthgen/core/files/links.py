"""Files that get their names by hard links: created once by the first of many, or put over what stood there."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.core.files.whole import attempt_beside, remove, sync_folder, write_synced


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
