"""The process behind an engine: its socket, its log, its scratch folder, and its end."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from synthgen.capture.errors import EngineLost, EngineTimeout
from synthgen.core.processes.environment import array_environment
from synthgen.core.processes.usage import process_cpu
from synthgen.core.scratch import Scratch
from synthgen.world.assets import Asset, write_manifest

EMBEDDED_ENGINE: tuple[str, ...] = (
    sys.executable,
    "-m",
    "synthgen.engine",
    "--socket",
    "{socket}",
    "--assets",
    "{assets}",
    "--die-with-parent",
)


def engine_command(cache: Path, renderer: str, files: Path | None = None) -> tuple[str, ...]:
    """How the embedded engine is started.

    Args:
        cache: its cache's folder.
        renderer: what it draws with.
        files: folder from which a scene names its own pictures and meshes.
    """
    own = () if files is None else ("--files", str(files))
    return (*EMBEDDED_ENGINE, "--cache", str(cache), "--renderer", renderer, *own)


class Program:
    """One process that serves an engine, from its start to its end; :meth:`end` must be called.

    Args:
        command: what to run; ``{socket}`` in it stands for the socket's path, ``{assets}`` for that of the manifest.
        log: file that its standard error is appended to; one in the scratch folder when None.
        environment: variables added to ours.
        assets: what the manifest holds, by content key.

    Attributes:
        socket: path of the UNIX socket, in a folder that no other user can enter.
        process: the process.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(
        self, command: Sequence[str], log: Path | None, environment: Mapping[str, str], assets: Mapping[str, Asset]
    ) -> None:
        self._scratch = Scratch("engine")
        # The kernel's parent-death signal is tied to the *thread* that forked, not to our process: this one
        # lives as long as the engine is wanted, whichever short-lived thread asks for it.
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="engine-keeper")
        self._ended_cpu: float | None = None
        runtime = self._scratch.path / "runtime"
        self.socket = str(self._scratch.path / "engine.socket")
        self.log = log or self._scratch.path / "engine.log"
        manifest = self._scratch.path / "assets.json"
        self.command = [part.replace("{socket}", self.socket).replace("{assets}", str(manifest)) for part in command]
        variables = {**os.environ, **array_environment(), "XDG_RUNTIME_DIR": str(runtime), **environment}
        try:
            runtime.mkdir(mode=0o700)
            write_manifest(manifest, assets)
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.process = self._keeper.submit(self._spawn, variables).result()
        except OSError:
            self._tidy_up()
            raise
        self._listens: queue.SimpleQueue[bool] = queue.SimpleQueue()
        threading.Thread(target=_drain, args=(self.process, self._listens), name="engine-stdout", daemon=True).start()

    def _spawn(self, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        with self.log.open("a") as log:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                text=True,
                start_new_session=True,  # a Ctrl-C is ours to handle: we stop it
            )

    def wait_until_it_listens(self, seconds: float) -> None:
        """Waits for the line ``{"event": "listening", …}`` on standard output. Called once.

        Raises:
            EngineTimeout: it did not come in time.
            EngineLost: the process ended.
        """
        try:
            listens = self._listens.get(timeout=seconds)
        except queue.Empty:
            raise EngineTimeout(
                f"the engine did not start within {seconds:g} s",
                command=" ".join(self.command),
                remedy="run synthgen doctor; on a slow machine raise the start time-out",
            ) from None
        if not listens:
            raise EngineLost(
                f"the engine ended while it started (exit status {self.process.wait()})",
                command=" ".join(self.command),
                remedy="run synthgen doctor",
            )

    @property
    def pid(self) -> int | None:
        """Process id while the process lives."""
        return self.process.pid if self.process.poll() is None else None

    def cpu_seconds(self) -> float:
        """Processor seconds of the process up to now, or up to when :meth:`end` was called."""
        return process_cpu(self.process.pid) if self._ended_cpu is None else self._ended_cpu

    def log_tail(self, lines: int) -> str:
        """The last lines that the process wrote to standard error."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def end(self, grace: float = 3.0) -> None:
        """Asks the process to end, then kills it, and removes its scratch folder. Returns when it is gone."""
        if self._ended_cpu is None:
            self._ended_cpu = self.cpu_seconds()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self._tidy_up()

    def _tidy_up(self) -> None:
        self._keeper.shutdown(wait=True)
        self._scratch.remove()


def _drain(process: subprocess.Popen[str], found: queue.SimpleQueue[bool]) -> None:
    """Reads what the process prints until it ends, so that the pipe never fills."""
    assert process.stdout is not None
    try:
        with process.stdout:
            for line in process.stdout:
                try:
                    event = json.loads(line)
                except json.JSONDecodeError:
                    continue
                if isinstance(event, dict) and event.get("event") == "listening":
                    found.put(True)
    finally:  # whoever waits must not wait for a line that cannot come any more
        found.put(False)
