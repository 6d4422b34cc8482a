"""Linear algebra in one thread."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Linear algebra in here, and in processes that are started in here, takes one thread. Also a decorator.

    The number of threads decides how sums are split and so their last bits: with one, results are the same on any
    number of processes and cores. It is faster too: matrices are small here, and two processes that took two threads
    each on two cores needed four times as long as one.
    """
    from threadpoolctl import threadpool_limits

    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))  # read by new processes when they load the libraries
    try:
        with threadpool_limits(limits=1):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
