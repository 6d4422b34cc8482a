"""What lives in a Dask worker process: one renderer, and the lines that it logs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from distributed import WorkerPlugin

from synthgen.cluster.worker import ShotRenderer, ShotWorker


class Lines(logging.Handler):
    """Keeps warnings until the driver takes them home with a result."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one line."""
        self._lines.append((record.levelno, record.getMessage()))

    def take(self) -> tuple[tuple[int, str], ...]:
        """The lines since the last call."""
        lines, self._lines = tuple(self._lines), []
        return lines


class RendererPlugin(WorkerPlugin):
    """Makes a :class:`ShotWorker` in every worker process, also in one that takes a dead one's place."""

    def __init__(self, factory: Callable[[], ShotRenderer], timeout: float) -> None:
        self.factory, self.timeout = factory, timeout

    def setup(self, worker: Any) -> None:
        """Runs in the worker process before its first task."""
        self.worker = ShotWorker(self.factory, self.timeout)
        self.lines = Lines()
        logger = logging.getLogger("synthgen")
        logger.addHandler(self.lines)
        logger.propagate = False

    def teardown(self, worker: Any) -> None:
        """Runs when the worker is closed in an orderly way."""
        self.worker.close()
