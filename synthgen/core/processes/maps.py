"""A ``map`` over worker processes."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from synthgen.core.processes.pool import ProcessPool


class Calls:
    """A worker that calls what it is given: tasks are functions with their arguments.

    Args:
        imports: modules to load at once, before the first task comes.
    """

    def __init__(self, imports: Sequence[str] = ()) -> None:
        for name in imports:
            importlib.import_module(name)

    def do(self, call: tuple[Callable[..., Any], tuple]) -> Any:
        """Calls."""
        function, arguments = call
        return function(*arguments)

    def close(self) -> None:
        """Nothing to tidy up."""


@contextlib.contextmanager
def over_processes(workers: int, imports: Sequence[str] = ()) -> Iterator[Callable[..., list]]:
    """A ``map`` that returns a list: over so many processes, or in this one where one is enough.

    Args:
        workers: number of processes; with fewer than 2 none is started.
        imports: modules that the processes load at once, while this one still prepares their work.
    """
    if workers < 2:
        yield lambda function, *values: list(map(function, *values))
        return
    pool: ProcessPool = ProcessPool(partial(Calls, tuple(imports)), workers)
    with pool:
        yield lambda function, *values: mapped(pool, function, *values)


def mapped(pool: ProcessPool, function: Callable, *values: Iterable, done: Callable[[], object] = lambda: None) -> list:
    """``list(map(function, *values))`` on a pool of :class:`Calls` that has nothing else to do.

    Args:
        pool: the pool.
        function, values: as for ``map``; picklable.
        done: called after every result.
    """
    places = {pool.submit((function, arguments)): i for i, arguments in enumerate(zip(*values, strict=False))}
    results: list = [None] * len(places)
    while places:
        number, result = pool.next()
        if number in places:  # not what an earlier map left that ended with an error
            results[places.pop(number)] = result
            done()
    return results
