"""The same pixels whatever the processor; kernels that several processes compile, or nobody can keep."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import synthgen.engine.cpu
from synthgen.core.cache import Cache
from synthgen.core.cache.folder import CACHE_VARIABLE
from synthgen.engine.cpu.compile import compile_all
from synthgen.engine.cpu.compiled import complete_mark, keep_kernels
from synthgen.engine.cpu.folder import kernel_folder
from synthgen.engine.cpu.renderer import CpuRenderer

from .scene import picture, small_scene

ROOT = Path(__file__).resolve().parents[3]

POOR = {
    "NUMBA_CPU_NAME": "generic",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3" if os.uname().machine == "x86_64" else "",
    "OPENBLAS_CORETYPE": "Prescott" if os.uname().machine == "x86_64" else "",
}
"""A processor that can do little more than the first of its kind."""


def drawing(cache: Path | str, **environment: str) -> subprocess.Popen:
    """A process that draws the scene of ``scene.py``."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engine.cpu.scene"],
        cwd=ROOT,
        env={**os.environ, CACHE_VARIABLE: str(cache), **{k: v for k, v in environment.items() if v}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def printed(process: subprocess.Popen) -> str:
    out, errors = process.communicate(timeout=500)
    assert process.returncode == 0, errors
    return out.strip()


@pytest.mark.long
def test_pixels_are_the_same_whatever_the_processor(shared_cache, tmp_path):
    rich, poor = drawing(shared_cache.root), drawing(tmp_path, **POOR)
    assert printed(rich) == printed(poor)
    assert len([*kernel_folder(Cache(tmp_path)).glob("complete-*")]) == 1
    assert not complete_mark(Cache(tmp_path)).exists()  # the other processor's is there, not ours


@pytest.mark.long
def test_processes_that_start_at_once_on_an_empty_cache_all_draw(shared_cache, tmp_path):
    processes = [drawing(tmp_path) for _ in range(3)]
    seen = {printed(p) for p in processes}
    assert seen == {printed(drawing(shared_cache.root))}
    assert complete_mark(Cache(tmp_path)).exists()
    assert compile_all(Cache(tmp_path)) is False
    keep_kernels(shared_cache)  # where this process's kernels were


def test_a_picture_shows_what_was_put_there_and_is_drawn_again_to_the_same_bits(shared_cache):
    stage = small_scene()
    first, again = (picture(CpuRenderer(shared_cache.root), stage) for _ in range(2))
    for name in ("colour", "depth", "owner"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()
    assert len(np.unique(first.owner)) == 4 and np.isfinite(first.depth).all()
    assert first.colour[..., :3].std() > 20


def test_a_folder_that_cannot_be_made_only_warns(tmp_path, caplog):
    (tmp_path / "kernels").write_text("no folder")
    keep_kernels(Cache(tmp_path))
    assert "cannot be kept" in caplog.text and str(tmp_path) in caplog.text


def test_a_folder_that_cannot_be_written_only_warns_and_nothing_is_kept_elsewhere(tmp_path, caplog, monkeypatch):
    """numba's own answer are folders beside the sources, where kernels grow stale."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    kept = list(Path(synthgen.engine.cpu.__file__).parent.rglob("*.nbi"))
    with monkeypatch.context() as patch:
        real = os.makedirs
        patch.setattr(
            "numba.core.caching.os.makedirs",
            lambda path, **more: refuse() if str(tmp_path) in str(path) else real(path, **more),
        )
        keep_kernels(Cache(tmp_path))
    assert "cannot be kept" in caplog.text
    assert kept == list(Path(synthgen.engine.cpu.__file__).parent.rglob("*.nbi")) == []


def test_kernels_of_other_sources_versions_or_processors_lie_elsewhere(tmp_path, monkeypatch, shared_cache):
    cache = Cache(tmp_path)
    ours = kernel_folder(cache)
    assert ours == kernel_folder(cache) and ours.is_relative_to(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("synthgen.core.kernels.folder.version", lambda package: "0.0")
        assert kernel_folder(cache) != ours
    source = tmp_path / "cpu" / "folder.py"
    source.parent.mkdir()
    source.write_text("another kernel")
    with monkeypatch.context() as patch:
        patch.setattr("synthgen.engine.cpu.folder.__file__", str(source))
        theirs = kernel_folder(cache)
        source.write_text("a changed kernel")
        assert len({ours, theirs, kernel_folder(cache)}) == 3
    mark = complete_mark(cache)
    with monkeypatch.context() as patch:
        patch.setattr("synthgen.core.kernels.keeping._processor", lambda: ("other", ""))
        keep_kernels(cache)
        assert complete_mark(cache) != mark
        others = {path.name for path in ours.iterdir()}
    keep_kernels(cache)
    assert len({path.name for path in ours.iterdir()} - others) == 1
    keep_kernels(shared_cache)  # where this process's kernels were
