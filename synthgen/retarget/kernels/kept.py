"""Which kernels posing has, and where they are kept."""

from __future__ import annotations

import contextlib
from pathlib import Path

from synthgen.core.cache.folder import Cache
from synthgen.core.kernels.folder import compiled_folder
from synthgen.core.kernels.keeping import keep_compiled, mark_in
from synthgen.retarget.kernels.arms import least_clear, turned
from synthgen.retarget.kernels.giving import give_way
from synthgen.retarget.kernels.nearest import approach, bounds

ENTRIES = (bounds, approach, turned, least_clear, give_way)
"""What Python calls; everything else is compiled into these."""


def keep_posing_kernels(cache: Cache) -> None:
    """Lets the kernels be loaded from a cache, and be kept there: those compiled already are compiled no more."""
    folder = compiled_folder(cache, Path(__file__).resolve().parent)
    keep_compiled(ENTRIES, folder)
    with contextlib.suppress(OSError):
        mark_in(folder).touch()  # in use: versions without use go
