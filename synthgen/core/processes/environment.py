"""What processes that work on arrays are given in their environment: one thread each, and memory that is kept.

By default glibc gives every array of more than 128 kB back to the kernel when it is freed, and the kernel clears each
page anew when the next array of the same size is asked for. For pictures of a megabyte that is most of the system time
of a renderer. With the variables below the pages stay with the process, and are used again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Read by new processes when they load libraries of linear algebra."""

_NUMBA = {"NUMBA_NUM_THREADS": "1"}

_KEPT = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),  # bytes; the largest that glibc takes
    "MALLOC_TRIM_THRESHOLD_": str(512 * 2**20),
    "MALLOC_TOP_PAD_": str(16 * 2**20),
}
"""Larger arrays than the first still come from the kernel and go back to it; so does what is free at the end of the
heap beyond the second."""


def array_environment() -> dict[str, str]:
    """Variables for a new process; those of the allocator yield to what the user has set."""
    kept = {name: os.environ.get(name, value) for name, value in _KEPT.items()} if _is_glibc() else {}
    return {**ONE_THREAD, **_NUMBA, **kept}


@contextlib.contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for processes that are started inside."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _is_glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError, OSError):  # Windows; another C library
        return False
