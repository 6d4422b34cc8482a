"""Whose an output folder is: plans and shots that are damaged are made anew, those of others left alone."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from scripts.damage_output import stage_last_shard
from scripts.damages.acts import cut
from scripts.fingerprints import fingerprint
from synthgen.cluster.run import ShardWork, run_plan
from synthgen.core.errors import InputError, RunError
from synthgen.dataset.staging import stage_shot, staged_folder
from tests.cluster.faulty_renderer import FaultyRenderer, render
from tests.cluster.undisturbed import PLAN, finish
from tests.dataset.stick_people import make_frame, make_shot

THREE = partial(make_shot, cameras=1, people=3)


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
    cut("shards/000000.shots.jsonl", out)
    work = ShardWork(THREE, partial(FaultyRenderer, tmp_path / "state", make=THREE))
    with pytest.raises(InputError, match="do not come out as they were") as error:
        run_plan(PLAN, out, work, workers=0, progress=False)
    assert "the machine that began this folder" in str(error.value)
    cut_off = "shards/000000.shots.jsonl"
    assert fingerprint(out) == {**before, cut_off: fingerprint(out)[cut_off]}


@pytest.mark.parametrize("staged", [False, True])
def test_a_begun_folder_is_not_gone_on_with_from_other_shots(out: Path, tmp_path: Path, staged: bool) -> None:
    """Nothing is damaged, but what is left would be rendered from other shots than what is there."""
    stage_last_shard(out)
    if staged:
        shutil.rmtree(staged_folder(out, 1, 3))
        for name in ("shards", "images/000000", "masks/000000", "depth/000000"):
            shutil.rmtree(out / name)
    work = ShardWork(THREE, partial(FaultyRenderer, tmp_path / "state", make=THREE))
    with pytest.raises(InputError, match="do not come out as they were"):
        run_plan(PLAN, out, work, workers=0, progress=False)
    assert not FaultyRenderer(tmp_path / "state").lines("done")


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


def test_a_manifest_from_an_older_version_does_not_vouch(out: Path, tmp_path: Path) -> None:
    (out / "plan.json").unlink()
    for path in (out / "shards").glob("*.json"):
        manifest = json.loads(path.read_text())
        del manifest["plan"]
        path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="got: an unknown plan"):
        finish(out, tmp_path / "state")
