"""What happens to one shot inside a worker: tries, a watchdog, a writer, a record when it is set aside."""

from __future__ import annotations

import contextlib
import json
import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from synthgen.capture.frame import Frame
from synthgen.cluster.memory import peak_memory
from synthgen.cluster.shots import checked
from synthgen.cluster.task import ShotRenderer, ShotResult, ShotTask
from synthgen.cluster.tries import TRIES, Failure, Tries
from synthgen.cluster.watchdog import Watchdog
from synthgen.cluster.writer import Writer
from synthgen.core.errors import EngineError, RunError, SynthgenError
from synthgen.core.files.whole import write_whole
from synthgen.core.processes.usage import Stages, thread_cpu
from synthgen.core.system import LIMITS
from synthgen.dataset.layout import failed_path, manifest_path
from synthgen.dataset.staging import is_staged, stage_shot
from synthgen.world.shot import Shot

_LOG = logging.getLogger(__name__)

LOG_LINES = 40
"""Lines of an engine's log that a failed shot's record keeps."""


class ShotWorker:
    """Owns one renderer and takes shots through it; what is rendered is written while the next shot is rendered.

    Args:
        factory: makes the renderer.
        timeout: seconds for rendering a shot, and for writing one, after which this *process* is ended with a
            traceback in the record; None when the process must live.
    """

    def __init__(self, factory: Callable[[], ShotRenderer], timeout: float | None = None) -> None:
        self._factory, self._watchdog = factory, Watchdog(timeout)
        self._renderer: ShotRenderer | None = None
        self._writer = Writer()
        self._launched: ShotRenderer | None = factory()
        with contextlib.suppress(EngineError):  # it is tried again when it is opened
            _launch(self._launched)

    def do(self, task: ShotTask) -> ShotResult | Future[ShotResult]:
        """Renders one shot and begins to stage it, or sets it aside after :data:`TRIES` failures.

        Returns:
            the result, or what will be the result when the shot is staged. A shot in whose company a process has ended
            before is staged when this returns, and nothing else is being written meanwhile: so it can harm no other
            one, and none can harm it twice.

        Raises:
            RunError: no engine can be started.
            InputError: what the user gave does not fit; no other shot would do better.
            OSError: the output cannot be written.
        """
        if manifest_path(Path(task.out), task.shard).exists() or is_staged(Path(task.out), task.shard, task.shot):
            return ShotResult(task.shot, task.shard)
        tries = Tries(Path(task.out), task.shard, task.shot)
        failure = Failure("its worker process ended without a word", "")
        if suspect := tries.count > 0:
            self._writer.wait()
            _LOG.warning("shot %d: its worker process ended in try %d of %d", task.shot, tries.count, TRIES)
            failure = tries.last_words() or failure
        while tries.count < TRIES:
            renderer = self._open()
            tries.add()
            try:
                shot, frames, stages = self._render(task, renderer, tries)
            except EngineError as error:
                failure = Failure(str(error), _log_tail(renderer))
                _LOG.warning("shot %d: try %d of %d failed: %s", task.shot, tries.count, TRIES, error)
                self._restart(renderer)
            except (SynthgenError, OSError, MemoryError):
                _forget(tries)
                raise
            except Exception as error:  # a fault in our own code: another try would end the same way
                failure = Failure(f"{type(error).__name__}: {error}", traceback.format_exc())
                break
            else:
                write = partial(self._write, task, shot, frames, tries, stages)
                return write() if suspect else self._writer.begin(write)
        return _set_aside(task, failure, tries)

    def close(self) -> None:
        """Finishes what is being written and ends the renderer; its errors are of no use to anyone by now."""
        self._writer.close()
        for renderer in (self._renderer, self._launched):
            if renderer is not None:
                with contextlib.suppress(Exception):
                    renderer.close()
        self._renderer = self._launched = None

    def _render(self, task: ShotTask, renderer: ShotRenderer, tries: Tries) -> tuple[Shot, list[Frame], Stages]:
        """One try at a shot and its frames, and what it took."""
        stages = Stages(thread_cpu)
        with self._watchdog.over(tries.hang_file):
            began = stages.now()
            try:
                shot = checked(renderer.shot(task.shot), task.shot, task.cameras)
                frames = renderer.render(shot)
            except OSError as error:
                if error.errno in LIMITS:
                    raise  # the next try would meet them too
                raise EngineError(f"{type(error).__name__} while rendering: {error}") from error
            if len(frames) != task.cameras:
                raise ValueError(f"{task.cameras} cameras gave {len(frames)} frames")
            rendered = stages.now() - began
        stages.add_all(renderer.take_spent() if hasattr(renderer, "take_spent") else {"render": rendered})
        return shot, frames, stages

    def _write(self, task: ShotTask, shot: Shot, frames: list[Frame], tries: Tries, stages: Stages) -> ShotResult:
        """Stages a shot; in the writer's thread, unless the shot is suspect. Raises as :meth:`do`."""
        try:
            with self._watchdog.over(tries.hang_file), stages.stage("write"):
                written = stage_shot(Path(task.out), task.shard, shot, frames, task.output, task.plan)
        except (SynthgenError, OSError, MemoryError):
            _forget(tries)
            raise
        except Exception as error:
            return _set_aside(task, Failure(f"{type(error).__name__}: {error}", traceback.format_exc()), tries)
        retries = tries.count - 1
        tries.clear()
        return ShotResult(
            task.shot,
            task.shard,
            images=len(frames),
            bytes=written,
            retries=retries,
            spent=stages.spent,
            peak_rss_mb=peak_memory(),
        )

    def _open(self) -> ShotRenderer:
        """The renderer, started when it is not."""
        failures = 0
        while self._renderer is None:
            renderer, self._launched = self._launched or self._factory(), None
            try:
                renderer.open()
            except EngineError as error:
                failures += 1
                _LOG.warning("the engine did not start, try %d of %d: %s", failures, TRIES, error)
                with contextlib.suppress(Exception):
                    renderer.close()
                if failures == TRIES:
                    raise RunError(f"the engine cannot be started: {error}") from error
            else:
                self._renderer = renderer
        return self._renderer

    def _restart(self, renderer: ShotRenderer) -> None:
        try:
            renderer.restart()
        except EngineError as error:
            _LOG.warning("the engine did not restart: %s", error)
            self.close()


def _set_aside(task: ShotTask, failure: Failure, tries: Tries) -> ShotResult:
    """Writes the record of a shot that failed for good."""
    record = {
        "shot": task.shot,
        "shard": task.shard,
        "tries": tries.count,
        "error": failure.what,
        "log": failure.log.splitlines()[-LOG_LINES:],
    }
    path = failed_path(Path(task.out), task.shot)
    write_whole(path, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
    return ShotResult(task.shot, task.shard, failed=failure.what, retries=tries.count - 1, peak_rss_mb=peak_memory())


def _forget(tries: Tries) -> None:
    """Takes tries off the record that ended for a reason that is not the shot's."""
    with contextlib.suppress(OSError):
        tries.clear()


def _launch(renderer: ShotRenderer) -> None:
    if hasattr(renderer, "launch"):
        renderer.launch()


def _log_tail(renderer: ShotRenderer) -> str:
    try:
        return str(renderer.log_tail()) if hasattr(renderer, "log_tail") else ""
    except Exception:
        return ""
