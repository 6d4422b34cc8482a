"""Writing beside rendering: one thread, and never more than one thing waiting for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")


class Writer:
    """Does one thing at a time in a thread of its own, so that a disk that is waited for holds nobody else up."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._last: Future[object] | None = None

    def begin(self, write: Callable[[], Result]) -> Future[Result]:
        """Begins to write when what came before is written, and returns then: at most one thing is in memory here."""
        self.wait()
        future = self._thread.submit(write)
        self._last = future  # type: ignore[assignment]  # a future of anything is one of an object
        return future

    def wait(self) -> None:
        """Returns when nothing is being written."""
        if self._last is not None:
            wait([self._last])
            self._last = None

    def close(self) -> None:
        """Finishes what was begun."""
        self._thread.shutdown(wait=True)
