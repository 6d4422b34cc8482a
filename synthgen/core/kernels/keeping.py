"""How numba keeps what it compiles in a folder of ours.

Processes that compile at once do not disturb each other: numba writes each file under another name and renames it.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numba.core.config

from synthgen.core.digests import digest
from synthgen.core.kernels.folder import COMPLETE

logger = logging.getLogger(__name__)


def keep_compiled(entries: Iterable[Any], folder: Path) -> None:
    """Lets kernels be loaded from a folder, and be kept there when they are compiled.

    Each kind of processor has a folder of its own in it: numba numbers its files, and two kinds of machine that compile
    at once, where locks are not shared, would take each other's.

    Args:
        entries: compiled functions that Python calls.
        folder: of :func:`~synthgen.core.kernels.folder.compiled_folder`.
    """
    own = folder / digest(*_processor())
    try:
        own.mkdir(parents=True, exist_ok=True)
        with _numba_keeps_in(own):
            for entry in entries:
                entry.enable_caching()
    except (OSError, RuntimeError) as error:
        logger.warning("kernels cannot be kept in %s and are compiled by every process anew: %s", own, error)


def mark_in(folder: Path) -> Path:
    """A file in a folder of kernels that is there when all of them are kept for this machine's processor."""
    return folder / f"{COMPLETE}{digest(*_processor())}"


def _processor() -> tuple[str, str]:
    from numba.core.registry import cpu_target

    codegen = cpu_target.target_context.codegen()
    _, name, features = codegen.magic_tuple()
    return str(name), str(features)


@contextlib.contextmanager
def _numba_keeps_in(folder: Path) -> Iterator[None]:
    """numba asks its configuration only at the moment in which a function is told to be kept.

    Where this folder cannot be written it would go on to folders of its own, in which kernels grow stale.
    """
    config: Any = numba.core.config
    before = config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES
    config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = str(folder), "UserProvidedCacheLocator"
    try:
        yield
    finally:
        config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = before
