"""Ends a process in which a try at a shot takes too long, whatever it hangs in."""

from __future__ import annotations

import contextlib
import faulthandler
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO


class Watchdog:
    """Ends this process, from a thread that needs no GIL, when something that it watches takes too long.

    Several things may be watched at a time, from several threads.

    Args:
        timeout: seconds that each may take; None for as long as they like.
    """

    def __init__(self, timeout: float | None) -> None:
        self._timeout, self._lock = timeout, threading.Lock()
        self._watched: list[tuple[float, IO[str]]] = []

    @contextlib.contextmanager
    def over(self, last_words: Path) -> Iterator[None]:
        """Watches what happens inside.

        Args:
            last_words: file for the traceback of all threads, should this be what takes too long.
        """
        if self._timeout is None:
            yield
            return
        with last_words.open("w") as file:
            mine = (time.monotonic() + self._timeout, file)
            self._change(self._watched.append, mine)
            try:
                yield
            finally:
                self._change(self._watched.remove, mine)

    def _change(self, how: Callable[[tuple[float, IO[str]]], None], mine: tuple[float, IO[str]]) -> None:
        with self._lock:
            how(mine)
            faulthandler.cancel_dump_traceback_later()
            if self._watched:
                deadline, file = min(self._watched, key=lambda each: each[0])
                left = max(deadline - time.monotonic(), 0.001)
                faulthandler.dump_traceback_later(left, exit=True, file=file)
