"""Where shots are rendered: in this process, or in worker processes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Protocol

from synthgen.cluster.tries import TRIES
from synthgen.core.processes.pool import ProcessPool
from synthgen.core.processes.threads import one_thread_each

if TYPE_CHECKING:
    from synthgen.cluster.task import ShotRenderer, ShotResult, ShotTask
    from synthgen.cluster.worker import ShotWorker


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

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...


class InProcessPool:
    """No workers: a shot is rendered when its result is asked for. For debugging, with tracebacks and prints."""

    slots = 1

    def __init__(self, factory: Callable[[], ShotRenderer]) -> None:
        self._worker = _worker(factory, None)
        self._tasks: deque[ShotTask] = deque()

    @property
    def busy(self) -> int:
        """Tasks waiting."""
        return len(self._tasks)

    def submit(self, task: ShotTask) -> None:
        """Queues a task."""
        self._tasks.append(task)

    @one_thread_each()
    def next(self) -> ShotResult:
        """Renders the next one; linear algebra takes one thread, as in workers: the same last bits, and faster."""
        result = self._worker.do(self._tasks.popleft())
        return result.result() if isinstance(result, Future) else result

    def __enter__(self) -> InProcessPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._worker.close()


class WorkerPool:
    """Worker processes, each with one persistent renderer.

    A shot whose worker process ended is handed to another one. It may have been a bystander; the count of tries on
    disk decides when the shot itself is set aside, before the pool would give up.

    Args:
        factory: makes a renderer; picklable.
        workers: processes.
        timeout: seconds for one try at a shot, after which its process is ended.
    """

    def __init__(self, factory: Callable[[], ShotRenderer], workers: int, timeout: float) -> None:
        self._workers = workers
        self._processes: ProcessPool[ShotTask, ShotResult] = ProcessPool(
            partial(_worker, factory, timeout), 0, retries=2 * TRIES, ahead=2
        )

    def begin(self) -> None:
        """Starts one process, which gets ready while its caller still prepares what is to be rendered; from here on
        :meth:`__exit__` must be called.
        """
        self._processes.grow(1)

    def for_shots(self, count: int) -> None:
        """Says how many shots there are: no more processes are started."""
        self._workers = min(self._workers, count)

    @property
    def slots(self) -> int:
        """How many tasks should be submitted ahead: a shot in each worker and one behind it, so that none waits while
        this process commits a shard, and as many more as the pool needs to see that the end has not come yet.
        """
        return 3 * self._workers + 1

    @property
    def busy(self) -> int:
        """Tasks submitted whose results have not been taken."""
        return self._processes.busy

    def submit(self, task: ShotTask) -> None:
        """Hands a task over."""
        self._processes.submit(task)

    def next(self) -> ShotResult:
        """Waits for the next result."""
        return self._processes.next()[1]

    def __enter__(self) -> WorkerPool:
        self._processes.grow(self._workers)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._processes.__exit__(kind, *rest)


def _worker(factory: Callable[[], ShotRenderer], timeout: float | None) -> ShotWorker:
    """Made where it works: who starts processes need not load what they need.

    A factory with a method ``begun`` is asked for the factory that it becomes in here, before anything else is loaded.
    """
    if hasattr(factory, "begun"):
        factory = factory.begun()
    from synthgen.cluster.worker import ShotWorker

    return ShotWorker(factory, timeout)
