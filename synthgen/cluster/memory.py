"""How much memory the processes of a run took."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path


def peak_memory() -> dict[str, float]:
    """Largest resident set of this process (``worker``) and of its largest child (``engine``), in MB."""
    import psutil

    peak = {"worker": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(OSError, ValueError, StopIteration):
            lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
            kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
            peak["engine"] = max(peak.get("engine", 0.0), kilobytes / 1024)
    return peak
