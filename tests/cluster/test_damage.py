"""An output folder is damaged between two runs: the same command says so, renders what is lost, gives equal bytes."""

from __future__ import annotations

import errno
import json
import os
import shutil
from functools import partial
from pathlib import Path

import pytest

from scripts.damage_output import DAMAGES, Damage, cut, fingerprint, flipped, stage_last_shard
from synthgen.cluster import repair as repairing
from synthgen.cluster.plan import RunPlan
from synthgen.cluster.repair import shard_files
from synthgen.cluster.run import ShardWork, run_plan
from synthgen.core.errors import InputError, RunError
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.clips import write_clips
from synthgen.dataset.coco import export_coco
from synthgen.dataset.pictures import OutputFormat
from synthgen.dataset.report.card import write_card
from synthgen.dataset.report.preview import contact_sheet
from synthgen.dataset.shard import commit_shard, reopen_shard
from synthgen.dataset.staging import stage_shot, staged_folder
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render
from tests.dataset.stick_people import make_frame, make_shot

PLAN = make_plan(shots=4, cameras=1, shard_size=2, output=OutputFormat(depth=True))


def finish(out: Path, state: Path, plan: RunPlan = PLAN, **options: object):
    """What ``synthgen render`` does once the shots are known."""
    summary = render(out, FaultyRenderer(state), plan, workers=0, **options)
    summary.check()
    export_coco(out)
    contact_sheet(out, images=2, tile=100)
    write_card(out)
    write_clips(out, {})
    return summary


