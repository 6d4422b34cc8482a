"""How much of the machine a computation takes."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from threading import Thread

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


@contextlib.contextmanager
def over_processes(workers: int, imports: Sequence[str] = ()) -> Iterator[Callable[..., list]]:
    """A ``map`` that returns a list: over so many processes, or in this one where one is enough.

    Args:
        workers: number of processes; with fewer than 2 none is started.
        imports: modules that the processes load at once, while this one still prepares their work.

    Linear algebra takes one thread in them (:func:`one_thread_each`).
    """
    if workers < 2:
        yield lambda function, *values: list(map(function, *values))
        return
    with ProcessPoolExecutor(
        workers, mp_context=_context(imports), initializer=_begin, initargs=(tuple(imports),)
    ) as pool:
        # A process is started by the first work there is for it, and starting it takes as long as preparing the work.
        starting = Thread(target=lambda: [pool.submit(_ready) for _ in range(workers)])
        starting.start()

        def mapped(function: Callable, *values: Iterable) -> list:
            starting.join()
            return list(pool.map(function, *values))

        try:
            yield mapped
        finally:
            starting.join()


def _context(imports: Sequence[str]) -> BaseContext:
    """Processes that start from a clean one which holds the modules already, where the system has that, or afresh.

    A fork of this process would inherit OpenSim's and the solver's threads half alive.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["__main__", *imports])  # heeded by the first pool of this process
    return context


def _begin(imports: Sequence[str]) -> None:
    """Says again what a process that starts from another one may have missed."""
    # A Ctrl-C reaches every process of a terminal: these end without a word, the one that started them tells.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from threadpoolctl import threadpool_limits

    for name in imports:
        importlib.import_module(name)
    threadpool_limits(limits=1)


def _ready() -> None:
    """Nothing."""
