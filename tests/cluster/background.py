"""Runs in a process of their own, to be disturbed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_in_background(out: Path, state: Path, workers: int, delay: float) -> subprocess.Popen[str]:
    """A run of the plan of ``faulty_renderer.py`` in a group of its own; ``delay`` seconds per shot."""
    command = [sys.executable, "-m", "tests.cluster.faulty_renderer", str(out), str(state), str(workers), str(delay)]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that starts the tests in the background lets them ignore Ctrl-C, and their children too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Waits a minute at the most."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"waited in vain for {what}")