@pytest.fixture(scope="module")
def peace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset that nobody disturbed: 4 shots in 2 shards, with depth."""
    folder = tmp_path_factory.mktemp("peace")
    finish(folder / "out", folder / "state")
    return folder / "out"


@pytest.fixture
def out(peace: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(peace, tmp_path / "out"))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.name)
def test_the_same_command_repairs_or_names_a_remedy(
    peace: Path, out: Path, tmp_path: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    if damage.staged:
        stage_last_shard(out)
    damage.act(out)
    if damage.remedy:
        with pytest.raises((InputError, RunError), match="remedy: ") as error:
            finish(out, tmp_path / "state")
        assert damage.says in str(error.value)
        assert len(str(error.value)) < 2000
        damage.remedy(out)
        finish(out, tmp_path / "state")
    else:
        summary = finish(out, tmp_path / "state")
        assert damage.says in " ".join(summary.repaired)
        assert damage.says in caplog.text
        assert bool(damage.says) == bool(summary.repaired)
    assert fingerprint(out) == fingerprint(peace)
    assert validate(out) == []
    assert not (out / ".partial").exists()


def test_only_the_shot_of_a_damaged_picture_is_rendered_again(out: Path, tmp_path: Path) -> None:
    cut("images/000001/*3.png", out)
    flipped("masks/000000/*0.png", out)
    summary = finish(out, tmp_path / "state")
    assert sorted(FaultyRenderer(tmp_path / "state").lines("done")) == ["0", "3"]
    assert len(summary.repaired) == 2
    assert "shot 3 is rendered again" in " ".join(summary.repaired)
    assert "is rendered again" in (out / "run.log").read_text()


def test_pictures_beyond_what_is_read_at_a_start_are_compared_by_size_or_thoroughly(
    peace: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairing, "READ_BYTES", 1)  # the last shard still is read
    flipped("masks/000000/*", out)
    assert finish(out, tmp_path / "state").repaired == ()
    assert fingerprint(out) != fingerprint(peace)
    flipped("images/000001/*", out)
    assert len(finish(out, tmp_path / "state").repaired) == 1
    flipped("images/000000/*", out)
    with pytest.raises(InputError, match="this picture cannot be read") as error:
        finish(out, tmp_path / "state")
    assert "with --thorough" in str(error.value)
    assert len(finish(out, tmp_path / "state", thorough=True).repaired) == 1
    assert fingerprint(out) == fingerprint(peace)


def test_a_shard_that_is_reopened_is_committed_with_the_same_bytes(peace: Path, out: Path) -> None:
    for shard in (0, 1):
        reopen_shard(out, shard, PLAN.shots_of(shard), shard_files(PLAN, shard).keys(), PLAN.digest)
        assert not list((out / "images").glob(f"{shard:06d}/*")), "a shard that is not committed shows no files"
        assert commit_shard(out, shard, PLAN.shots_of(shard), PLAN.digest) == {}
    assert fingerprint(out) == fingerprint(peace)


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


def test_staged_shots_of_another_plan_are_not_taken(tmp_path: Path, peace: Path) -> None:
    shot = make_shot(0)
    (tmp_path / "out").mkdir()
    stage_shot(tmp_path / "out", 0, shot, [make_frame(shot)], PLAN.output, "another")
    with pytest.raises(InputError, match="not all of the plan that this command asks for"):
        finish(tmp_path / "out", tmp_path / "state")
    finish(tmp_path / "new", tmp_path / "state")
    stage_last_shard(tmp_path / "new")
    shutil.rmtree(staged_folder(tmp_path / "new", 1, 2))
    stage_shot(tmp_path / "new", 1, make_shot(2), [make_frame(make_shot(2))], PLAN.output, "another")
    assert "it was made for another plan" in finish(tmp_path / "new", tmp_path / "state").repaired[0]


def test_shots_that_do_not_come_out_as_they_were_are_refused(out: Path, tmp_path: Path) -> None:
    """As on a machine whose arithmetic differs in the last digits: two halves must not be mixed."""
    before = fingerprint(out)
    cut("shots.jsonl", out)
    work = ShardWork(partial(make_shot, cameras=1, people=3), partial(FaultyRenderer, tmp_path / "state"))
    with pytest.raises(InputError, match="do not come out as they were") as error:
        run_plan(PLAN, out, work, workers=0, progress=False)
    assert "from a copy" in str(error.value)
    assert fingerprint(out) == {**before, "shots.jsonl": fingerprint(out)["shots.jsonl"]}


def test_a_plan_that_is_damaged_before_anything_is_done_is_made_anew(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(RunError):
        render(out, FaultyRenderer(tmp_path / "state", broken_start=True), PLAN, workers=0)
    (out / "plan.json").write_text("{")
    assert finish(out, tmp_path / "state").repaired == ("plan.json cannot be read; it is made anew",)


def test_a_plan_json_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("holidays")
    with pytest.raises(InputError, match="nothing in the folder says whose it is"):
        finish(tmp_path, tmp_path / "state")
    assert (tmp_path / "plan.json").read_text() == "holidays"


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


def test_a_shot_that_is_changed_while_the_run_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"

    class Scribbling(FaultyRenderer):
        def render(self, shot):
            text = (out / "shots.jsonl").read_bytes()
            with (out / "shots.jsonl").open("r+b") as file:  # the same file, as an editor may do
                file.write(b"\n" * (len(text) - 1))
            return super().render(shot)

    plan = make_plan(shots=20, cameras=1)  # more than is read of the file at once
    work = ShardWork(partial(make_shot, cameras=1), partial(Scribbling, tmp_path / "state"))
    with pytest.raises(RunError, match="was changed while the run went on") as error:
        run_plan(plan, out, work, workers=0, progress=False)
    assert "it makes the file anew" in str(error.value)
    render(out, FaultyRenderer(tmp_path / "state"), plan, workers=0).check()


def test_a_manifest_from_an_older_version_does_not_vouch(out: Path, tmp_path: Path) -> None:
    (out / "plan.json").unlink()
    for path in (out / "shards").glob("*.json"):
        manifest = json.loads(path.read_text())
        del manifest["plan"]
        path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="got: an unknown plan"):
        finish(out, tmp_path / "state")


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
