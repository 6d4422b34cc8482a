"""Runs that are killed, and two of them at once in one folder."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from synthgen.cluster.plan import pending
from synthgen.core.errors import InputError
from tests.cluster.background import run_in_background, wait_for
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render
from tests.cluster.undisturbed import exported


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_goes_on_with_the_same_command(
    tmp_path: Path, reference: dict[str, str], how: signal.Signals
) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state")
    process = run_in_background(out, renderer.state, workers=2, delay=0.4)
    wait_for(lambda: (out / "shards" / "000000.json").exists() and renderer.count("done") >= 5, "the first shard")
    family = psutil.Process(process.pid).children(recursive=True)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does
    else:
        os.kill(process.pid, how)
    assert process.wait(30) != 0
    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive, f"left behind: {alive}"
    complaints = process.stderr.read()
    assert complaints.count("Traceback") == (how == signal.SIGINT), "the workers leave it to the driver"
    process.stderr.close()

    staged = {int(p.name[5:]) for p in (out / ".partial").glob("*/shot-*")}
    missing = {i for s in pending(make_plan(), out) for i in make_plan().shots_of(s)} - staged
    assert missing, "the run was to be interrupted in the middle"
    before = renderer.count("done")
    summary = render(out, renderer, workers=1)
    summary.check()
    assert {int(i) for i in renderer.lines("done")[before:]} == missing
    assert summary.images == 2 * len(missing)
    assert exported(out) == reference


def test_two_runs_into_one_folder(tmp_path: Path) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state")
    process = run_in_background(out, renderer.state, workers=0, delay=0.3)
    try:
        wait_for(lambda: renderer.count("done") >= 1, "the first run")
        with pytest.raises(InputError, match="another run is writing into this folder") as error:
            render(out, renderer, workers=0)
        assert f"process {process.pid} on" in str(error.value)
    finally:
        process.kill()
        process.communicate()
