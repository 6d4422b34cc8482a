"""What work took: seconds on the clock, and seconds of processors, of one thread or of a whole family of processes."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# psutil is imported where processes are looked up: reading the clock must not wait for it.


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and processor seconds (user and system)."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.cpu - other.cpu)


class Stages:
    """Adds up what stages took, under their names.

    Args:
        cpu: processor seconds so far, of whatever does the work.
    """

    def __init__(self, cpu: Callable[[], float]) -> None:
        self._cpu = cpu
        self.spent: dict[str, Spent] = {}

    def now(self) -> Spent:
        """A moment, to be taken off a later one."""
        return Spent(time.perf_counter(), self._cpu())

    def add(self, name: str, spent: Spent) -> None:
        """Notes what a stage took."""
        self.spent[name] = self.spent.get(name, Spent()) + spent

    def add_all(self, spent: Mapping[str, Spent]) -> None:
        """Notes what several stages took."""
        for name, each in spent.items():
            self.add(name, each)

    def take(self) -> dict[str, Spent]:
        """What was noted since the last call."""
        taken, self.spent = self.spent, {}
        return taken

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what happens inside, also when it ends with an error."""
        began = self.now()
        try:
            yield
        finally:
            self.add(name, self.now() - began)


def thread_cpu() -> float:
    """Processor seconds of this thread."""
    return time.thread_time()


def children_cpu() -> float:
    """Processor seconds of this process's children that have ended, with theirs."""
    times = os.times()
    return times.children_user + times.children_system


def ended_cpu() -> float:
    """Processor seconds of this process and of its children that have ended, with theirs."""
    return time.process_time() + children_cpu()


def family_cpu() -> float:
    """Processor seconds of this process and of all processes below it, ended or not."""
    import psutil

    total = ended_cpu()
    for child in psutil.Process().children(recursive=True):
        total += process_cpu(child.pid)
    return total


def process_cpu(pid: int) -> float:
    """Processor seconds of another process and of its children that have ended; 0 when there is no such process."""
    import psutil

    try:
        return float(sum(psutil.Process(pid).cpu_times()[:4]))
    except psutil.Error:
        return 0.0


def since_process_began() -> Spent:
    """What this process took up to now."""
    import psutil

    return Spent(max(time.time() - psutil.Process().create_time(), 0.0), ended_cpu())
