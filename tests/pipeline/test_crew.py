"""Workers that begin early: none is left behind, whatever becomes of the run, and they get their people later."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
import pytest

from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.pipeline import crew as crew_module
from synthgen.pipeline import render
from synthgen.pipeline.crew import RenderRequest, crew_of
from synthgen.pipeline.renderer import SceneRenderer
from synthgen.pipeline.script import Script
from synthgen.scene import Scene, load_scene
from synthgen.world.moment_table import MomentTable

HELLO = Path(__file__).parents[2] / "scenes" / "hello.yaml"


def _external() -> Scene:
    """A scene whose engine is nobody's process."""
    scene = load_scene(HELLO)
    return scene.model_copy(update={"engine": scene.engine.model_copy(update={"kind": "external", "port": 9})})


def _ask(folder: Path, workers: int) -> RenderRequest:
    return RenderRequest(_external(), folder / "out", Cache(folder / "cache"), workers)


def _workers() -> set[int]:
    children = psutil.Process().children(recursive=True)
    alive = [p for p in children if p.status() != psutil.STATUS_ZOMBIE]  # of other tests, not waited for yet
    return {p.pid for p in alive if "spawn_main" in " ".join(p.cmdline())}


def test_one_worker_begins_and_ends_with_the_block(tmp_path: Path) -> None:
    before = _workers()
    with pytest.raises(InputError, match="planted"), crew_of(_ask(tmp_path, 2)) as crew:
        assert crew.count == 1, "an external engine serves one client"
        assert _workers() == before
        crew.begin()
        begun = _workers() - before
        crew.begin()
        assert len(begun) == 1 and _workers() - before == begun
        raise InputError("planted")
    assert _workers() == before
    assert not crew.factory.script.parent.exists()


def test_the_script_comes_later_and_to_nobody_else(tmp_path: Path) -> None:
    with crew_of(_ask(tmp_path, 0)) as crew:
        assert crew.pool is None
        renderer = crew.factory()
        assert isinstance(renderer, SceneRenderer)
        with pytest.raises(FileNotFoundError):
            renderer.shot(0)
        crew.follow(Script(_external(), {}, MomentTable({}, {}), Cache(tmp_path)))
        with pytest.raises(KeyError, match="builtin:squat"):
            renderer.shot(0)
        assert stat.S_IMODE(crew.factory.script.parent.stat().st_mode) == 0o700


def test_a_run_that_is_refused_leaves_no_worker(tmp_path: Path) -> None:
    before = _workers()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    with pytest.raises(InputError, match="not empty"):
        render(_external(), tmp_path / "out", workers=1, cache_dir=tmp_path / "cache", progress=False)
    assert _workers() == before
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]


class Stand:
    """Stands for an engine's process."""

    def __init__(self, command: Sequence[str], log: object, environment: object, assets: Mapping[str, object]) -> None:
        self.command, self.assets, self.pid, self.ended = command, assets, 1, False

    def end(self) -> None:
        self.ended = True

    def cpu_seconds(self) -> float:
        return 0.0


def test_an_engine_that_was_started_first_is_the_first_renderers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew_module, "Program", Stand)
    ask = RenderRequest(load_scene(HELLO), tmp_path / "out", Cache(tmp_path / "cache"), 0)
    with crew_of(ask) as crew:
        factory = crew.factory.begun()
        first, second = factory(), factory()
        started = first._engine._program
        assert isinstance(started, Stand) and str(ask.cache.root) in started.command
        assert not started.assets and second._engine._program is None
        first.launch()
        assert first._engine._program is started, "it runs"
        first.close()
        assert started.ended


def test_nobody_elses_engine_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "Program", None)
    with crew_of(_ask(tmp_path, 0)) as crew:
        assert crew.factory.begun() is crew.factory


def test_an_engine_that_cannot_be_started_first_is_left_to_the_renderer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(11, "planted")

    monkeypatch.setattr(crew_module, "Program", refuse)
    with crew_of(RenderRequest(load_scene(HELLO), tmp_path, Cache(tmp_path), 0)) as crew:
        assert crew.factory.begun() is crew.factory
