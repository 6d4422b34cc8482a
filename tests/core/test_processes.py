"""Threads and processes: one thread each; processes are replaced when they die or stand still, and none stays."""

import logging
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil
import pytest
from threadpoolctl import threadpool_info

from synthgen.core.errors import InputError
from synthgen.core.processes import maps
from synthgen.core.processes.maps import process_map
from synthgen.core.processes.pool import ProcessPool, WorkerLost
from synthgen.core.processes.threads import one_thread_each
from synthgen.core.processes.worker import Job, WorkerProcess


def threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_inside_only(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    np.ones((2, 2)) @ np.ones((2, 2))
    environment, before = dict(os.environ), threads()
    with one_thread_each():
        assert {os.environ[n] for n in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")} == {"1"}
        assert set(threads()) == {1}
    assert dict(os.environ) == environment and threads() == before


def one_more(x, y=1):
    return x + y


def blas_threads(_):
    np.ones((2, 2)) @ np.ones((2, 2))
    return threads()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_map_keeps_the_order_and_passes_errors_on(workers):
    with process_map(workers, ["json"]) as over:
        assert over(one_more, range(5)) == [1, 2, 3, 4, 5]
        assert over(one_more, [1, 2], [10, 20]) == [11, 22]
        with pytest.raises(ValueError, match="math domain"):
            over(math.sqrt, [1.0, -1.0])


def where(item, folder):
    (folder / f"{item}-{os.getpid()}").touch()
    return os.getpid()


def test_quick_items_are_done_here_and_every_result_is_counted(tmp_path):
    counted = []
    with process_map(2) as over:
        done = over(
            partial(where, folder=tmp_path), range(6), quick=lambda item: item % 2, done=lambda: counted.append(1)
        )
        assert [pid == os.getpid() for pid in done] == [False, True] * 3
        assert len(counted) == 6 and len(set(done)) <= 3
        alone = over(partial(where, folder=tmp_path), [7, 8], quick=lambda item: item == 8)
        assert alone[0] != os.getpid() and alone[1] == os.getpid()


def test_no_process_is_started_for_one_item(monkeypatch):
    monkeypatch.setattr(maps, "ProcessPool", None)
    with process_map(4) as over:
        assert over(where_am_i, [1]) == [os.getpid()]
        assert over(where_am_i, [1, 2], quick=lambda item: item == 2) == [os.getpid()] * 2
        assert over(where_am_i, []) == []
    with process_map(1, ["json"]) as over:
        assert over(where_am_i, [1, 2]) == [os.getpid()] * 2


def where_am_i(_):
    return os.getpid()


def test_processes_take_one_thread_each_and_end():
    with one_thread_each(), process_map(2, ["numpy"]) as over:
        assert all(set(found) == {1} for found in over(blas_threads, range(4)))
        begun = over(where_am_i, range(4))
    assert os.getpid() not in begun
    assert not any(psutil.pid_exists(pid) for pid in begun)


class Task:
    """What a worker of these tests does: a pid, or a fault the first time it is asked."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder

    def first_time(self) -> bool:
        try:
            (self.folder / self.kind).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class FaultyWorker:
    def do(self, task: Task) -> int:
        if task.kind == "say":
            logging.getLogger("synthgen.test").warning("heard of it")
        if task.kind == "always dies" or (task.kind in ("dies", "stops", "naps") and task.first_time()):
            os.kill(os.getpid(), signal.SIGKILL if "dies" in task.kind else signal.SIGSTOP)
        if task.kind == "stops while sending" and task.first_time():
            Connection._send = half_then_stop
        if task.kind == "strange":
            return Strange()
        if task.kind == "input":
            raise InputError("this clip holds NaN", where="clip.bvh", remedy="mend it")
        if task.kind == "sleeps":
            time.sleep(600)
        if task.kind == "odd":
            raise Unportable(lambda: None)
        return os.getpid()

    def close(self) -> None:
        pass


def half_then_stop(connection, data, write=os.write) -> None:
    write(connection.fileno(), bytes(data)[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGSTOP)


class Strange:
    def __reduce__(self):
        return (int, ("no number",))


class Unportable(Exception):
    """Cannot be pickled."""


class NoWorker:
    def __init__(self) -> None:
        raise InputError("there is nothing to work with")


class DiesAtOnce:
    def __init__(self) -> None:
        os._exit(7)


def test_a_process_that_dies_is_replaced_and_its_task_done(tmp_path, caplog):
    with ProcessPool(FaultyWorker, 2) as pool:
        for kind in ("good", "dies", "good", "good"):
            pool.submit(Task(kind, tmp_path))
        done = dict(pool.next() for _ in range(4))
    assert set(done) == {0, 1, 2, 3} and pool.busy == 0
    assert "killed by SIGKILL" in caplog.text
    assert not any(psutil.pid_exists(pid) for pid in done.values())


def test_a_process_that_stands_still_is_replaced(tmp_path, caplog):
    began = time.monotonic()
    with ProcessPool(FaultyWorker, 1, stopped_after=2.0) as pool:
        pool.submit(Task("stops", tmp_path))
        assert pool.next()[0] == 0
    assert time.monotonic() - began < 60
    assert "was stopped and gave no sign of life" in caplog.text


@pytest.mark.timeout(60)
def test_a_process_that_stands_still_in_the_middle_of_a_message_is_replaced(tmp_path, caplog):
    with ProcessPool(FaultyWorker, 1, stopped_after=2.0) as pool:
        pool.submit(Task("stops while sending", tmp_path))
        assert pool.next()[0] == 0
    assert "was stopped and gave no sign of life" in caplog.text


def test_a_process_that_is_continued_in_time_is_not_replaced(tmp_path, caplog):
    with ProcessPool(FaultyWorker, 1, stopped_after=20.0) as pool:
        pool.submit(Task("good", tmp_path))
        pid = pool.next()[1]
        pool.submit(Task("naps", tmp_path))
        threading.Timer(3.0, os.kill, (pid, signal.SIGCONT)).start()
        assert pool.next()[1] == pid
    assert caplog.text == ""


def test_a_task_that_kills_every_process_is_given_up(tmp_path):
    with ProcessPool(FaultyWorker, 1, retries=2) as pool:
        pool.submit(Task("always dies", tmp_path))
        with pytest.raises(WorkerLost, match=r"each of its 3 .* ended, the last one ended \(killed by SIGKILL"):
            pool.next()


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [(NoWorker, InputError, "nothing to work with"), (DiesAtOnce, WorkerLost, "exit status 7")],
)
def test_a_worker_that_cannot_be_made_is_told(make, error, told):
    with ProcessPool(make, 2) as pool:
        pool.submit(None)
        with pytest.raises(error, match=told):
            pool.next()


def test_errors_come_home_whole_and_the_pool_goes_on(tmp_path):
    with ProcessPool(FaultyWorker, 1) as pool:
        pool.submit(Task("input", tmp_path))
        with pytest.raises(InputError) as caught:
            pool.next()
        assert (caught.value.where, caught.value.remedy) == ("clip.bvh", "mend it")
        assert "in do" in str(caught.value.__cause__), "where it happened over there"
        pool.submit(Task("odd", tmp_path))
        with pytest.raises(RuntimeError, match="Unportable"):
            pool.next()
        pool.submit(Task("good", tmp_path))
        assert pool.next()[0] == 2


@pytest.mark.timeout(60)
def test_a_result_that_cannot_be_read_here_is_an_error(tmp_path):
    with ProcessPool(FaultyWorker, 1) as pool:
        pool.submit(Task("strange", tmp_path))
        with pytest.raises(ValueError, match="no number"):
            pool.next()


def test_what_a_worker_says_is_said_here(tmp_path, caplog):
    with ProcessPool(FaultyWorker, 1) as pool:
        pool.submit(Task("say", tmp_path))
        pool.next()
    assert ("synthgen.test", logging.WARNING, "heard of it") in caplog.record_tuples


def test_an_error_here_ends_busy_processes(tmp_path):
    began, before = time.monotonic(), children()
    with pytest.raises(ZeroDivisionError), ProcessPool(FaultyWorker, 2) as pool:
        pool.submit(Task("good", tmp_path))
        pool.next()
        family = children() - before
        pool.submit(Task("sleeps", tmp_path))
        time.sleep(0.5)
        raise ZeroDivisionError
    assert time.monotonic() - began < 60
    assert len(family) >= 2
    assert not [p for p in family if p.is_running() and "spawn_main" in " ".join(p.cmdline())]


def children() -> set[psutil.Process]:
    """Those of other tests' fixtures too."""
    return set(psutil.Process().children(recursive=True))


def test_processes_end_with_the_one_that_started_them(tmp_path):
    """Killed, it can tell them nothing."""
    code = (
        "import os, signal, sys, time; from pathlib import Path\n"
        "from synthgen.core.processes.pool import ProcessPool; import tests.core.test_processes as t\n"
        "with ProcessPool(t.FaultyWorker, 2) as pool:\n"
        "    [pool.submit(t.Task('good', None)) for _ in 'ab']; pids = {pool.next()[1] for _ in 'ab'}\n"
        "    pool.submit(t.Task('sleeps', None)); time.sleep(1); print(*pids, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=environment, check=False
    )
    pids = [int(word) for word in done.stdout.split()]
    assert pids and done.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 20
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < deadline, "left behind"
        time.sleep(0.1)


def test_nobody_else_can_speak_to_the_processes(tmp_path):
    """No port and no named socket: pipes that only the two ends hold."""
    before, mine = children(), addresses([psutil.Process()])
    with ProcessPool(FaultyWorker, 2) as pool:
        pool.submit(Task("good", tmp_path))
        pool.next()
        family = children() - before
        assert len(family) >= 2
        assert addresses([psutil.Process()]) == mine
        assert addresses(family) == set()


def addresses(processes: Iterable[psutil.Process]) -> set:
    """Where they can be reached: addresses of the internet, and names of UNIX sockets."""
    return {c.laddr for p in processes for c in p.net_connections("all") if c.laddr}


class Slow:
    """A message whose pickling lets somebody else close the pipe first."""

    def __init__(self, began: threading.Event, go_on: threading.Event) -> None:
        self.began, self.go_on = began, go_on

    def __reduce__(self):
        self.began.set()
        assert self.go_on.wait(30)
        return (int, ())


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.timeout(120)
def test_nothing_is_sent_into_the_pipe_of_the_process_that_comes_after(tmp_path):
    """The end of a process closes its pipe, and the next pipe may get its number while a message is on its way."""
    inbox = queue.SimpleQueue()
    began, go_on = threading.Event(), threading.Event()
    first = WorkerProcess(FaultyWorker, inbox)
    assert next(message for _, message in iter(inbox.get, None)) == ("ready",)
    first.give(Job(0, Slow(began, go_on)))
    assert began.wait(30)
    os.kill(first.pid, signal.SIGKILL)
    time.sleep(0.5)  # its end is seen; were its pipe closed now, this pipe would get the number:
    ours, theirs = Pipe()
    go_on.set()
    first.kill()
    assert not theirs.poll(1.0) and not ours.poll(0)
    ours.close()
    theirs.close()
