"""What the operating system refuses, in words that say what to do."""

from __future__ import annotations

import errno

_ROOM = "free some room, or choose another folder"
_RIGHTS = "give yourself the right to it (chmod), or choose another folder"
_MORE = "use fewer --workers, end other programs, or raise the limit (ulimit -u)"

_SAYINGS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", _ROOM),
    errno.EDQUOT: ("the disk quota is used up", _ROOM),
    errno.EFBIG: ("a file may not grow as large as it has to", "raise the limit (ulimit -f unlimited)"),
    errno.EROFS: ("the file system is read-only", "choose another folder"),
    errno.EACCES: ("the folder may not be written, or a file in it not be read", _RIGHTS),
    errno.EPERM: ("the folder may not be written, or a file in it not be read", _RIGHTS),
    errno.ENOTDIR: ("a file stands where a folder is needed", "remove it, or choose another folder"),
    errno.EEXIST: ("a file stands where a folder is needed", "remove it, or choose another folder"),
    errno.EISDIR: ("a folder stands where a file is needed", "remove it, or choose another folder"),
    errno.ENOTEMPTY: ("a folder stands where a file is needed", "remove it, or choose another folder"),
    errno.ENAMETOOLONG: ("the name is too long for this file system", "choose a shorter one"),
    errno.ELOOP: ("its symbolic links lead in a circle", "mend the links, or choose another folder"),
    errno.EIO: ("the disk cannot be read or written", "check the disk, or choose a folder on another one"),
    errno.ESTALE: ("the network file system lost the file", "check the mount, or choose a folder on another one"),
    errno.EMFILE: ("this process may open no more files", "raise the limit (ulimit -n 1024)"),
    errno.ENFILE: ("this machine may open no more files", "end other programs, or raise fs.file-max"),
    errno.EAGAIN: ("no more processes or threads may be started", _MORE),
    errno.ENOMEM: ("the memory is used up", "use fewer --workers, or end other programs"),
}

LIMITS = frozenset({errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM, errno.EFBIG})
"""Refusals that another try does not change: the limits of a process, a user or a machine."""


def refusal(error: BaseException) -> tuple[str, str] | None:
    """What the system refuses, as (what is wrong, what to do); None for faults that are the program's own."""
    if isinstance(error, MemoryError):
        return _SAYINGS[errno.ENOMEM]
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return _SAYINGS[errno.EAGAIN]
    return _SAYINGS.get(error.errno or 0) if isinstance(error, OSError) else None
