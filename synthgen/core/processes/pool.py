"""``ProcessPool``: worker processes over private pipes, watched, and replaced when they die or stand still."""

from __future__ import annotations

import itertools
import logging
import queue
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, Protocol, TypeVar

from synthgen.core.errors import RunError
from synthgen.core.processes.child import BEAT, with_cause
from synthgen.core.processes.environment import array_environment, variables
from synthgen.core.processes.interrupts import interrupts_later
from synthgen.core.processes.threads import one_thread_each
from synthgen.core.processes.usage import process_cpu
from synthgen.core.processes.worker import GRACE, Job, Message, WorkerProcess

_LOG = logging.getLogger(__name__)

Task = TypeVar("Task")
Result = TypeVar("Result")
_In = TypeVar("_In", contravariant=True)
_Out = TypeVar("_Out", covariant=True)

STARTS = 3
"""Processes in a row that may end before they are ready, before it is said that none can be started."""


class WorkerLost(RunError):
    """A task's worker processes ended again and again."""


class Worker(Protocol[_In, _Out]):
    """What a worker process keeps."""

    def do(self, task: _In) -> _Out | Future[_Out]:
        """Does one task, or begins it: of a future the result is sent when it is there, while the next task is done."""
        ...

    def close(self) -> None:
        """Called once, when the process is asked to end."""


class ProcessPool(Generic[Task, Result]):
    """Worker processes that take tasks over pipes. Linear algebra takes one thread in each.

    A process that dies is replaced and its task given to another one. So is one that was stopped (SIGSTOP, a debugger
    left behind): it gives no sign of life and the kernel says that it stands still. One that merely gives no sign of
    life, as in a long call into native code, is waited for much longer. Processes are spawned, not forked: libraries
    hold threads and locks that a fork would break.

    Args:
        make: makes a process's worker, in there; picklable.
        count: processes.
        retries: times that a task is given to another process after its own ended.
        ahead: tasks that a process holds at a time, so that it need not wait for this one while it has something else
            to do; the last ones go to whoever is free.
        stopped_after, lost_after: seconds without a sign of life, after which a stopped process, or any, is replaced.

    Used as a context manager; on an error the processes are ended, whatever they are doing.
    """

    def __init__(
        self,
        make: Callable[[], Worker[Task, Result]],
        count: int,
        *,
        retries: int = 1,
        ahead: int = 1,
        stopped_after: float = 10.0,
        lost_after: float = 300.0,
    ) -> None:
        self._make, self._count, self._retries, self._ahead = make, count, retries, ahead
        self._stopped_after, self._lost_after = stopped_after, lost_after
        self._numbers = itertools.count()
        self._waiting: deque[Job] = deque()
        self._children: list[WorkerProcess] = []
        self._inbox: queue.SimpleQueue[tuple[WorkerProcess, Message | None]] = queue.SimpleQueue()
        self._failed_starts = 0
        self.busy = 0

    def submit(self, task: Task) -> int:
        """Hands a task over; returns at once, with the task's number."""
        number = next(self._numbers)
        self._waiting.append(Job(number, task))
        self.busy += 1
        self._dispatch()
        return number

    def next(self) -> tuple[int, Result]:
        """Waits for a result; gives it with its task's number.

        Raises:
            WorkerLost: a task's processes ended more often than it is tried again, or no process can be started.
            Exception: what the task, or the making of the worker, raised; its cause holds the traceback over there.
        """
        if not self.busy:
            raise ValueError("there is no task whose result could be waited for")
        while True:
            began = time.monotonic()
            try:
                child, message = self._inbox.get(timeout=BEAT)
            except queue.Empty:
                pass
            else:
                if child in self._children:  # not of one that was replaced meanwhile
                    found = self._take(child, message)
                    if found is not None:
                        return found
            # Only what this process itself waited counts: it may have been stopped or busy.
            waited = min(time.monotonic() - began, 2 * BEAT)
            for each in list(self._children):
                self._watch(each, waited)

    def cpu_seconds(self) -> float:
        """Processor seconds of the processes that live."""
        return sum(process_cpu(child.pid) for child in self._children)

    def __enter__(self) -> ProcessPool[Task, Result]:
        self.grow(self._count)
        return self

    def grow(self, count: int) -> None:
        """Starts processes until there are so many."""
        try:
            while len(self._children) < count:
                self._start()
        except BaseException:
            self._end(at_once=True)
            raise
        self._dispatch()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._end(at_once=kind is not None or self.busy > 0)

    def _start(self) -> None:
        with interrupts_later(), one_thread_each(), variables(array_environment()):
            self._children.append(WorkerProcess(self._make, self._inbox))

    def _dispatch(self) -> None:
        for held in range(self._ahead):
            enough = 0 if held == 0 else len(self._children)  # of the last tasks none waits behind another one
            for child in self._children:
                if len(self._waiting) > enough and len(child.jobs) == held:
                    child.give(self._waiting.popleft())

    def _take(self, child: WorkerProcess, message: Message | None) -> tuple[int, Result] | None:
        """Takes one message, None for the end of the process; gives the result when it is one."""
        if message is None:
            self._replace(child, f"ended ({child.how_it_ended()})")
            return None
        kind, *rest = message
        if kind == "log":
            name, level, text = rest
            logging.getLogger(name).log(level, "%s", text)
        elif kind == "ready":
            child.ready, self._failed_starts = True, 0
        elif kind == "broken":
            raise with_cause(*rest)
        elif kind == "done":
            number, result, error, where = rest
            del child.jobs[number]
            self.busy -= 1
            self._dispatch()
            if error is not None:
                raise with_cause(error, where)
            return number, result
        return None

    def _watch(self, child: WorkerProcess, waited: float) -> None:
        """Looks after a process that had nothing to say."""
        child.quiet += waited
        if child.quiet >= self._stopped_after and child.stopped():
            self._replace(child, f"was stopped and gave no sign of life for {child.quiet:.0f} s")
        elif child.quiet >= self._lost_after:
            self._replace(child, f"gave no sign of life for {child.quiet:.0f} s")
        elif child.quiet >= 3 * self._stopped_after and not child.told:
            child.told = True
            _LOG.warning("worker process %d gives no sign of life since %.0f s", child.pid, child.quiet)

    def _replace(self, child: WorkerProcess, why: str) -> None:
        _LOG.warning("worker process %d %s; another one takes its place", child.pid, why)
        child.kill()
        self._children.remove(child)
        if not child.ready:
            self._failed_starts += 1
            if self._failed_starts >= STARTS:
                raise WorkerLost(
                    f"no worker process can be started: {STARTS} in a row ended at once, the last one {why}\n"
                    "  remedy: run synthgen doctor; is there memory left, and are more processes allowed (ulimit -a)? "
                    "A script of your own must start its work below 'if __name__ == \"__main__\":', because every "
                    "worker process reads the script once more"
                )
        for job in child.jobs.values():  # the one that was begun last comes first: most likely it was that one
            job.deaths += 1
            if job.deaths > self._retries:
                raise WorkerLost(
                    f"a task was given up: each of its {job.deaths} worker processes ended, the last one {why}\n"
                    "  remedy: probably memory ran out: use fewer --workers"
                )
            self._waiting.appendleft(job)
        self._start()
        self._dispatch()

    def _end(self, at_once: bool) -> None:
        """Ends all processes: asked over their pipes, or by a signal where they are in the middle of something."""
        for child in self._children:
            child.ask_to_end(at_once)
        deadline = time.monotonic() + (GRACE if at_once else 2 * GRACE)
        for child in self._children:
            child.join(deadline - time.monotonic())
            child.kill()
        self._children.clear()
