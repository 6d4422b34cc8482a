"""The workers that render, got ready while what they render is still being prepared.

To load libraries and to start an engine takes as long as to plan a run whose fits and bodies are cached. So one worker
begins as soon as the scene is known; what decides the shots follows in a file.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthgen.capture.program import Program, engine_command
from synthgen.cluster.pool import WorkerPool
from synthgen.core.scratch import Scratch
from synthgen.engine.cpu.folder import ever_compiled
from synthgen.engine.presence import may_have_gpu

if TYPE_CHECKING:
    from synthgen.core.cache import Cache
    from synthgen.pipeline.renderer import SceneRenderer
    from synthgen.pipeline.script import Script
    from synthgen.scene import Scene
    from synthgen.scene.sections.engine import EngineSettings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class RenderRequest:
    """What is asked for.

    Attributes:
        scene: the scene.
        out: the output folder.
        cache: of fits, bodies and motions; the engines' too.
        workers: processes; 0 for none but this one.
        progress: show progress bars.
        thorough: read all that is there to find damage.
        sample: the scene's shots that are rendered; all of them when it is empty.
    """

    scene: Scene
    out: Path
    cache: Cache
    workers: int
    progress: bool = False
    thorough: bool = False
    sample: tuple[int, ...] = ()


@dataclass(frozen=True)
class EarlyFactory:
    """Makes renderers of shots that are not decided yet; picklable.

    Attributes:
        settings: the engine.
        cache: the engine's cache.
        script: file in which the script will be when the first shot comes.
        files: folder from which the scene names its own pictures and meshes.
    """

    settings: EngineSettings
    cache: Cache
    script: Path
    files: Path

    def begun(self) -> Callable[[], SceneRenderer]:
        """The same in a worker process, with an engine for the first renderer: it starts while the process still loads
        what a renderer needs.
        """
        if self.settings.kind == "external":
            return self
        command = engine_command(self.cache.root, self.settings.renderer, self.files)
        with contextlib.suppress(OSError):  # the renderer tries it again, and says what is wrong
            return _Begun(self, Program(command, None, {}, {}))
        return self

    def __call__(self, program: Program | None = None) -> SceneRenderer:
        """A renderer of its own for the process that calls."""
        from synthgen.pipeline.renderer import SceneRenderer

        return SceneRenderer(self.settings, self.cache, partial(_read, self.script), program, self.files)


class _Begun:
    """A factory whose first renderer gets an engine that was started before."""

    def __init__(self, factory: EarlyFactory, program: Program) -> None:
        self._factory = factory
        self._program: Program | None = program

    def __call__(self) -> SceneRenderer:
        program, self._program = self._program, None
        return self._factory(program)


class Crew:
    """The workers of one run.

    Args:
        ask: what is asked for.
        folder: where the script is put; no other user can enter it.

    Attributes:
        count: processes that render: an external engine serves one client.
        timeout: longest seconds that a try at a shot may take: an engine's start, and for every camera the slowest of
            its commands.
        factory: makes the renderers.
        pool: the workers; None without any.
    """

    def __init__(self, ask: RenderRequest, folder: Path) -> None:
        scene, engine = ask.scene, ask.scene.engine
        draws_itself = engine.kind == "embedded" and (
            engine.renderer == "cpu" or (engine.renderer == "auto" and not may_have_gpu())
        )
        if draws_itself and not ever_compiled(ask.cache):
            _LOG.warning("the CPU renderer's kernels are compiled first: once per version, about half a minute")
        self.count = min(ask.workers, 1) if engine.kind == "external" else ask.workers
        self.timeout = engine.start_timeout + (2 + scene.camera.per_shot) * engine.timeout + 60
        self.factory = EarlyFactory(engine, ask.cache, folder / "script", Path(scene.locate(".")))
        self.pool = WorkerPool(self.factory, self.count, self.timeout) if self.count else None

    def begin(self) -> None:
        """One worker begins to get ready, unless it has begun already."""
        if self.pool is not None:
            self.pool.begin()

    def follow(self, script: Script) -> None:
        """Tells the workers what they will render; called before the first shot is handed out."""
        self.factory.script.write_bytes(pickle.dumps(script))


@contextlib.contextmanager
def crew_of(ask: RenderRequest) -> Iterator[Crew]:
    """The workers of one run, ended with the block, whatever they do then."""
    with Scratch("script") as folder, contextlib.ExitStack() as stack:
        crew = Crew(ask, folder)
        if crew.pool is not None:
            stack.push(crew.pool)
        yield crew


def _read(path: Path) -> Any:
    """The script; the file is this run's own, in a folder that no other user can enter."""
    return pickle.loads(path.read_bytes())
