"""Runs: the same bytes on any number of workers and after anything that dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from scripts import fingerprints
from synthgen.cluster.plan import pending
from synthgen.core.errors import InputError, RunError
from synthgen.dataset.coco import export_coco
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render

HERE = Path(__file__).parent


def fingerprint(out: Path) -> dict[str, str]:
    """Every file that counts → its hash, when the COCO file has been exported."""
    export_coco(out)
    return fingerprints.fingerprint(out)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The dataset as one undisturbed process makes it."""
    folder = tmp_path_factory.mktemp("reference")
    render(folder / "out", FaultyRenderer(folder / "state"), workers=0).check()
    return fingerprint(folder / "out")


@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_makes_the_same_bytes(tmp_path: Path, reference: dict[str, str], workers: int) -> None:
    summary = render(tmp_path / "out", FaultyRenderer(tmp_path / "state"), workers=workers)
    assert (summary.images, summary.failed, summary.pending) == (20, (), ())
    assert fingerprint(tmp_path / "out") == reference
    assert {"render", "write", "commit"} <= set(summary.stage_seconds)
    assert summary.peak_rss_mb["worker"] > 20


def test_a_finished_run_does_nothing_again(tmp_path: Path) -> None:
    renderer = FaultyRenderer(tmp_path / "state")
    render(tmp_path / "out", renderer, workers=0)
    before = fingerprint(tmp_path / "out")
    summary = render(tmp_path / "out", renderer, workers=2)
    assert summary.images == 0
    assert renderer.count("done") == 10
    assert fingerprint(tmp_path / "out") == before


@pytest.mark.parametrize("workers", [0, 1])
def test_an_engine_that_fails_twice_is_restarted(
    tmp_path: Path, reference: dict[str, str], workers: int, caplog: pytest.LogCaptureFixture
) -> None:
    renderer = FaultyRenderer(tmp_path / "state", {1: ("engine", 2), 9: ("socket", 1)})
    summary = render(tmp_path / "out", renderer, workers=workers)
    summary.check()
    assert summary.retries == 3
    assert renderer.count("restarts") == 3
    assert "shot 1: try 2 of 3 failed: planted in shot 1" in caplog.text
    assert "shot 1: try 2 of 3 failed" in (tmp_path / "out" / "run.log").read_text()
    assert fingerprint(tmp_path / "out") == reference


@pytest.mark.parametrize(("workers", "fault"), [(0, "engine"), (2, "engine"), (2, "kill"), (0, "bug")])
def test_a_shot_that_keeps_failing_is_set_aside_and_retried_alone(
    tmp_path: Path, reference: dict[str, str], workers: int, fault: str
) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state", {5: (fault, 3 if fault != "bug" else 1)})
    summary = render(out, renderer, workers=workers)
    assert summary.failed == (5,)
    assert summary.pending == (1,)
    record = json.loads((out / "failed" / "000005.json").read_text())
    assert record["shot"] == 5
    assert record["shard"] == 1
    with pytest.raises(RunError, match=r"set aside: 5\n"):
        summary.check()
    assert not (out / "shards" / "000001.json").exists()
    assert not (out / "images" / "000001").exists(), "a shard that is not committed shows no files"

    again = render(out, renderer, workers=workers)
    again.check()
    assert again.images == 2, "only the two pictures of the failed shot were missing"
    assert sorted(map(int, renderer.lines("done"))) == list(range(10)), "nothing done is done twice"
    assert fingerprint(out) == reference


def test_a_run_in_which_every_shot_fails_says_why(tmp_path: Path) -> None:
    out, faults = tmp_path / "out", dict.fromkeys(range(5), ("engine", 99))
    summary = render(out, FaultyRenderer(tmp_path / "state", faults), make_plan(shots=5), workers=0)
    assert summary.images == 0 and summary.reason == "planted in shot 0"
    with pytest.raises(RunError, match="none of the 5 shots that were tried") as caught:
        summary.check()
    text = str(caught.value)
    assert "the first because: planted in shot 0" in text and "run the same command again" in text
    for file in (out / "failed" / "000000.json", out / "run.log"):
        assert str(file) in text and file.is_file()


def test_the_record_of_a_failed_shot_holds_the_engines_last_words(tmp_path: Path) -> None:
    render(tmp_path / "out", FaultyRenderer(tmp_path / "state", {2: ("engine", 3)}), workers=0)
    record = json.loads((tmp_path / "out" / "failed" / "000002.json").read_text())
    assert record == {
        "shot": 2,
        "shard": 0,
        "tries": 3,
        "error": "planted in shot 2",
        "log": ["line of the engine's log"],
    }


def test_a_worker_that_hangs_is_ended_and_the_shot_tried_again(tmp_path: Path, reference: dict[str, str]) -> None:
    renderer = FaultyRenderer(tmp_path / "state", {4: ("hang", 1)})
    summary = render(tmp_path / "out", renderer, workers=2, shot_timeout=5.0)
    summary.check()
    assert summary.retries == 1
    assert fingerprint(tmp_path / "out") == reference


def test_a_worker_killed_from_outside_is_replaced(tmp_path: Path, reference: dict[str, str]) -> None:
    renderer = FaultyRenderer(tmp_path / "state", {0: ("kill", 1), 7: ("kill", 2)})
    summary = render(tmp_path / "out", renderer, workers=2)
    summary.check()
    assert summary.retries == 3
    assert fingerprint(tmp_path / "out") == reference


def run_in_background(out: Path, state: Path, workers: int, delay: float) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.cluster.faulty_renderer", str(out), str(state), str(workers), str(delay)]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that starts the tests in the background lets them ignore Ctrl-C, and their children too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def wait_for(condition, what: str) -> None:
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"waited in vain for {what}")


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
    assert fingerprint(out) == reference


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


def test_a_folder_of_another_plan_is_refused_and_untouched(tmp_path: Path) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state")
    render(out, renderer, workers=0)
    before = fingerprint(out)
    with pytest.raises(InputError) as error:
        render(out, renderer, make_plan(seed=8, assets={"squat": "1234"}), workers=0)
    assert "another plan" in str(error.value)
    assert "expected: assets.squat = 1234; seed = 8" in str(error.value)
    assert "got: assets.squat = absent; seed = 7" in str(error.value)
    assert fingerprint(out) == before


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(InputError, match=r"not empty and holds no plan"):
        render(tmp_path, FaultyRenderer(tmp_path / "state"), workers=0)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_engine_that_never_starts_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="the engine cannot be started: no adapter"):
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state", broken_start=True), workers=1)


def test_many_failures_in_a_row_end_the_run(tmp_path: Path) -> None:
    faults = dict.fromkeys(range(40), ("engine", 99))
    with pytest.raises(RunError, match="10 shots in a row failed"):
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state", faults), make_plan(shots=40), workers=0)
    assert len(list((tmp_path / "out" / "failed").iterdir())) == 10


@pytest.mark.parametrize("workers", [0, 1])
def test_bad_input_found_by_a_renderer_reaches_the_user(tmp_path: Path, workers: int) -> None:
    with pytest.raises(InputError, match="this clip holds NaN"):
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state", {0: ("input", 1)}), workers=workers)
