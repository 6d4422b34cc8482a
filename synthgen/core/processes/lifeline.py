"""No process is left behind: it ends with the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int | None = None) -> None:
    """Asks the kernel for SIGKILL at the parent's end (Linux; elsewhere nothing happens).

    The kernel means the *thread* that started this process: it must live as long as the process is wanted.

    Args:
        parent: process id of the parent, where it is known; else the present one.
    """
    parent = os.getppid() if parent is None else parent
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the request was made
        raise SystemExit(1)
