"""What the benchmark says a command costs is what it cost: children, orphans, memory."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from scripts.speed.graphics import busy_share
from scripts.speed.memory import summary
from scripts.speed.processes import Cost, kind_of, measured

BURN = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"
CHILD = """
import subprocess, sys
subprocess.run([sys.executable, "-c", {burn!r}], check=True)
print("done")
"""
ORPHAN = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {burn!r}])
time.sleep(0.6)
"""


@pytest.mark.parametrize("program", [CHILD, ORPHAN], ids=["child", "orphan"])
def test_processor_seconds_of_all_processes_are_counted(program: str) -> None:
    cost = measured([sys.executable, "-c", program.format(burn=BURN.format(seconds=1.0))])
    assert 1.0 <= cost.cpu_s < 1.6, "1 s by the program itself, and the start of two interpreters"
    assert cost.seconds >= 0.6 and len(cost.at) == len(cost.ours) == len(cost.machine)


def test_what_it_prints_and_the_largest_process() -> None:
    cost = measured([sys.executable, "-c", "x = bytearray(200 * 2**20); import time; time.sleep(0.6); print('told')"])
    assert cost.text == "told\n"
    assert 200 < cost.peak_mb["other"] < 300


def test_a_failure_is_passed_on() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        measured([sys.executable, "-c", "raise SystemExit(3)"])


def test_shares_of_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    cost = Cost(at=[0.0, 10.0], ours=[0.0, 15.0], machine=[100.0, 119.0])
    assert cost.busy(0.0, 10.0) == pytest.approx((0.75, 0.2))
    assert cost.busy(4.0, 8.0) == pytest.approx((0.75, 0.2))
    assert np.isnan(cost.busy(5.0, 5.0)).all()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["python", "-m", "synthgen.engine", "--socket", "x"], "engine"),
        (["python", "-c", "from multiprocessing.spawn import spawn_main; spawn_main(…)"], "worker"),
        (["python", "-m", "synthgen", "render"], "driver"),
        (["python", "-c", "from multiprocessing.resource_tracker import main"], "other"),
        (["sleep", "3"], "other"),
    ],
)
def test_kinds_of_processes(words: list[str], kind: str) -> None:
    assert kind_of(words) == kind


def test_a_card_is_busy_from_its_first_work_to_its_last() -> None:
    assert busy_share("0\n0\n50\n0\n100\n[N/A]\n0\n") == 0.5
    assert busy_share("0\n0\n") is None and busy_share("") is None


def test_a_leak_is_seen_in_the_second_half_alone() -> None:
    """MB over seconds 0…120; images come between 10 and 110 s."""
    at = np.arange(0.0, 120.0, 0.2)
    loaded = 300 + 100 * np.minimum(at / 40, 1)
    flat = summary(list(zip(at, loaded, strict=True)), (10.0, 110.0), 1000)
    assert flat["mb_per_1000_images"] == pytest.approx(0, abs=0.1) and flat["mb_at_tenths"][-1] == 400
    leaking = summary(list(zip(at, loaded + at, strict=True)), (10.0, 110.0), 1000)
    assert leaking["mb_per_1000_images"] == pytest.approx(100, abs=1), "1 MB a second is 0.1 MB an image"
