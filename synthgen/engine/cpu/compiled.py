"""Which kernels there are, and how numba keeps them in our folder.

Processes that compile at once do not disturb each other: numba writes each file under another name and renames it.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numba.core.config

from synthgen.core.cache.folder import Cache
from synthgen.core.digests import digest
from synthgen.engine.cpu.folder import COMPLETE, kernel_folder

logger = logging.getLogger(__name__)

ENTRIES = (
    "rasterize.rasterize",
    "shadow.block_bounds",
    "project.to_camera",
    "project.to_picture",
    "resolve.shade_centres",
    "occlusion.openness",
    "occlusion.averaged",
    "resolve.tone_centres",
    "resolve.face_directions",
    "edges.resolve",
    "resolve.encode",
    "skin.posed",
    "settle.settled",
    "images.halve",
)
"""What Python calls; everything else is compiled into these."""


def entries() -> list[Any]:
    """The compiled functions that Python calls."""
    names = (name.split(".") for name in ENTRIES)
    return [getattr(importlib.import_module(f"synthgen.engine.cpu.{module}"), name) for module, name in names]


def numba_version() -> str:
    """numba's version."""
    return str(numba.__version__)


def complete_mark(cache: Cache) -> Path:
    """A file that is there when all kernels are kept for this machine's processor."""
    return kernel_folder(cache) / f"{COMPLETE}{digest(*_processor())}"


def keep_kernels(cache: Cache) -> None:
    """Lets the kernels be loaded from a cache, and be kept there when they are compiled.

    Each kind of processor has a folder of its own: numba numbers its files, and two kinds of machine that compile at
    once, where locks are not shared, would take each other's.
    """
    folder = kernel_folder(cache) / digest(*_processor())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _numba_keeps_in(folder):
            for entry in entries():
                entry.enable_caching()
    except (OSError, RuntimeError) as error:
        logger.warning("kernels cannot be kept in %s and are compiled by every engine anew: %s", folder, error)


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
