"""An output folder is damaged between two runs: the same command says so, renders what is lost, gives equal bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.damage_output import stage_last_shard
from scripts.damages.acts import cut, flipped
from scripts.damages.kinds import DAMAGES, Damage
from scripts.fingerprints import fingerprint
from synthgen.cluster import repair as repairing
from synthgen.cluster.repair import shard_files
from synthgen.core.errors import InputError, RunError
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.shard import commit_shard, reopen_shard
from tests.cluster.faulty_renderer import FaultyRenderer
from tests.cluster.undisturbed import PLAN, finish


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
