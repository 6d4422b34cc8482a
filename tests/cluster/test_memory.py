"""Memory is that of the process itself, not of the one that it was forked from."""

from __future__ import annotations

import json
import subprocess
import sys

from synthgen.cluster.memory import high_water

_LARGE_WITH_A_SMALL_CHILD = """
import json, subprocess, sys
import numpy as np
from synthgen.cluster.memory import high_water, peak_memory
large = np.ones(40_000_000)  # 320 MB
program = [sys.executable, "-c", "print(flush=True); input()"]
with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
    assert child.stdout.readline() == b"\\n", "it runs"
    print(json.dumps({**peak_memory(), "own": high_water()}))
    child.communicate(b"\\n")
"""


def test_a_small_child_of_a_large_process_is_small() -> None:
    """In a process of its own: this one may have engines of other tests for children."""
    done = subprocess.run([sys.executable, "-c", _LARGE_WITH_A_SMALL_CHILD], capture_output=True, check=True)
    peak = json.loads(done.stdout)
    assert peak["own"] > 300 and peak["worker"] > 300
    assert 3 < peak["engine"] < 100


def test_a_process_that_is_gone_has_no_memory() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    assert high_water(child.pid) == 0.0
