"""Maps a function over items in fresh processes, with a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from synthgen.core.processes.maps import process_map

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

    with process_map(workers) as each, tqdm(total=len(items), desc=label, unit=unit, disable=not progress) as bar:
        return each(function, items, quick=quick, done=bar.update)
