"""How much memory the processes of a run took."""

from __future__ import annotations

import contextlib
from pathlib import Path


def peak_memory() -> dict[str, float]:
    """Largest resident set of this process (``worker``) and of its largest child (``engine``), in MB."""
    peak = {"worker": high_water()}
    engines = [high_water(child) for child in _children()]
    return peak | ({"engine": max(engines)} if engines else {})


def high_water(process: int | str = "self") -> float:
    """Largest resident set that a process has had, in MB; 0 when there is no such process.

    ``getrusage`` would begin with what the process held from which it was forked.
    """
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    return 0.0


def _children() -> set[int]:
    """Process ids of this process's children, as the kernel lists them by the threads that started them.

    To look through all processes of a machine instead takes milliseconds of every shot.
    """
    found: set[int] = set()
    for thread in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has just ended
            found.update(map(int, thread.read_text().split()))
    return found
