"""Where compiled kernels are kept.

numba keeps what it compiled beside a file's date, but does not see that a function of another file has changed. So
the folder is named by all that decides the machine code: the kernels' sources, numba's version and LLVM's, and the
kind of processor. Processes that compile at once do not disturb each other: each file is written under another name
and renamed, and files of one name hold the same.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numba.core.config

from synthgen.core.cache.folder import Cache
from synthgen.core.digests import digest

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
    "images.halve",
)
"""What Python calls; everything else is compiled into these."""

_MONTH = 30 * 86400.0


def entries() -> list[Any]:
    """The compiled functions that Python calls."""
    names = (name.split(".") for name in ENTRIES)
    return [getattr(importlib.import_module(f"synthgen.engine.cpu.{module}"), name) for module, name in names]


def numba_version() -> str:
    """numba's version."""
    return str(numba.__version__)


def kernel_folder(cache: Cache) -> Path:
    """Where a cache keeps the kernels of these sources (numba asks for their folder too), numba, LLVM and processor."""
    here = Path(__file__).resolve().parent
    made_by = (numba.__version__, llvmlite.__version__, *_processor())
    return cache.root / "kernels" / digest(*made_by, str(here), *sorted(here.glob("*.py")))


def complete_mark(cache: Cache) -> Path:
    """A file that is there when all kernels are kept for this machine's processor."""
    return kernel_folder(cache) / "complete"


def keep_kernels(cache: Cache) -> None:
    """Lets the kernels be loaded from a cache, and be kept there when they are compiled."""
    folder = kernel_folder(cache)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _numba_keeps_in(folder):
            for entry in entries():
                entry.enable_caching()
    except (OSError, RuntimeError) as error:
        logger.warning("kernels cannot be kept in %s and are compiled by every engine anew: %s", folder, error)


def forget_old_kernels(cache: Cache, now: float) -> list[Path]:
    """Deletes the kernels of versions that no engine has used for a month; the folders that are gone."""
    gone = []
    for folder in kernel_folder(cache).parent.iterdir():
        marks = [mark.stat().st_mtime for mark in folder.glob("complete*")]
        if marks and folder != kernel_folder(cache) and now - max(marks) > _MONTH:
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder)
    return gone


def _processor() -> tuple[str, str]:
    from numba.core.registry import cpu_target

    codegen = cpu_target.target_context.codegen()
    _, name, features = codegen.magic_tuple()
    return str(name), str(features)


@contextlib.contextmanager
def _numba_keeps_in(folder: Path) -> Iterator[None]:
    """numba asks its configuration only at the moment in which a function is told to be kept.

    It would go on to folders of its own where this one cannot be written; kernels would be stale there.
    """
    config: Any = numba.core.config
    before = config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES
    config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = str(folder), "UserProvidedCacheLocator"
    try:
        yield
    finally:
        config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = before
