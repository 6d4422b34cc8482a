"""Deletes what a cache need not keep. It touches files of the cache's own names only, and none that a run may need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from synthgen.core.cache.entries import Kind
from synthgen.core.cache.folder import Cache
from synthgen.core.cache.in_use import oldest_run
from synthgen.core.cache.survey import Kept, last_use, survey

_DAY = 86400.0
_CLOCKS = 3600.0
"""Seconds by which the clocks of machines that share a folder may differ."""


@dataclass(frozen=True)
class Rule:
    """What is deleted; each field adds to it.

    Attributes:
        unused_for: entries that nobody has used for so many seconds.
        max_bytes: those that were used longest ago, until so many bytes are left.
        stale: entries that another version of code, data or libraries made.
        everything: all of them.
    """

    unused_for: float | None = None
    max_bytes: int | None = None
    stale: bool = False
    everything: bool = False


@dataclass(frozen=True)
class Pruned:
    """What a pruning did, or would do.

    Attributes:
        deleted: files that are gone.
        spared: files that the rule names and that a run may still need.
        failed: file → why it could not be deleted.
    """

    deleted: tuple[Kept, ...]
    spared: tuple[Kept, ...]
    failed: tuple[tuple[Kept, str], ...] = ()


def prune(cache: Cache, kinds: Iterable[Kind[Any]], rule: Rule, now: float, *, dry_run: bool = False) -> Pruned:
    """Deletes what a rule names, and what writers left half done that were killed more than a day ago.

    What has been used since the oldest run began that still goes on is spared.

    Args:
        cache: the cache.
        kinds: which kinds of things.
        rule: which of them.
        now: seconds since the epoch.
        dry_run: delete nothing, only say what would be.

    Raises:
        OSError: a folder cannot be read.
    """
    found = survey(cache, kinds)
    began = oldest_run(cache)
    named = list(_named(found, rule, now))
    spared = tuple(k for k in named if began is not None and k.used >= began - _CLOCKS)
    if rule.max_bytes is not None:
        named += _surplus([k for k in found if k not in named or k in spared], rule.max_bytes, began)
    doomed = [k for k in named if k not in spared]
    if dry_run:
        return Pruned(tuple(doomed), spared)
    deleted, failed = [], []
    for kept in doomed:
        try:
            if _is_as_found(kept):
                kept.path.unlink()
                deleted.append(kept)
        except FileNotFoundError:
            continue
        except OSError as error:
            failed.append((kept, error.strerror or str(error)))
    return Pruned(tuple(deleted), spared, tuple(failed))


def _named(found: Sequence[Kept], rule: Rule, now: float) -> Iterator[Kept]:
    """What a rule names whatever the size of the rest."""
    for kept in found:
        age = now - kept.used
        if kept.state == "unfinished":
            if age > _DAY:
                yield kept
        elif (
            rule.everything
            or (rule.stale and kept.state == "stale")
            or (rule.unused_for is not None and age > rule.unused_for)
        ):
            yield kept


def _surplus(left: Sequence[Kept], most: int, began: float | None) -> Iterator[Kept]:
    """What has to go of files, those that were used longest ago first, so that ``most`` bytes are left."""
    size = sum(k.bytes for k in left)
    for kept in sorted(left, key=lambda k: k.used):
        if size <= most:
            return
        if kept.state != "unfinished" and (began is None or kept.used < began - _CLOCKS):
            size -= kept.bytes
            yield kept


def _is_as_found(kept: Kept) -> bool:
    """Whether nobody has used or replaced a file since it was listed."""
    found = kept.path.lstat()
    return (found.st_mtime, last_use(found), found.st_size) == (kept.made, kept.used, kept.bytes)
