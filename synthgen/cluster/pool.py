"""Where shots are rendered: in this process, or in worker processes that Dask keeps alive."""

from __future__ import annotations

import contextlib
import itertools
import logging
import shutil
import tempfile
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from synthgen.cluster.worker import ShotRenderer, ShotResult, ShotTask, ShotWorker

_PLUGIN = "synthgen-renderer"


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
        import dask
        from distributed import Client, LocalCluster, as_completed

        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            scratch = tempfile.mkdtemp(prefix="synthgen-workers-")
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            stack.enter_context(
                dask.config.set(
                    {
                        "distributed.scheduler.allowed-failures": 3,
                        "distributed.scheduler.worker-saturation": 1.0,
                        "distributed.scheduler.work-stealing": True,
                        "distributed.worker.daemon": True,
                        "distributed.admin.system-monitor.gil.enabled": False,
                    }
                )
            )
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=self._workers,
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=0,
                    dashboard_address=None,
                    worker_dashboard_address=None,
                    host="127.0.0.1",
                    local_directory=scratch,
                    silence_logs=logging.CRITICAL,
                )
            )
            self._client = stack.enter_context(Client(cluster, set_as_default=False))
            self._client.register_plugin(_plugin(self._factory, self._timeout), name=_PLUGIN)
            self._done = as_completed(loop=self._client.loop)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

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
