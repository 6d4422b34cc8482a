from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.cluster.claim import claim
from synthgen.cluster.plan import RunPlan, pending
from synthgen.cluster.run import ShardWork, run_plan
from synthgen.core.errors import InputError
from synthgen.dataset.layout import read_plan
from synthgen.dataset.pictures import OutputFormat
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan
from tests.dataset.stick_people import make_shot


@given(shots=st.integers(1, 500), size=st.integers(1, 100))
def test_every_shot_lies_in_exactly_one_shard(shots: int, size: int) -> None:
    plan = make_plan(shots=shots, shard_size=size)
    assert [i for s in range(plan.shards) for i in plan.shots_of(s)] == list(range(shots))
    assert all(plan.shard_of(i) == s for s in range(plan.shards) for i in plan.shots_of(s))


def test_a_plan_comes_back_from_its_file(tmp_path: Path) -> None:
    plan = make_plan(assets={"squat": "ab"}, versions={"synthgen": "0.1"}, output=OutputFormat("jpg", 90, True))
    claim(plan, tmp_path / "out")
    assert RunPlan.load(tmp_path / "out") == plan


def test_a_claim_that_died_before_the_plan_was_written_is_made_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    claim(make_plan(), out)
    (out / "plan.json").unlink()
    claim(make_plan(), out)
    assert RunPlan.load(out) == make_plan()


def test_pending_is_all_without_manifests(tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards" / "000001.json").write_text("{}")
    (tmp_path / "shards" / "000002.parquet").write_text("not a manifest")
    assert pending(make_plan(), tmp_path) == [0, 2]


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2}', '{"version": "2"}', '{"version": 2, "shots": 0}'])
def test_a_damaged_plan_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(InputError, match="this plan cannot be read"):
        RunPlan.load(tmp_path)


def test_a_plan_of_another_version_is_refused_with_its_maker(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"version": 1, "shots": 3, "versions": {"synthgen": "0.0.9"}}')
    for read in (RunPlan.load, read_plan, partial(claim, make_plan())):
        with pytest.raises(InputError, match=r"version 1, made by synthgen 0\.0\.9") as error:
            read(tmp_path)
        assert "use the version that made it" in str(error.value)


def test_shots_that_are_not_the_plans_are_a_fault(tmp_path: Path) -> None:
    work = ShardWork(make_shot, partial(FaultyRenderer, tmp_path / "state"))
    summary = run_plan(make_plan(shots=1), tmp_path / "out", work, workers=0, progress=False)
    assert summary.failed == (0,) and "shot 0 came as number 0 with 1 cameras" in summary.reason
    assert not (tmp_path / "out" / "shards").exists() or not [*(tmp_path / "out" / "shards").iterdir()]


def test_another_plan_is_told_with_a_way_out(tmp_path: Path) -> None:
    claim(make_plan(), tmp_path)
    with pytest.raises(InputError, match="or delete this folder to begin anew"):
        claim(make_plan(shots=3), tmp_path)
