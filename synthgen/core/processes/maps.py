"""A ``map`` over worker processes."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar

from synthgen.core.processes.pool import ProcessPool
from synthgen.core.processes.threads import one_thread_each

Item = TypeVar("Item")
Result = TypeVar("Result")
_Call = tuple[Callable[..., Any], tuple[Any, ...]]


@contextlib.contextmanager
def process_map(workers: int, imports: Sequence[str] = ()) -> Iterator[ProcessMap]:
    """A ``map`` over so many processes, for one computation; its processes end with the block.

    Linear algebra takes one thread, here and there, so that results do not depend on the number of processes.

    Args:
        workers: processes; with fewer than 2 none is started and everything is done here.
        imports: modules that the processes load. With them the processes start at once, while this one still prepares
            their work; without them when they are first needed, and no more of them than there is work.
    """
    with one_thread_each(), contextlib.ExitStack() as stack:
        yield ProcessMap(stack, workers, tuple(imports))


def mapped(
    function: Callable[[Item], Result],
    items: Collection[Item],
    *,
    workers: int | ProcessMap,
    label: str,
    unit: str,
    progress: bool,
    quick: Callable[[Item], bool] = lambda item: False,
) -> list[Result]:
    """A map over items, with a progress bar where ``progress`` asks for it.

    Args:
        function, items, quick: as :class:`ProcessMap` has them.
        workers: processes of a :func:`process_map` of its own, or one that is open.
        label, unit, progress: of the bar.
    """
    from tqdm import tqdm

    open_one = nullcontext(workers) if isinstance(workers, ProcessMap) else process_map(workers)
    with open_one as each, tqdm(total=len(items), desc=label, unit=unit, disable=not progress) as bar:
        return each(function, items, quick=quick, done=bar.update)


class ProcessMap:
    """What :func:`process_map` yields."""

    def __init__(self, stack: contextlib.ExitStack, workers: int, imports: tuple[str, ...]) -> None:
        self._stack, self._workers, self._imports = stack, workers, imports
        self._pool: ProcessPool[_Call, Any] | None = None
        if imports and workers > 1:
            self._pool = self._started(workers)

    def __call__(
        self,
        function: Callable[..., Result],
        *values: Iterable[Any],
        quick: Callable[..., bool] = lambda *_: False,
        done: Callable[[], object] = lambda: None,
    ) -> list[Result]:
        """``list(map(function, *values))``; the first error ends it.

        Args:
            function, values: as for ``map``; picklable.
            quick: of the same arguments: found in a cache, say, so that a process would cost more than it saves.
            done: called after every result.
        """
        calls = list(zip(*values, strict=False))
        away = [i for i, call in enumerate(calls) if not quick(*call)] if self._workers > 1 else []
        if self._pool is None:
            if len(away) < 2:
                away = []
            else:
                self._pool = self._started(min(self._workers, len(away)))
        elif away:
            self._pool.grow(min(self._workers, len(away)))
        places = {self._pool.submit((function, calls[i])): i for i in away} if self._pool else {}
        results: dict[int, Result] = {}
        for i in sorted(set(range(len(calls))) - set(away)):
            results[i] = function(*calls[i])
            done()
        while self._pool and places:
            number, result = self._pool.next()
            if number in places:  # not what an earlier map left that ended with an error
                results[places.pop(number)] = result
                done()
        return [results[i] for i in range(len(calls))]

    def cpu_seconds(self) -> float:
        """Processor seconds of the processes up to now."""
        return self._pool.cpu_seconds() if self._pool else 0.0

    def _started(self, count: int) -> ProcessPool[_Call, Any]:
        pool: ProcessPool[_Call, Any] = ProcessPool(partial(_Caller, self._imports), count)
        return self._stack.enter_context(pool)


class _Caller:
    """A worker that calls what it is given."""

    def __init__(self, imports: Sequence[str]) -> None:
        for name in imports:
            importlib.import_module(name)

    def do(self, call: _Call) -> Any:
        function, arguments = call
        return function(*arguments)

    def close(self) -> None:
        """Nothing to tidy up."""
