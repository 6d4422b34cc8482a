"""What is written beside the next shot: the right shot fails, none is lost, and none suffers twice from another one."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from synthgen.cluster import worker as worker_module
from synthgen.cluster.task import ShotResult, ShotTask
from synthgen.cluster.worker import ShotWorker
from synthgen.cluster.writer import Writer
from synthgen.core.errors import RunError
from synthgen.dataset.pictures import PLAIN_PNG
from synthgen.dataset.staging import is_staged, stage_shot
from tests.cluster.faulty_renderer import FaultyRenderer, render
from tests.cluster.undisturbed import exported


def _task(out: Path, shot: int) -> ShotTask:
    return ShotTask(str(out), 0, shot, 1, PLAIN_PNG)


def _worker(tmp_path: Path) -> ShotWorker:
    (tmp_path / "out").mkdir()
    return ShotWorker(partial(FaultyRenderer, tmp_path / "state"))


class Staging:
    """Stages shots; waits for leave, or fails, where a test asks for it."""

    def __init__(self) -> None:
        self.leave, self.began = threading.Event(), threading.Event()
        self.faults: dict[int, BaseException] = {}

    def __call__(self, out: Path, shard: int, shot: object, *rest: object) -> int:
        self.began.set()
        assert self.leave.wait(30)
        number = shot.id  # type: ignore[attr-defined]
        if number in self.faults:
            raise self.faults[number]
        return stage_shot(out, shard, shot, *rest)  # type: ignore[arg-type]


@pytest.fixture
def staging(monkeypatch: pytest.MonkeyPatch) -> Staging:
    held = Staging()
    monkeypatch.setattr(worker_module, "stage_shot", held)
    return held


def test_the_next_shot_is_rendered_while_this_one_is_written(tmp_path: Path, staging: Staging) -> None:
    worker, out = _worker(tmp_path), tmp_path / "out"
    first = worker.do(_task(out, 0))
    assert isinstance(first, Future) and staging.began.wait(30) and not first.done()
    done: list[ShotResult | Future[ShotResult]] = []
    thread = threading.Thread(target=lambda: done.append(worker.do(_task(out, 1))))
    thread.start()
    renderer = FaultyRenderer(tmp_path / "state")
    deadline = time.monotonic() + 30
    while renderer.lines("done") != ["0", "1"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    thread.join(0.3)
    assert thread.is_alive() and not done, "a second picture does not wait in memory"
    assert not is_staged(out, 0, 0)
    staging.leave.set()
    thread.join(30)
    worker.close()
    assert isinstance(done[0], Future)
    assert [first.result().shot, done[0].result().shot] == [0, 1]
    assert is_staged(out, 0, 0) and is_staged(out, 0, 1)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RunError("planted")])
def test_what_ends_a_run_ends_it_for_the_shot_that_was_written(
    tmp_path: Path, staging: Staging, error: Exception
) -> None:
    worker, out = _worker(tmp_path), tmp_path / "out"
    staging.leave.set()
    staging.faults[0] = error
    first, second = worker.do(_task(out, 0)), worker.do(_task(out, 1))
    worker.close()
    assert isinstance(first, Future) and isinstance(second, Future)
    assert first.exception() is error
    assert second.result().images == 1
    assert not list((out / ".partial").glob("*/trying-*")), "it is no fault of the shot's"


def test_a_shot_that_cannot_be_written_is_set_aside_alone(tmp_path: Path, staging: Staging) -> None:
    worker, out = _worker(tmp_path), tmp_path / "out"
    staging.leave.set()
    staging.faults[0] = ZeroDivisionError("planted")
    first, second = worker.do(_task(out, 0)), worker.do(_task(out, 1))
    worker.close()
    assert isinstance(first, Future) and isinstance(second, Future)
    assert first.result().failed == "ZeroDivisionError: planted"
    assert (out / "failed" / "000000.json").is_file()
    assert not second.result().failed and is_staged(out, 0, 1)


def test_a_shot_in_whose_company_a_process_ended_is_written_alone(tmp_path: Path, staging: Staging) -> None:
    worker, out = _worker(tmp_path), tmp_path / "out"
    folder = out / ".partial" / "000000"
    folder.mkdir(parents=True)
    (folder / "trying-000001").write_bytes(b".")
    staging.leave.set()
    first, second = worker.do(_task(out, 0)), worker.do(_task(out, 1))
    assert isinstance(first, Future) and first.done(), "what came before is safe"
    assert isinstance(second, ShotResult) and second.retries == 1 and is_staged(out, 0, 1)
    worker.close()


def test_bystanders_are_rendered_again_and_never_set_aside(tmp_path: Path, reference: dict[str, str]) -> None:
    """Every other shot kills its process twice, at once, while the one before may still be written."""
    faults = dict.fromkeys((1, 3, 5, 7, 9), ("kill at once", 2))
    renderer = FaultyRenderer(tmp_path / "state", faults)
    summary = render(tmp_path / "out", renderer, workers=1)
    summary.check()
    assert summary.failed == ()
    assert exported(tmp_path / "out") == reference
    assert max(renderer.lines("done").count(str(i)) for i in range(10)) <= 2


def test_closing_finishes_what_was_begun(tmp_path: Path) -> None:
    writer, written = Writer(), []
    writer.begin(lambda: (time.sleep(0.3), written.append(1)))
    writer.close()
    assert written == [1]
