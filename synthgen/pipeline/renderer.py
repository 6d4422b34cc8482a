"""The renderer that every worker process keeps: one engine, fed shot by shot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from synthgen.capture.capture import capture_shot
from synthgen.capture.engines import Engine, ExternalEngine
from synthgen.capture.frame import Frame
from synthgen.capture.process import EngineProcess
from synthgen.capture.program import Program, engine_command
from synthgen.capture.surfaces import Surfaces
from synthgen.core.cache import Cache
from synthgen.core.processes.usage import Spent, Stages, thread_cpu
from synthgen.pipeline.company import Company
from synthgen.pipeline.script import Script
from synthgen.scene.sections.engine import EngineSettings
from synthgen.world.assets import Asset
from synthgen.world.shot import Shot


def make_engine(
    settings: EngineSettings, cache: Cache, assets: Mapping[str, Asset] | None = None, files: Path | None = None
) -> Engine:
    """The engine that a scene asks for, not started yet.

    Args:
        settings: the scene's.
        cache: of an engine of our own.
        assets: go into the manifest of one of our own.
        files: folder from which the scene names its own pictures and meshes.
    """
    if settings.kind == "external":
        assert settings.port is not None
        return ExternalEngine(settings.host, settings.port, request_timeout=settings.timeout)
    return EngineProcess(
        engine_command(cache.root, settings.renderer, files),
        request_timeout=settings.timeout,
        start_timeout=settings.start_timeout,
        recycle_after=settings.recycle_after,
        assets=assets,
    )


@dataclass(frozen=True)
class RendererFactory:
    """Picklable: what a worker process needs to make its renderer."""

    settings: EngineSettings
    script: Script

    def __call__(self) -> SceneRenderer:
        """A renderer of its own for the process that calls."""
        files = Path(self.script.scene.locate("."))
        return SceneRenderer(self.settings, self.script.cache, lambda: self.script, files=files)


class SceneRenderer:
    """Makes and renders shots of one scene (``cluster.task.ShotRenderer``).

    Args:
        settings: the engine.
        cache: that of the engine too.
        script: what decides the shots; asked for once, when the first shot comes.
        program: the engine's process, where it has been started already.
        files: folder from which the scene names its own pictures and meshes.
    """

    def __init__(
        self,
        settings: EngineSettings,
        cache: Cache,
        script: Callable[[], Script],
        program: Program | None = None,
        files: Path | None = None,
    ) -> None:
        self._engine = make_engine(settings, cache, files=files)
        if program is not None and isinstance(self._engine, EngineProcess):
            self._engine.adopt(program)
        self._stages, self._engine_cpu = Stages(thread_cpu), 0.0
        self._company = lru_cache(maxsize=1)(lambda: Company(script(), self._stages))
        self._surfaces = Surfaces()

    def launch(self) -> None:
        """Begins to start the engine, where it is a process of ours that does not run."""
        if isinstance(self._engine, EngineProcess) and self._engine.pid is None:
            self._engine.launch()

    def open(self) -> None:
        """Starts the engine."""
        with self._stages.stage("engine start"):
            self._engine.start()
        self._note_engine("engine start")

    def shot(self, number: int) -> Shot:
        """The shot of that id."""
        with self._stages.stage("shots"):
            return self._company().shot(number)

    def render(self, shot: Shot) -> list[Frame]:
        """One frame per camera."""
        with self._stages.stage("shots"):
            people = self._company().on_stage(shot)
        with self._stages.stage("capture"):
            return capture_shot(self._engine, shot, *people, self._surfaces)

    def restart(self) -> None:
        """A fresh engine."""
        self._engine.restart("the last shot failed")

    def close(self) -> None:
        """Ends the engine."""
        self._engine.stop()

    def take_spent(self) -> dict[str, Spent]:
        """What each stage took since the last call; what the engine took while it drew is ``engine``, without a wall
        of its own: this side waits for it in ``capture``.
        """
        self._note_engine("engine")
        return self._stages.take()

    def log_tail(self) -> str:
        """The engine's last words."""
        return self._engine.log_tail() if isinstance(self._engine, EngineProcess) else ""

    def _note_engine(self, stage: str) -> None:
        before, self._engine_cpu = self._engine_cpu, self._engine.cpu_seconds()
        self._stages.add(stage, Spent(cpu=self._engine_cpu - before))
