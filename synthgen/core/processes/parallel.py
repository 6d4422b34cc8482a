"""Maps a function over items in fresh processes, with a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from synthgen.core.processes import ProcessPool, one_thread_each
from synthgen.core.processes.maps import Calls, mapped

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

    Items that ``quick`` holds for (found in a cache) are done here, as a process costs more than they do.
    """
    from tqdm import tqdm

    with one_thread_each(), tqdm(total=len(items), desc=label, unit=unit, disable=not progress) as bar:
        slow = [] if workers <= 1 else [i for i, item in enumerate(items) if not quick(item)]
        if len(slow) <= 1:
            return [_ticked(bar, function(item)) for item in items]
        pool: ProcessPool = ProcessPool(Calls, min(workers, len(slow)))
        with pool:
            here = set(range(len(items))) - set(slow)
            results = {i: _ticked(bar, function(items[i])) for i in sorted(here)}
            results |= zip(slow, mapped(pool, function, [items[i] for i in slow], done=bar.update), strict=True)
        return [results[i] for i in range(len(items))]


def _ticked(bar: Any, result: Result) -> Result:
    bar.update()
    return result
