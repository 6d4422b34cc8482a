"""What lies in a cache: its own files, their sizes and ages, and whether today's code would use them."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from synthgen.core.cache.entries import Kind
from synthgen.core.cache.folder import CACHE_VARIABLE, Cache
from synthgen.core.cache.keys import CODE_DIGITS, code_key
from synthgen.core.errors import InputError
from synthgen.core.files.whole import ATTEMPT

_ENTRY = rf"(?P<label>[A-Za-z0-9_-]*?)-(?:(?P<code>[0-9a-f]{{{CODE_DIGITS}}})-)?[0-9a-f]{{16}}\.npz"
"""Names of entries; those of older versions carry no code."""
_FINISHED = re.compile(_ENTRY)
_UNFINISHED = re.compile(rf"\.{_ENTRY}{re.escape(ATTEMPT)}[0-9a-f]+")

State = Literal["current", "stale", "unfinished"]


@dataclass(frozen=True)
class Kept:
    """One file of a cache.

    Attributes:
        kind: name of its kind.
        path: the file.
        bytes: its size.
        made, used: when it was written and when it was used last, seconds since the epoch.
        state: ``current``; ``stale`` where another version of code, data or libraries made it, so that this one does
            not use it; ``unfinished`` where it is being written, or its writer was killed.
    """

    kind: str
    path: Path
    bytes: int
    made: float
    used: float
    state: State


def survey(cache: Cache, kinds: Iterable[Kind[Any]]) -> list[Kept]:
    """The files of a cache, kind by kind, those that were used longest ago first.

    Only plain files whose names the cache itself gives are listed: no links, nothing behind a link, nothing else that
    somebody put there. Nothing is opened.

    Raises:
        InputError: something else stands where the cache should be.
        OSError: a folder cannot be read.
    """
    if cache.root.exists() and not cache.root.is_dir():
        raise InputError(
            "this is no folder, so no cache is in it",
            where=str(cache.root),
            expected="a folder, or nothing yet",
            got="a file",
            remedy=f"{CACHE_VARIABLE}=FOLDER says where the cache is",
        )
    return [kept for kind in kinds for kept in sorted(_of(cache, kind), key=lambda k: (k.used, k.path))]


def _of(cache: Cache, kind: Kind[Any]) -> Iterator[Kept]:
    folder = cache.root / kind.folder
    if folder.is_symlink() or not folder.is_dir():
        return
    code = code_key(*kind.makers)
    with os.scandir(folder) as files:
        for file in files:
            name = _FINISHED.fullmatch(file.name) or _UNFINISHED.fullmatch(file.name)
            if name is None or not _belongs(name["label"], kind):
                continue
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                found = file.stat(follow_symlinks=False)
                if stat.S_ISREG(found.st_mode):
                    state: State = "current" if name["code"] == code else "stale"
                    if file.name.startswith("."):
                        state = "unfinished"
                    yield Kept(kind.name, Path(file.path), found.st_size, found.st_mtime, last_use(found), state)


def _belongs(label: str, kind: Kind[Any]) -> bool:
    """Whether a file of the kind's folder is of the kind; an older version put more behind the label."""
    return not kind.label or label == kind.label or label.startswith(f"{kind.label}-")


def last_use(found: os.stat_result) -> float:
    """When a file was used last, seconds since the epoch (``entries.mark_used``)."""
    return max(found.st_atime, found.st_mtime)
