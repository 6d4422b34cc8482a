"""Checks a dataset against what the project promises about it. Nothing is trusted because we wrote it."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from synthgen.core.processes.maps import process_map
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue, broken
from synthgen.dataset.checks.registry import all_checks
from synthgen.dataset.checks.shard import check_shards
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.manifest import Manifest

_PART = 2000
"""People that are checked before a process takes the next shards; with fewer than two such parts none is started."""

_Part = tuple[list[Issue], dict[str, Any]]


def validate(out: Path, *, pictures: bool = True, workers: int | None = None) -> list[Issue]:
    """All faults of a dataset; empty for a sound one.

    Args:
        out: the dataset.
        pictures: read images, masks and depth; without it their names and sizes alone are compared.
        workers: processes that check shards side by side; None takes one a core. Small datasets need none.

    Raises:
        InputError: the folder holds no plan that can be read, or that of another version, so it is no dataset.
    """
    dataset = Dataset(out, pictures=pictures)
    issues = [issue for check in all_checks() if check.files for issue in check.files(dataset)]
    parts = _parts(dataset.manifests)
    with process_map(len(os.sched_getaffinity(0)) if workers is None else workers) as each:
        n = len(parts)
        found = each(_check_part, [dataset.out] * n, [pictures] * n, parts)
    for of_shards, _ in found:
        issues += of_shards
    for check in _gathering():
        dataset.gathered[check.name] = [gathered[check.name] for _, gathered in found]
    for check in sorted(all_checks(), key=lambda c: c.if_sound):
        if check.result and not (check.if_sound and broken(issues)):
            issues += check.result(dataset)
    return issues


def _gathering() -> Iterator[Check]:
    return (check for check in all_checks() if check.gather)


def _parts(manifests: Sequence[Manifest]) -> list[list[Manifest]]:
    """Shards in order, in parts of some people each."""
    parts: list[list[Manifest]] = []
    people = _PART
    for manifest in manifests:
        if people >= _PART:
            parts.append([])
            people = 0
        parts[-1].append(manifest)
        people += manifest.people
    return parts


@contextlib.contextmanager
def _collector_off() -> Iterator[None]:
    """Spares the search for circles among records, which hold none: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _check_part(out: Path, pictures: bool, manifests: list[Manifest]) -> _Part:
    """The faults of some shards, and what the checks gathered there."""
    dataset = Dataset(out, pictures=pictures, manifests=manifests)
    with _collector_off():
        issues = list(check_shards(dataset, manifests))
    return issues, {check.name: check.gather(dataset) for check in _gathering() if check.gather}
