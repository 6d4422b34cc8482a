"""What runs in a worker process of ``processes/pool.py``: takes tasks from its pipe, sends results, beats.

Messages to the pool are tuples: ``("beat",)`` every second, ``("ready",)``, ``("log", logger, level, text)``,
``("broken", error, traceback)`` when no worker could be made, and ``("done", number, result, error, traceback)``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import threading
import time
import traceback
from concurrent.futures import Future
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from synthgen.core.errors import RunError
from synthgen.core.processes.lifeline import die_with_parent

_MORE = "allow more processes and threads (ulimit -u), end other programs, or use fewer --workers"

BEAT = 1.0
"""Seconds between two signs of life."""


class RemoteTraceback(Exception):
    """Where an error came from in the worker process; the cause of the error that the pool raises."""


def with_cause(error: Exception, where: str) -> Exception:
    """The error with the traceback over there as its cause."""
    if where:
        error.__cause__ = RemoteTraceback(f"\n{where}")
    return error


class _Line:
    """The child's end of the pipe, for several threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()

    def send(self, *message: Any) -> None:
        with self._lock:
            self._connection.send(message)

    def beat(self) -> None:
        """Signs of life until the pool is gone; then this process ends, whatever it is doing."""
        while True:
            try:
                self.send("beat")
            except OSError:
                os._exit(1)
            time.sleep(BEAT)


class _Log(logging.Handler):
    """Sends lines to the pool, whose process says them."""

    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):  # the pool is gone, and this process will be at once
            self._line.send("log", record.name, record.levelno, record.getMessage())


def serve(connection: Connection, parent: int) -> None:
    """The process's whole life: a worker is made of the first message, then tasks are done until None comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C reaches every process of a terminal: the pool decides
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, _leave)
    die_with_parent(parent)
    line = _Line(connection)
    try:
        threading.Thread(target=line.beat, name="beat", daemon=True).start()
    except RuntimeError as error:
        line.send("broken", RunError(f"a worker process cannot start a thread: {error}\n  remedy: {_MORE}"), "")
        return
    logger = logging.getLogger("synthgen")
    logger.addHandler(_Log(line))
    logger.propagate = False
    try:
        _work(connection, line)
    except (EOFError, OSError):  # the pool is gone
        os._exit(1)


def _work(connection: Connection, line: _Line) -> None:
    from threadpoolctl import threadpool_limits

    try:
        make = connection.recv()
        worker = make()
        threadpool_limits(limits=1)  # libraries that were loaded before the environment could tell them
    except EOFError:
        raise
    except Exception as error:
        line.send("broken", *_portable(error))
        return
    try:
        line.send("ready")
        while (message := connection.recv()) is not None:
            number, task = message
            try:
                result = worker.do(task)
            except Exception as error:
                _answer(line, number, None, *_portable(error))
                continue
            if isinstance(result, Future):
                result.add_done_callback(partial(_answer_later, line, number))
            else:
                _answer(line, number, result, None, "")
    finally:
        worker.close()


def _answer(line: _Line, number: int, result: Any, failure: Exception | None, where: str) -> None:
    try:
        line.send("done", number, result, failure, where)
    except OSError:
        raise
    except Exception as error:  # the result cannot be pickled
        line.send("done", number, None, *_portable(error))


def _answer_later(line: _Line, number: int, done: Future[Any]) -> None:
    """Sends what became of a task that was done beside the next one, in the thread that did it."""
    error = done.exception()
    try:
        if error is None:
            _answer(line, number, done.result(), None, "")
        else:
            _answer(
                line, number, None, *_portable(error if isinstance(error, Exception) else RuntimeError(repr(error)))
            )
    except OSError:  # the pool is gone
        os._exit(1)


def _portable(error: Exception) -> tuple[Exception, str]:
    """The error as it can travel, and its traceback as text."""
    text = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    return error, text


def _leave(number: int, frame: object) -> None:
    raise SystemExit(0)
