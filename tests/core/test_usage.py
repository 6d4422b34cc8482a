"""Processor seconds: of this thread, of processes that have ended, and of those that still run."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from synthgen.core.processes.maps import process_map
from synthgen.core.processes.usage import (
    Spent,
    Stages,
    children_cpu,
    ended_cpu,
    family_cpu,
    process_cpu,
    since_process_began,
    thread_cpu,
)

BURN = "import time\nwhile time.process_time() < 0.4: pass\nprint('burnt', flush=True)\n"


def test_sums_of_what_was_spent() -> None:
    stages = Stages(lambda: 7.0)
    stages.add("draw", Spent(2.0, 1.0))
    stages.add_all({"draw": Spent(0.5, 0.25), "write": Spent(1.0, 0.5)})
    assert stages.take() == {"draw": Spent(2.5, 1.25), "write": Spent(1.0, 0.5)}
    assert stages.take() == {}
    assert Spent(3.0, 2.0) - Spent(1.0, 0.5) == Spent(2.0, 1.5)


def test_a_stage_that_waits_takes_no_processor_and_counts_when_it_fails() -> None:
    stages = Stages(thread_cpu)
    with pytest.raises(ValueError, match="planted"), stages.stage("wait"):
        time.sleep(0.2)
        raise ValueError("planted")
    assert stages.spent["wait"].wall >= 0.2
    assert stages.spent["wait"].cpu < 0.1


def test_children_count_while_they_run_and_when_they_have_ended() -> None:
    before, ended = family_cpu(), children_cpu()
    with subprocess.Popen(
        [sys.executable, "-c", BURN + "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert process_cpu(child.pid) >= 0.35
        assert family_cpu() - before >= 0.35
        assert children_cpu() == ended
        child.communicate(b"\n")
    assert children_cpu() - ended >= 0.35
    assert process_cpu(child.pid) == 0.0


def test_what_a_process_took_since_it_began() -> None:
    spent = since_process_began()
    assert 0 < spent.wall < 86_400
    assert spent.cpu == pytest.approx(ended_cpu(), abs=0.5)


def test_a_pool_counts_its_processes() -> None:
    with process_map(2) as each:
        assert each.cpu_seconds() == 0.0
        each(_burn, [0.3, 0.3])
        assert each.cpu_seconds() >= 0.5


def _burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
