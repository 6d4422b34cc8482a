"""Which kernels posing has, and where they are kept.

``python -m synthgen.retarget.kernels.kept`` compiles all of them, once per version and kind of processor. The first
shot of a run does the same; done at set-up, nobody waits for it later.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np

from synthgen.core.cache.folder import Cache
from synthgen.core.kernels.folder import compiled_folder
from synthgen.core.kernels.keeping import keep_compiled, mark_in
from synthgen.retarget.kernels.arms import least_clear, turned
from synthgen.retarget.kernels.giving import give_way
from synthgen.retarget.kernels.nearest import approach, bounds

ENTRIES = (bounds, approach, turned, least_clear, give_way)
"""What Python calls; everything else is compiled into these."""


def posing_folder(cache: Cache) -> Path:
    """Where a cache keeps the kernels of these sources, numba and LLVM."""
    return compiled_folder(cache, Path(__file__).resolve().parent)


def keep_posing_kernels(cache: Cache) -> None:
    """Lets the kernels be loaded from a cache, and be kept there: those compiled already are compiled no more."""
    folder = posing_folder(cache)
    keep_compiled(ENTRIES, folder)
    with contextlib.suppress(OSError):
        mark_in(folder).touch()  # in use: versions without use go


def ask_every_kernel() -> None:
    """Calls every kernel once, with a single point that touches a single other one."""
    point, up = np.zeros((1, 1, 3)), np.ones((1, 1, 3))
    starts, one, yes = np.array([0, 1]), np.ones(1), np.ones(1, bool)
    clear, ways = np.full((1, 1), np.inf), np.zeros((1, 1, 3))
    approach(point, starts, point, up, one, starts, bounds(point, starts), 0.1, 0.1, clear, ways)
    pivots, turns, axis = np.zeros((1, 2, 3)), np.eye(3)[None].copy(), np.ones((1, 3))
    turned(point, yes, pivots, pivots, turns, turns)
    near, slopes = least_clear(point, pivots, axis, axis, yes, one, clear, ways, 0.0, 0.1, 1)
    give_way(near, slopes, np.zeros((1, 4)), np.array([0]), yes, 1.0, 1.0, 1)


if __name__ == "__main__":
    keep_posing_kernels(Cache())
    ask_every_kernel()
