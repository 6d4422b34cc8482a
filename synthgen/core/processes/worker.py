"""One worker process, as the pool sees it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from typing import Any

from synthgen.core.processes.child import serve

GRACE = 5.0
"""Seconds that a process has to end when it is asked to."""

Message = tuple[Any, ...]
"""What a process says (``processes/child.py``)."""


class Job:
    """A task on its way, and how many processes it has seen end."""

    def __init__(self, number: int, task: Any) -> None:
        self.number, self.task, self.deaths = number, task, 0


class WorkerProcess:
    """One worker process, as the pool sees it.

    Both ways go through a thread: a process that does not read, or stands still in the middle of a message, cannot hold
    the pool up.
    """

    def __init__(self, make: Callable[[], Any], inbox: queue.SimpleQueue[tuple[WorkerProcess, Message | None]]) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        with theirs:
            self._process = context.Process(target=serve, args=(theirs, os.getpid()), daemon=False)
            self._process.start()
        self.pid: int = self._process.pid or 0
        self.jobs: dict[int, Job] = {}
        self.quiet, self.told, self.ready = 0.0, False, False
        self._outbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._outbox.put(make)
        # Whoever sends holds it: a pipe that is closed meanwhile gives its number to the next process's pipe, which
        # would be sent the rest.
        self._sending = threading.Lock()
        threading.Thread(target=self._post, daemon=True).start()
        threading.Thread(target=self._listen, args=(inbox,), daemon=True).start()

    def _listen(self, inbox: queue.SimpleQueue[tuple[WorkerProcess, Message | None]]) -> None:
        """Notes signs of life and passes on what else the process says, with None at its end."""
        try:
            while True:
                message = self._connection.recv()
                self.quiet, self.told = 0.0, False
                if message != ("beat",):
                    inbox.put((self, message))
        except (EOFError, OSError):
            inbox.put((self, None))
        except Exception as error:  # what came cannot be unpickled here
            inbox.put((self, ("broken", error, "")))
        finally:
            with self._sending:
                self._connection.close()

    def _post(self) -> None:
        """Sends what is in the outbox, up to None."""
        with contextlib.suppress(OSError, ValueError):  # the other end died; the pool sees it too
            while True:
                message = self._outbox.get()
                with self._sending:
                    self._connection.send(message)
                if message is None:
                    return

    def give(self, job: Job) -> None:
        """Sends a task."""
        self.jobs[job.number] = job
        self._outbox.put((job.number, job.task))

    def stopped(self) -> bool:
        """True when the kernel says that the process stands still until it is continued."""
        import psutil

        try:
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_STOPPED)
        except psutil.Error:
            return False

    def how_it_ended(self) -> str:
        """Signal or status, as text."""
        self._process.join(GRACE)
        code = self._process.exitcode
        if code is None:
            return "it closed its pipe"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"

    def ask_to_end(self, at_once: bool) -> None:
        """Lets it finish what it does, or not."""
        self._outbox.put(None)
        if at_once:
            self._process.terminate()

    def join(self, seconds: float) -> None:
        """Waits until it has ended."""
        self._process.join(max(seconds, 0.0))

    def kill(self) -> None:
        """Ends it, however it is, and forgets it."""
        self._process.kill()
        self._process.join(GRACE)
        self._outbox.put(None)
