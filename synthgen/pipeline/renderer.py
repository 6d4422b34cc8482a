"""The renderer that every worker process keeps: one engine, fed shot by shot."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from synthgen.capture.capture import capture_shot
from synthgen.capture.engines import Engine, ExternalEngine
from synthgen.capture.frame import Frame
from synthgen.capture.process import EMBEDDED_ENGINE, EngineProcess
from synthgen.capture.surfaces import Surfaces
from synthgen.core.cache import Cache
from synthgen.core.processes.usage import Spent, Stages, thread_cpu
from synthgen.pipeline.actors import Actor
from synthgen.pipeline.rig_motions import MotionStore
from synthgen.scene.sections.engine import EngineSettings
from synthgen.world.assets import Asset, keyed
from synthgen.world.shot import Shot


def make_engine(settings: EngineSettings, cache: Cache, assets: Mapping[str, Asset] | None = None) -> Engine:
    """The engine that a scene asks for, not started yet; ``assets`` go into the manifest of one of our own."""
    if settings.kind == "external":
        assert settings.port is not None
        return ExternalEngine(settings.host, settings.port, request_timeout=settings.timeout)
    return EngineProcess(
        (sys.executable, *EMBEDDED_ENGINE[1:], "--cache", str(cache.root), "--renderer", settings.renderer),
        request_timeout=settings.timeout,
        start_timeout=settings.start_timeout,
        recycle_after=settings.recycle_after,
        assets=assets,
    )


@dataclass(frozen=True)
class RendererFactory:
    """Picklable: what a worker process needs to make its renderer."""

    settings: EngineSettings
    cache: Cache
    motions: MotionStore
    actors: Mapping[str, Actor]

    def __call__(self) -> SceneRenderer:
        """A renderer of its own for the process that calls."""
        return SceneRenderer(self)


class SceneRenderer:
    """Renders shots of one scene (``cluster.task.ShotRenderer``)."""

    def __init__(self, factory: RendererFactory) -> None:
        cast = keyed(a.asset for a in factory.actors.values() if a.asset is not None)
        self._engine = make_engine(factory.settings, factory.cache, cast)
        self._motions = factory.motions
        self._bodies = {name: a.body for name, a in factory.actors.items()}
        self._sites = {name: a.sites for name, a in factory.actors.items()}
        self._surfaces = Surfaces()
        self._stages, self._engine_cpu = Stages(thread_cpu), 0.0

    def open(self) -> None:
        """Starts the engine."""
        with self._stages.stage("engine start"):
            self._engine.start()
        self._note_engine("engine start")

    def render(self, shot: Shot) -> list[Frame]:
        """One frame per camera."""
        with self._stages.stage("capture"):
            return capture_shot(self._engine, shot, self._motions, self._bodies, self._sites, self._surfaces)

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
