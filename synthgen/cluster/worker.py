"""What happens to one shot inside a worker: tries, a watchdog, a record when it is set aside."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from synthgen.cluster.memory import peak_memory
from synthgen.cluster.task import ShotRenderer, ShotResult, ShotTask
from synthgen.cluster.tries import Failure, Tries
from synthgen.core.errors import EngineError, RunError, SynthgenError
from synthgen.core.files.whole import write_whole
from synthgen.core.processes.usage import Stages, thread_cpu
from synthgen.core.system import LIMITS
from synthgen.dataset.layout import failed_path, manifest_path
from synthgen.dataset.staging import is_staged, stage_shot

_LOG = logging.getLogger(__name__)

TRIES = 3
"""Tries at a shot before it is set aside, and at starting an engine before the run stops."""

LOG_LINES = 40
"""Lines of an engine's log that a failed shot's record keeps."""


class ShotWorker:
    """Owns one renderer and takes shots through it.

    Args:
        factory: makes the renderer.
        timeout: seconds for one try, after which this *process* is ended with a traceback in the record;
            None when the process must live.
    """

    def __init__(self, factory: Callable[[], ShotRenderer], timeout: float | None = None) -> None:
        self._factory, self._timeout = factory, timeout
        self._renderer: ShotRenderer | None = None

    def do(self, task: ShotTask) -> ShotResult:
        """Renders and stages one shot, or sets it aside after :data:`TRIES` failures.

        Raises:
            RunError: no engine can be started.
            InputError: what the user gave does not fit; no other shot would do better.
            OSError: the output cannot be written.
        """
        shot = task.shot
        if manifest_path(Path(task.out), task.shard).exists() or is_staged(Path(task.out), task.shard, shot.id):
            return ShotResult(shot.id, task.shard)
        tries = Tries(Path(task.out), task.shard, shot.id)
        failure = Failure("its worker process ended without a word", "")
        if tries.count:
            _LOG.warning("shot %d: its worker process ended in try %d of %d", shot.id, tries.count, TRIES)
            failure = tries.last_words() or failure
        while tries.count < TRIES:
            renderer = self._open()
            tries.add()
            try:
                return self._once(task, renderer, tries)
            except EngineError as error:
                failure = Failure(str(error), _log_tail(renderer))
                _LOG.warning("shot %d: try %d of %d failed: %s", shot.id, tries.count, TRIES, error)
                self._restart(renderer)
            except (SynthgenError, OSError, MemoryError):
                with contextlib.suppress(OSError):
                    tries.clear()
                raise
            except Exception as error:  # a fault in our own code: another try would end the same way
                failure = Failure(f"{type(error).__name__}: {error}", traceback.format_exc())
                break
        return self._set_aside(task, failure, tries)

    def close(self) -> None:
        """Ends the renderer; its errors are of no use to anyone by now."""
        if self._renderer is not None:
            with contextlib.suppress(Exception):
                self._renderer.close()
            self._renderer = None

    def _once(self, task: ShotTask, renderer: ShotRenderer, tries: Tries) -> ShotResult:
        """One try: render, then stage."""
        with self._watched(tries):
            stages = Stages(thread_cpu)
            began = stages.now()
            try:
                frames = renderer.render(task.shot)
            except OSError as error:
                if error.errno in LIMITS:
                    raise  # the next try would meet them too
                raise EngineError(f"{type(error).__name__} while rendering: {error}") from error
            if len(frames) != task.cameras:
                raise ValueError(f"{task.cameras} cameras gave {len(frames)} frames")
            rendered = stages.now() - began
            with stages.stage("write"):
                written = stage_shot(Path(task.out), task.shard, task.shot, frames, task.output, task.plan)
        retries = tries.count - 1
        tries.clear()
        stages.add_all(renderer.take_spent() if hasattr(renderer, "take_spent") else {"render": rendered})
        return ShotResult(
            task.shot.id,
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
            renderer = self._factory()
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

    def _set_aside(self, task: ShotTask, failure: Failure, tries: Tries) -> ShotResult:
        """Writes the record of a shot that failed for good."""
        record = {
            "shot": task.shot.id,
            "shard": task.shard,
            "tries": tries.count,
            "error": failure.what,
            "log": failure.log.splitlines()[-LOG_LINES:],
        }
        path = failed_path(Path(task.out), task.shot.id)
        write_whole(path, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
        return ShotResult(
            task.shot.id, task.shard, failed=failure.what, retries=tries.count - 1, peak_rss_mb=peak_memory()
        )

    @contextlib.contextmanager
    def _watched(self, tries: Tries) -> Iterator[None]:
        """Ends this process, from a thread that needs no GIL, when a try takes too long."""
        if self._timeout is None:
            yield
            return
        with tries.hang_file.open("w") as file:
            faulthandler.dump_traceback_later(self._timeout, exit=True, file=file)
            try:
                yield
            finally:
                faulthandler.cancel_dump_traceback_later()


def _log_tail(renderer: ShotRenderer) -> str:
    try:
        return str(renderer.log_tail()) if hasattr(renderer, "log_tail") else ""
    except Exception:
        return ""
