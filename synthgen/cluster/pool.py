"""Where shots are rendered: in this process, or in worker processes that Dask keeps alive."""

from __future__ import annotations

import contextlib
import itertools
import logging
import shutil
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from typing import Any, Protocol

from synthgen.cluster.worker import TRIES, ShotRenderer, ShotResult, ShotTask, ShotWorker
from synthgen.errors import RunError

_LOG = logging.getLogger(__name__)

_PLUGIN = "synthgen-renderer"

DASK = {
    "distributed.scheduler.allowed-failures": 3,
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.admin.system-monitor.gil.enabled": False,
}
"""How Dask runs the workers; no memory limit either: an engine's memory is not a worker's."""


class Pool(Protocol):
    """Takes tasks, gives results back in the order in which they are done."""

    @property
    def slots(self) -> int:
        """How many tasks should be submitted ahead."""
        ...

    @property
    def busy(self) -> int:
        """Tasks submitted whose results have not been taken."""
        ...

    def submit(self, task: ShotTask) -> None:
        """Hands a task over; returns at once."""

    def next(self) -> ShotResult:
        """Waits for a result."""
        ...

    def __enter__(self) -> Pool: ...

    def __exit__(self, *_: object) -> None: ...


class InProcessPool:
    """No workers: a shot is rendered when its result is asked for. For debugging, with tracebacks and prints."""

    slots = 1

    def __init__(self, factory: Callable[[], ShotRenderer]) -> None:
        self._worker = ShotWorker(factory)
        self._tasks: deque[ShotTask] = deque()

    @property
    def busy(self) -> int:
        """Tasks waiting."""
        return len(self._tasks)

    def submit(self, task: ShotTask) -> None:
        """Queues a task."""
        self._tasks.append(task)

    def next(self) -> ShotResult:
        """Renders the next one."""
        return self._worker.do(self._tasks.popleft())

    def __enter__(self) -> InProcessPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()


class DaskPool:
    """Worker processes, respawned when they die, each with one persistent renderer.

    Args:
        factory: makes a renderer; picklable.
        workers: processes.
        timeout: seconds for one try at a shot, after which its process is ended.
    """

    def __init__(self, factory: Callable[[], ShotRenderer], workers: int, timeout: float) -> None:
        self._factory, self._workers, self._timeout = factory, workers, timeout
        # One ahead per worker, so that none waits while this process commits a shard.
        self.slots = 2 * workers
        self.busy = 0
        self._counter = itertools.count()
        self._tasks: dict[str, ShotTask] = {}

    def __enter__(self) -> DaskPool:
        from distributed import Client, as_completed

        with contextlib.ExitStack() as stack:
            scratch = tempfile.mkdtemp(prefix="synthgen-workers-")
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            stack.enter_context(_quiet())
            with _interrupts_later():
                cluster = stack.enter_context(self._cluster(scratch))
                self._client = stack.enter_context(Client(cluster, set_as_default=False))
                self._client.register_plugin(_plugin(self._factory, self._timeout), name=_PLUGIN)
                self._done = as_completed(loop=self._client.loop)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _cluster(self, scratch: str) -> Any:
        """Scheduler and workers on this machine; a start that a killed worker spoils is made again."""
        import dask
        from distributed import LocalCluster

        for _ in range(TRIES):
            try:
                with dask.config.set({**DASK, "temporary-directory": scratch}):
                    return LocalCluster(
                        n_workers=self._workers,
                        threads_per_worker=1,
                        processes=True,
                        memory_limit=0,
                        host="127.0.0.1",
                        # Without a dashboard Dask still serves HTTP, on a well-known port: give it a free one.
                        dashboard_address="127.0.0.1:0",
                        worker_dashboard_address=None,
                        scheduler_kwargs={"dashboard": False},
                        local_directory=scratch,
                        silence_logs=logging.CRITICAL,
                    )
            except (RuntimeError, OSError) as error:
                reason = error
                _LOG.warning("the workers did not start: %s", error)
        raise RunError(f"the worker processes do not start: {reason}\n  remedy: render with --workers 1")

    def submit(self, task: ShotTask) -> None:
        """Hands a task to Dask."""
        key = f"shot-{task.shot.id}-{next(self._counter)}"
        self._tasks[key] = task
        self.busy += 1
        self._done.add(self._client.submit(_run_task, task, key=key, pure=False))

    def next(self) -> ShotResult:
        """Waits for the next result; a task that Dask gave up because its worker kept dying is handed in again.

        (It may have been a bystander; the count of tries on disk decides when the shot itself is set aside.)
        """
        from distributed import KilledWorker

        while True:
            future = next(self._done)
            task = self._tasks.pop(future.key)
            self.busy -= 1
            try:
                result: ShotResult = future.result()
            except KilledWorker:
                self.submit(task)
                continue
            return result


def _run_task(task: ShotTask) -> ShotResult:
    from dataclasses import replace

    from distributed import get_worker

    plugin: Any = get_worker().plugins[_PLUGIN]
    result = plugin.worker.do(task)
    return replace(result, log=plugin.lines.take())


def _plugin(factory: Callable[[], ShotRenderer], timeout: float) -> Any:
    from synthgen.cluster.dask_plugin import RendererPlugin

    return RendererPlugin(factory, timeout)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Dask's reports of workers that come and go off the terminal; what matters is told by ``cluster.run``."""
    loggers = [logging.getLogger(name) for name in ("asyncio", "tornado", "distributed")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextlib.contextmanager
def _interrupts_later() -> Iterator[None]:
    """Lets a Ctrl-C wait until the workers stand.

    A terminal sends it to the whole process group. Threads and processes that are started inside inherit the blocked
    signal, so that workers, also those respawned later, leave it to the driver.
    """
    # Multiprocessing's tracker unblocks the signal in the thread that starts it: let that not be a worker's parent.
    resource_tracker.ensure_running()
    came: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number)) if main else None
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        if main:
            signal.signal(signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt
