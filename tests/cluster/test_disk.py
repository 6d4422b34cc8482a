"""Full, read-only and impossible output folders: one clear message, nothing half-written under a final name."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from synthgen.cluster.claim import claim
from synthgen.cluster.disk import DiskGuard
from synthgen.cluster.run import preflight
from synthgen.core.errors import InputError, RunError
from synthgen.dataset import staging
from synthgen.dataset.coco import export_coco
from synthgen.dataset.layout import committed, manifest_path
from synthgen.dataset.shard import discard_attempts
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render


def free_space(monkeypatch: pytest.MonkeyPatch, *megabytes: float) -> None:
    """Reports these sizes one after the other, then the last one for ever."""
    left = [m * 2**20 for m in megabytes]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=left.pop(0) if len(left) > 1 else left[0]))


def test_a_run_that_cannot_fit_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free_space(monkeypatch, 50)
    with pytest.raises(InputError, match="too little room on the disk") as error:
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state"), workers=0)
    assert "got: 50 MiB free" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_run_stops_before_the_disk_is_full_and_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state")
    with monkeypatch.context() as patch:
        free_space(patch, 500, 500, 500, 500, 500, 60)
        with pytest.raises(RunError, match="the disk is nearly full") as error:
            render(out, renderer, workers=0)
    assert "run the same command again" in str(error.value)
    done = renderer.count("done")
    assert 0 < done < 10
    render(out, renderer, workers=0).check()
    assert renderer.count("done") == 10


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_write_that_fails_ends_the_run_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state")
    real, calls = staging.write_synced, []

    def failing(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) == 24:  # in the middle of the second shard
            path.write_bytes(data[: len(data) // 2])
            raise OSError(code, os.strerror(code), str(path))
        real(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(staging, "write_synced", failing)
        with pytest.raises(RunError, match=r"disk is full|read-only|quota"):
            render(out, renderer, workers=0)
    assert committed(out) == [0]
    assert not (out / "images" / "000001").exists()
    assert not list((out / ".partial").rglob("attempt-*"))
    render(out, renderer, workers=0).check()


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    real = Path.mkdir

    def refuse(self: Path, *args, **kwargs) -> None:
        if self.name == "out":
            raise OSError(code, os.strerror(code), str(self))
        real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match=r"read-only|may not be written") as error:
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state"), workers=0)
    assert error.value.exit_code == 2


def test_an_output_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(InputError, match="a file stands where a folder is needed"):
            render(out, FaultyRenderer(tmp_path / "state"), workers=0)


def test_a_plan_that_fits_again_needs_room_only_for_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state")
    render(out, renderer, make_plan(), workers=0)
    free_space(monkeypatch, 1)
    render(out, renderer, make_plan(), workers=0).check()


def test_preflight_passes_what_can_be_written_and_leaves_nothing_behind(tmp_path: Path) -> None:
    preflight(make_plan(), tmp_path / "deep" / "out")
    preflight(make_plan(), tmp_path)
    assert not list(tmp_path.iterdir())
    claim(make_plan(), tmp_path)
    preflight(make_plan(), tmp_path)
    with pytest.raises(InputError, match="belongs to another plan"):
        preflight(make_plan(shots=3), tmp_path)


def test_preflight_refuses_what_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for out in (tmp_path / "file", tmp_path / "file" / "out", tmp_path / "nowhere"):
        with pytest.raises(InputError, match="a file stands where a folder is needed"):
            preflight(make_plan(), out)
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
        with pytest.raises(InputError, match="the folder may not be written"):
            preflight(make_plan(), tmp_path / "deep" / "out")
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    with pytest.raises(InputError, match="the file system is read-only"):
        preflight(make_plan(), tmp_path / "out")


def test_a_resume_needs_no_room_for_shots_that_are_staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan()

    def needed() -> float:
        with pytest.raises(InputError, match="too little room") as error:
            DiskGuard(tmp_path).check_start(plan, 2 * 64 * 48)
        return float((error.value.expected or "").split()[2])

    free_space(monkeypatch, 0)
    monkeypatch.setattr("synthgen.cluster.disk._RECORD_BYTES", 10 * 2**20)
    all_ten = needed()
    for i in (5, 6):
        staging.staged_folder(tmp_path, plan.shard_of(i), i).mkdir(parents=True)
    assert all_ten - needed() == pytest.approx(2 * 20, abs=2)
    manifest_path(tmp_path, 0).parent.mkdir()
    manifest_path(tmp_path, 0).write_text("{}")
    assert all_ten - needed() == pytest.approx((2 + len(plan.shots_of(0))) * 20, abs=2)


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code), str(source))

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(InputError, match="this file system has no hard links") as error:
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state"), workers=0)
    assert error.value.remedy == "choose another output folder"


def test_left_overs_are_removed_and_foreign_names_left_alone(tmp_path: Path) -> None:
    for name in (".partial/notes", ".partial/000000", "depth/000000", "shards"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".partial" / ".DS_Store").write_text("")
    manifest_path(tmp_path, 0).write_text("{}")
    left_over = tmp_path / "depth" / "000000" / ".000000000001.png.attempt-7"
    left_over.write_text("")
    discard_attempts(tmp_path)
    assert not left_over.exists()
    assert sorted(p.name for p in (tmp_path / ".partial").iterdir()) == [".DS_Store", "notes"]


def test_an_export_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render(tmp_path / "out", FaultyRenderer(tmp_path / "state"), workers=0).check()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        export_coco(tmp_path / "out")
    assert not list((tmp_path / "out" / "annotations").iterdir())
