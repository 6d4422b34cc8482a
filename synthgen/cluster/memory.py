"""How much memory the processes of a run took."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path


def peak_memory() -> dict[str, float]:
    """Largest resident set of this process (``worker``) and of its largest child (``engine``), in MB."""
    peak = {"worker": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    for child in _children():
        with contextlib.suppress(OSError, ValueError, StopIteration):
            lines = Path(f"/proc/{child}/status").read_text().splitlines()
            kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
            peak["engine"] = max(peak.get("engine", 0.0), kilobytes / 1024)
    return peak


def _children() -> set[int]:
    """Process ids of this process's children, as the kernel lists them by the threads that started them.

    To look through all processes of a machine instead takes milliseconds of every shot.
    """
    found: set[int] = set()
    for thread in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has just ended
            found.update(map(int, thread.read_text().split()))
    return found
