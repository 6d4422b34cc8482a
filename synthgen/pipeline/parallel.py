"""Maps a function over items in fresh processes, with a progress bar."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from synthgen.errors import RunError
from synthgen.processes import one_thread_each

Item = TypeVar("Item")
Result = TypeVar("Result")


def over(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int,
    label: str,
    unit: str,
    progress: bool,
    quick: Callable[[Item], bool] = lambda item: False,
) -> list[Result]:
    """``[function(item) for item in items]`` in ``workers`` processes; the first error ends it.

    Processes are spawned, not forked: the libraries inside hold threads and locks that a fork would break. Items that
    ``quick`` holds for (found in a cache) are done here, as a process costs more than they do.
    """
    from tqdm import tqdm

    with one_thread_each(), tqdm(total=len(items), desc=label, unit=unit, disable=not progress) as bar:
        slow = [] if workers <= 1 else [i for i, item in enumerate(items) if not quick(item)]
        if len(slow) <= 1:
            return [_ticked(bar, function(item)) for item in items]
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(workers, len(slow)), mp_context=context, initializer=_leave_ctrl_c_to_us) as pool:
            futures = {i: pool.submit(function, items[i]) for i in slow}
            try:
                done = {i: _ticked(bar, function(item)) for i, item in enumerate(items) if i not in futures}
                for future in as_completed(futures.values()):
                    future.result()
                    bar.update()
            except BrokenProcessPool as error:
                raise RunError(
                    f"a process of '{label}' was ended from outside, probably for want of memory\n"
                    "  remedy: use fewer --workers; what is finished is kept"
                ) from error
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            return [done[i] if i in done else futures[i].result() for i in range(len(items))]


def _ticked(bar: Any, result: Result) -> Result:
    bar.update()
    return result


def _leave_ctrl_c_to_us() -> None:
    """A Ctrl-C reaches every process of the terminal: the parent says what is to be said, once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
