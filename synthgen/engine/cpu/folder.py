"""Where the renderer's compiled kernels are kept, known without loading numba."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from synthgen.core.cache.folder import Cache
from synthgen.core.kernels.folder import COMPLETE, compiled_folder

_MONTH = 30 * 86400.0


def kernel_folder(cache: Cache) -> Path:
    """Where a cache keeps the kernels of these sources, numba and LLVM."""
    return compiled_folder(cache, Path(__file__).resolve().parent)


def ever_compiled(cache: Cache) -> bool:
    """Whether the kernels have been compiled into a cache, for this or another kind of processor."""
    return any(kernel_folder(cache).glob(f"{COMPLETE}*"))


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Lets one process compile into a folder and others wait for it, where the file system has locks."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            file = stack.enter_context((folder / "compiling.lock").open("a"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def forget_old_kernels(cache: Cache, now: float) -> list[Path]:
    """Deletes the kernels of versions that no engine has used for a month; the folders that are gone."""
    gone = []
    for folder in kernel_folder(cache).parent.iterdir():
        marks = [mark.stat().st_mtime for mark in folder.glob(f"{COMPLETE}*")]
        if marks and folder != kernel_folder(cache) and now - max(marks) > _MONTH:
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder)
    return gone
