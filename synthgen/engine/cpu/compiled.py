"""Which kernels there are."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numba

from synthgen.core.cache.folder import Cache
from synthgen.core.kernels.keeping import keep_compiled, mark_in
from synthgen.engine.cpu.folder import kernel_folder

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
    return mark_in(kernel_folder(cache))


def keep_kernels(cache: Cache) -> None:
    """Lets the kernels be loaded from a cache, and be kept there when they are compiled."""
    keep_compiled(entries(), kernel_folder(cache))
