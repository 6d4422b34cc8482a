"""What data add up to: digests of values and of files, and whether a file still holds what it held."""

from __future__ import annotations

import errno
import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.files.whole import naming


def digest(*parts: Any) -> str:
    """A short stable hash (16 hex digits) of JSON-able values, bytes, arrays and files' paths' content."""
    state = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            state.update(str((part.dtype.str, part.shape)).encode() + np.ascontiguousarray(part).tobytes())
        elif isinstance(part, Path):
            state.update(part.read_bytes())
        elif isinstance(part, bytes):
            state.update(part)
        else:
            state.update(json.dumps(part, sort_keys=True, default=str).encode())
        state.update(b"\0")
    return state.hexdigest()[:16]


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
