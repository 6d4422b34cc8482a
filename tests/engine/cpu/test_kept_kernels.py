"""Kernels of versions that nobody uses any more go; those in use stay."""

from __future__ import annotations

import os

from synthgen.core.cache import Cache
from synthgen.engine.cpu.compile import main
from synthgen.engine.cpu.compiled import complete_mark
from synthgen.engine.cpu.folder import ever_compiled, forget_old_kernels, kernel_folder

DAY = 86400.0


def test_only_what_was_not_used_for_a_month_is_forgotten(tmp_path):
    cache = Cache(tmp_path)
    now = 1e9
    for name, days in (("lately", 20), ("long ago", 40)):
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        (folder / "complete-x").touch()
        os.utime(folder / "complete-x", (now - days * DAY,) * 2)
    kernel_folder(cache).mkdir()
    assert not ever_compiled(cache)
    complete_mark(cache).touch()
    assert ever_compiled(cache)
    os.utime(complete_mark(cache), (now - 90 * DAY,) * 2)  # ours: being used now
    (tmp_path / "kernels" / "being compiled").mkdir()
    assert [p.name for p in forget_old_kernels(cache, now)] == ["long ago"]
    assert sorted(p.name for p in (tmp_path / "kernels").iterdir()) == sorted(
        ["being compiled", "lately", kernel_folder(cache).name]
    )


def test_compiling_says_when_nothing_can_be_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("synthgen.engine.cpu.compile.draw_something", lambda: None)
    file = tmp_path / "no folder"
    file.touch()
    assert main(["--cache", str(file)]) == 1
    assert f"cannot be kept in {file}" in capsys.readouterr().err
    assert main(["--cache", str(tmp_path / "cache")]) == 0
