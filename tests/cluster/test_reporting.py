"""What a run reports: refusals of the system with a remedy, and warnings once."""

from __future__ import annotations

import errno
import os
import shutil
from functools import partial
from pathlib import Path

import pytest

from scripts.damage_output import stage_last_shard
from scripts.damages.acts import cut
from scripts.fingerprints import fingerprint
from synthgen.cluster.run import ShardWork, run_plan
from synthgen.core.errors import RunError
from synthgen.dataset.staging import staged_folder
from tests.cluster.faulty_renderer import FaultyRenderer, render
from tests.cluster.undisturbed import PLAN
from tests.dataset.stick_people import make_shot


@pytest.mark.parametrize(
    ("code", "says", "remedy"),
    [
        (errno.EMFILE, "may open no more files", "ulimit -n"),
        (errno.EFBIG, "may not grow as large", "ulimit -f"),
        (errno.EAGAIN, "no more processes or threads", "ulimit -u"),
        (errno.EIO, "the disk cannot be read", "check the disk"),
    ],
)
@pytest.mark.parametrize("where", ["fsync", "mkdtemp"])
def test_limits_of_the_system_are_explained(
    peace: Path,
    out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    says: str,
    remedy: str,
    where: str,
) -> None:
    from synthgen.dataset import staging

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    target = (os, "fsync") if where == "fsync" else (staging.tempfile, "mkdtemp")
    stage_last_shard(out)
    shutil.rmtree(staged_folder(out, 1, 2))
    with monkeypatch.context() as patch:
        patch.setattr(*target, refuse)
        with pytest.raises(RunError, match=says) as error:
            render(out, FaultyRenderer(tmp_path / "state"), PLAN, workers=0)
    assert remedy in str(error.value)
    render(out, FaultyRenderer(tmp_path / "state"), PLAN, workers=0).check()
    assert fingerprint(out) == fingerprint(peace)


def test_warnings_are_said_once_on_the_terminal(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from synthgen.cluster.reporting import warnings_on_terminal

    cut("images/000001/*", out)
    work = ShardWork(partial(make_shot, cameras=1), partial(FaultyRenderer, tmp_path / "state"))
    with warnings_on_terminal():
        run_plan(PLAN, out, work, workers=0)
    assert capsys.readouterr().err.count("shot 2 is rendered again") == 1
    cut("images/000001/*", out)
    run_plan(PLAN, out, work, workers=0, progress=False)
    assert "rendered again" not in capsys.readouterr().err
    assert (out / "run.log").read_text().count("rendered again") == 2
