"""Runs: the same bytes on any number of workers and after any fault that is planted in a shot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthgen.core.errors import RunError
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render
from tests.cluster.undisturbed import exported


@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_makes_the_same_bytes(tmp_path: Path, reference: dict[str, str], workers: int) -> None:
    summary = render(tmp_path / "out", FaultyRenderer(tmp_path / "state"), workers=workers)
    assert (summary.images, summary.failed, summary.pending) == (20, (), ())
    assert exported(tmp_path / "out") == reference
    assert {"render", "write", "commit"} <= set(summary.stage_seconds)
    assert summary.peak_rss_mb["worker"] > 20


def test_a_finished_run_does_nothing_again(tmp_path: Path) -> None:
    renderer = FaultyRenderer(tmp_path / "state")
    render(tmp_path / "out", renderer, workers=0)
    before = exported(tmp_path / "out")
    summary = render(tmp_path / "out", renderer, workers=2)
    assert summary.images == 0
    assert renderer.count("done") == 10
    assert exported(tmp_path / "out") == before


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
    assert exported(tmp_path / "out") == reference


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
    assert exported(out) == reference


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
    assert exported(tmp_path / "out") == reference


def test_a_worker_killed_from_outside_is_replaced(tmp_path: Path, reference: dict[str, str]) -> None:
    renderer = FaultyRenderer(tmp_path / "state", {0: ("kill", 1), 7: ("kill", 2)})
    summary = render(tmp_path / "out", renderer, workers=2)
    summary.check()
    assert summary.retries == 3
    assert exported(tmp_path / "out") == reference
