"""Somebody damages, moves or removes the output while the run goes on."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from scripts.damages.acts import cut
from scripts.fingerprints import fingerprint
from synthgen.cluster.run import ShardWork, run_plan
from synthgen.core.errors import RunError
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan
from tests.cluster.undisturbed import PLAN, finish
from tests.dataset.stick_people import make_shot


def test_what_is_damaged_between_staging_and_commit_is_rendered_again(
    peace: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A staged picture used to be committed as it was found, with the hash of what it had been."""

    class Cutting(FaultyRenderer):
        def render(self, shot):
            if shot.id == 1 and self.count("done") == 1:
                cut("shot-000000/images*", tmp_path / "out" / ".partial" / "000000")
            return super().render(shot)

    work = ShardWork(partial(make_shot, cameras=1), partial(Cutting, tmp_path / "state"))
    summary = run_plan(PLAN, tmp_path / "out", work, workers=0, progress=False)
    summary.check()
    assert len(summary.repaired) == 1
    assert "shot 0, staged in shard 0: images/000000/000000000000.png has" in caplog.text
    assert FaultyRenderer(tmp_path / "state").lines("done") == ["0", "1", "0", "2", "3"]
    found = fingerprint(tmp_path / "out")
    assert found == {name: digest for name, digest in fingerprint(peace).items() if name in found}


def test_a_disk_that_never_gives_back_what_was_written_ends_the_run(tmp_path: Path) -> None:
    class Rotten(FaultyRenderer):
        def render(self, shot):
            for folder in (tmp_path / "out" / ".partial").glob("*/shot-*"):
                (folder / "record.jsonl").write_text("rot")
            return super().render(shot)

    plan = make_plan(shots=2, cameras=1, shard_size=2)
    work = ShardWork(partial(make_shot, cameras=1), partial(Rotten, tmp_path / "state"))
    with pytest.raises(RunError, match="does not come back as it was: shot") as error:
        for _ in range(9):
            run_plan(plan, tmp_path / "out", work, workers=0, progress=False)
    assert "check the disk" in str(error.value)


@pytest.mark.parametrize("how", ["removed", "moved"])
def test_an_output_folder_that_goes_away_ends_the_run(tmp_path: Path, how: str) -> None:
    out = tmp_path / "out"

    class Removing(FaultyRenderer):
        def render(self, shot):
            frames = super().render(shot)
            if shot.id == 1:
                shutil.rmtree(out) if how == "removed" else out.rename(tmp_path / "elsewhere")
            return frames

    work = ShardWork(partial(make_shot, cameras=1), partial(Removing, tmp_path / "state"))
    with pytest.raises(RunError, match="was removed or moved while this run wrote into it") as error:
        run_plan(PLAN, out, work, workers=0, progress=False)
    assert "run the same command again" in str(error.value)
    assert not out.exists()
    assert FaultyRenderer(tmp_path / "state").lines("done") == ["0", "1"]


def test_an_output_folder_that_is_replaced_is_noticed(tmp_path: Path) -> None:
    out = tmp_path / "out"

    class Replacing(FaultyRenderer):
        def render(self, shot):
            frames = super().render(shot)
            if shot.id == 1:
                shutil.rmtree(out)
                out.mkdir()
            return frames

    work = ShardWork(partial(make_shot, cameras=1), partial(Replacing, tmp_path / "state"))
    with pytest.raises(RunError, match="was removed or moved"):
        run_plan(PLAN, out, work, workers=0, progress=False)


def test_what_is_removed_while_the_run_goes_on_is_said(tmp_path: Path, peace: Path) -> None:
    out = tmp_path / "out"

    class Removing(FaultyRenderer):
        def render(self, shot):
            if shot.id == 3:
                shutil.rmtree(out / "masks")
            return super().render(shot)

    work = ShardWork(partial(make_shot, cameras=1), partial(Removing, tmp_path / "state"))
    with pytest.raises(RunError, match="files were damaged while this run went on: shard 0: masks/") as error:
        run_plan(PLAN, out, work, workers=0, progress=False)
    assert "run the same command again" in str(error.value)
    finish(out, tmp_path / "state")
    assert fingerprint(out) == fingerprint(peace)
