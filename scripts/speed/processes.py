"""What a command costs: processor seconds of all its processes, how busy they kept the machine, memory of each.

The total is the kernel's own account of ended children (``RUSAGE_CHILDREN``). This process adopts what the command
leaves behind (``PR_SET_CHILD_SUBREAPER``), so that nothing escapes it. What happened when, and in which process, is
sampled: a process's last seconds before its end may be missing there by one interval.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

INTERVAL = 0.2
"""Seconds between samples; one costs about 2 ms."""

_PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Cost:
    """What one command took.

    Attributes:
        text: what it printed on standard output.
        seconds: wall-clock seconds.
        cpu_s: processor seconds of all its processes, by the kernel's account.
        at, ours, machine: samples: seconds since the start, processor seconds of the command's processes until then,
            and of everything on the machine.
        cpu_s_by_kind: kind of process → processor seconds, sampled.
        peak_mb: kind of process → largest resident set that one process ever had, MB.
        resident_mb: kind of process → seconds since the start and the largest resident set then, MB, sampled.
    """

    text: str = ""
    seconds: float = 0.0
    cpu_s: float = 0.0
    at: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    machine: list[float] = field(default_factory=list)
    cpu_s_by_kind: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)
    resident_mb: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def busy(self, begin: float, end: float) -> tuple[float, float]:
        """Shares of all cores that the command and other programs kept busy from ``begin`` to ``end`` seconds."""
        if len(self.at) < 2 or end <= begin:
            return float("nan"), float("nan")
        room = (end - begin) * len(os.sched_getaffinity(0))
        ours, machine = (
            float(np.interp(end, self.at, line) - np.interp(begin, self.at, line)) / room
            for line in (self.ours, self.machine)
        )
        return ours, max(machine - ours, 0.0)


def kind_of(words: Sequence[str]) -> str:
    """``engine``, ``worker``, ``driver`` or ``other``, by a process's command line."""
    line = " ".join(words)
    if "synthgen.engine" in line:
        return "engine"
    if "spawn_main" in line:
        return "worker"
    return "driver" if "synthgen" in line and "resource_tracker" not in line else "other"


def measured(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[float], object] = lambda at: None,
) -> Cost:
    """Runs a command to its end and says what it cost.

    Args:
        command: its words.
        environment: variables added to ours.
        watch: called with the seconds since the start at every sample.

    Raises:
        subprocess.CalledProcessError: it failed; what it said on standard error is on ours.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    cost, before, seen = Cost(), resource.getrusage(resource.RUSAGE_CHILDREN), _Seen()
    with tempfile.TemporaryFile("w+") as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, env={**os.environ, **(environment or {})})
        while process.poll() is None:
            seen.look(process.pid)
            cost.at.append(time.perf_counter() - began)
            cost.ours.append(sum(cpu for _, cpu in seen.cpu.values()))
            for kind, mb in seen.now.items():
                cost.resident_mb.setdefault(kind, []).append((cost.at[-1], mb))
            cost.machine.append(_machine())
            watch(cost.at[-1])
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(INTERVAL)
        cost.seconds = time.perf_counter() - began
        _reap(seen)
        out.seek(0)
        cost.text = out.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), cost.text)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    for kind, cpu in seen.cpu.values():
        cost.cpu_s_by_kind[kind] = cost.cpu_s_by_kind.get(kind, 0.0) + cpu
    cost.peak_mb = seen.peak
    return cost


class _Seen:
    """Processes of the command.

    Attributes:
        cpu: pid → kind and processor seconds, also of those that have ended.
        peak, now: kind → MB of its largest process, ever and at the last look.
    """

    def __init__(self) -> None:
        self.cpu: dict[int, tuple[str, float]] = {}
        self.peak: dict[str, float] = {}
        self.now: dict[str, float] = {}
        self._known: dict[int, psutil.Process] = {}

    def look(self, pid: int) -> None:
        """Adds what is there now."""
        self.now = {}
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(pid)
            for process in (top, *top.children(recursive=True)):
                known = self._known.setdefault(process.pid, process)
                with contextlib.suppress(psutil.Error, OSError, StopIteration):
                    self._add(known)

    def _add(self, process: psutil.Process) -> None:
        times = process.cpu_times()
        kind = self.cpu[process.pid][0] if process.pid in self.cpu else ""
        if kind in ("", "driver"):  # a process that was just forked still bears its parent's name
            kind = kind_of(process.cmdline())
        self.cpu[process.pid] = (kind, times.user + times.system)
        self.peak[kind] = max(self.peak.get(kind, 0.0), memory_mb(process.pid, "VmHWM"))
        self.now[kind] = max(self.now.get(kind, 0.0), memory_mb(process.pid, "VmRSS"))


def memory_mb(pid: int, what: str) -> float:
    """``VmRSS``, the resident set of a living process, or ``VmHWM``, the largest that it has had; MB of 2^20 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


def _machine() -> float:
    """Processor seconds that everything on the machine has taken since it started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def _reap(seen: _Seen) -> None:
    """Waits for what the command left to us, so that it is counted."""
    for pid in seen.cpu:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
