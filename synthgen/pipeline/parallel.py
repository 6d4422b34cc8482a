"""Maps a function over items in fresh processes, with a progress bar."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

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
) -> list[Result]:
    """``[function(item) for item in items]`` in ``workers`` processes; the first error ends it.

    Processes are spawned, not forked: the libraries inside hold threads and locks that a fork would break.
    """
    from tqdm import tqdm

    with tqdm(total=len(items), desc=label, unit=unit, disable=not progress) as bar:
        if workers <= 1 or len(items) <= 1:
            return [_ticked(bar, function(item)) for item in items]
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(workers, len(items)), mp_context=context) as pool:
            futures = [pool.submit(function, item) for item in items]
            try:
                for _ in _finished(futures):
                    bar.update()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            return [future.result() for future in futures]


def _finished(futures: Iterable) -> Iterable[None]:
    for future in as_completed(futures):
        future.result()
        yield


def _ticked(bar: object, result: Result) -> Result:
    bar.update()  # type: ignore[attr-defined]
    return result
