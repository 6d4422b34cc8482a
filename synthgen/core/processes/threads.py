"""Linear algebra in one thread."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from synthgen.core.processes.environment import ONE_THREAD, variables


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Linear algebra in here, and in processes that are started in here, takes one thread. Also a decorator.

    The number of threads decides how sums are split and so their last bits: with one, results are the same on any
    number of processes and cores. It is faster too: matrices are small here, and two processes that took two threads
    each on two cores needed four times as long as one.
    """
    from threadpoolctl import threadpool_limits

    with variables(ONE_THREAD), threadpool_limits(limits=1):
        yield
