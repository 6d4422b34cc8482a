"""Where the user's files are when what they show is built."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from synthgen.core.digests import sha256_file
from synthgen.core.errors import InputError
from synthgen.core.plain import FileSpec


def found_file(file: FileSpec, files: Path | None) -> Path:
    """Where a file of the user's is; its content is the one that was meant.

    Raises:
        InputError: it is not there, or is another one.
    """
    path = (files or Path()) / file.path
    if not path.is_file():
        raise InputError(
            "a file of the scene is not there",
            where=str(path),
            remedy="put it back, or give the engine the scene's folder: --files FOLDER",
        )
    if _digest(path, path.stat().st_mtime_ns, path.stat().st_size) != file.digest:
        raise InputError(
            "a file of the scene has changed since the shot was made",
            where=str(path),
            expected=f"content of SHA-256 {file.digest[:12]}…",
            remedy="put the old file back, or render the scene into a new folder",
        )
    return path


@lru_cache(maxsize=4096)
def _digest(path: Path, changed: int, size: int) -> str:
    return sha256_file(path)
