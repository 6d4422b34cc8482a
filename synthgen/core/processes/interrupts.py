"""Ctrl-C while a process starts."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker


@contextlib.contextmanager
def interrupts_later() -> Iterator[None]:
    """Lets a Ctrl-C wait until a process stands.

    A terminal sends it to the whole process group. A process that is started inside inherits the blocked signal, so
    that it does not die of it before it can say that it leaves it to us.
    """
    # Multiprocessing's tracker unblocks the signal in the thread that starts it.
    resource_tracker.ensure_running()
    came: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number)) if main else None
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        if main:
            signal.signal(signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt
