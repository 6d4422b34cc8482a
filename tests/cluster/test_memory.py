"""Memory is that of the process itself, not of the one that it was forked from."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from synthgen.cluster.memory import high_water, peak_memory


def test_a_small_child_of_a_large_process_is_small() -> None:
    large = np.ones(40_000_000)  # 320 MB
    assert high_water() > 300 and large[0]
    program = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline() == b"\n", "it runs"
        peak = peak_memory()
        assert peak["worker"] > 300
        assert 3 < peak["engine"] < 100
        child.communicate(b"\n")
    assert high_water(child.pid) == 0.0
