"""An engine in a process of its own: started, watched, restarted, and never left behind."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from synthgen.capture.client import Client
from synthgen.capture.engines import Engine
from synthgen.capture.errors import EngineLost, EngineTimeout
from synthgen.core.errors import EngineError
from synthgen.core.processes.usage import process_cpu
from synthgen.core.scratch import Scratch
from synthgen.world.assets import Asset, write_manifest

_LOG = logging.getLogger(__name__)

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


class EngineProcess(Engine):
    """An engine in a process of its own, on a UNIX socket in a folder that no other user can enter.

    Args:
        command: what to run; the word ``{socket}`` stands for the socket's path, ``{assets}`` for the manifest's. The
            process prints one JSON line ``{"event": "listening", "socket": …}`` when it serves.
        assets: what the manifest beside it holds, by content key: what it need not be told.
        log: file that its standard error is appended to; one in the scratch folder when None.
        request_timeout: seconds; the watchdog of every request.
        start_timeout: seconds from the start to the ``listening`` line.
        recycle_after: shots after which a fresh process takes over; None for never.
        environment: variables added to ours.
    """

    def __init__(
        self,
        command: Sequence[str] = EMBEDDED_ENGINE,
        *,
        log: Path | None = None,
        request_timeout: float = 60.0,
        start_timeout: float = 120.0,
        recycle_after: int | None = 200,
        environment: Mapping[str, str] | None = None,
        assets: Mapping[str, Asset] | None = None,
    ) -> None:
        super().__init__(request_timeout=request_timeout, recycle_after=recycle_after)
        self.command, self.start_timeout = tuple(command), start_timeout
        self._log, self._environment, self._assets = log, dict(environment or {}), dict(assets or {})
        self._process: subprocess.Popen[str] | None = None
        self._ended_cpu = 0.0
        self._scratch: Scratch | None = None
        # The kernel's parent-death signal is tied to the *thread* that forked, not to our process: this one
        # lives as long as the engine is wanted, whichever short-lived thread asks for it.
        self._keeper: ThreadPoolExecutor | None = None

    @property
    def pid(self) -> int | None:
        """Process id while the process lives."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def healthy(self) -> bool:
        """True when the process lives and answers now."""
        return self.pid is not None and super().healthy()

    def cpu_seconds(self) -> float:
        """Processor seconds of this engine and of those before it."""
        return self._ended_cpu + (process_cpu(self.pid) if self.pid is not None else 0.0)

    def log_tail(self, lines: int = 12) -> str:
        """The last lines that the process wrote to standard error."""
        if self._log is None and self._scratch is None:
            return ""
        try:
            return "\n".join(self._log_file().read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _log_file(self) -> Path:
        if self._log is not None:
            return self._log
        assert self._scratch is not None
        return self._scratch.path / "engine.log"

    def _listed(self) -> Iterable[str]:
        return self._assets if "{assets}" in self.command else ()

    def _open(self) -> Client:
        self.stop()
        self._scratch = Scratch("engine")
        runtime = self._scratch.path / "runtime"
        runtime.mkdir(mode=0o700)
        socket_file, manifest = str(self._scratch.path / "engine.socket"), self._scratch.path / "assets.json"
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), **self._environment}
        self._log_file().parent.mkdir(parents=True, exist_ok=True)
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="engine-keeper")
        try:
            write_manifest(manifest, self._assets)
            command = [
                part.replace("{socket}", socket_file).replace("{assets}", str(manifest)) for part in self.command
            ]
            self._process = self._keeper.submit(self._spawn, command, environment).result()
            self._wait_until_it_listens(self._process)
            return Client(unix=socket_file, timeout=self.request_timeout).connect()
        except OSError as error:
            self.stop()
            raise EngineLost(
                f"the engine cannot be started ({error})", command=" ".join(self.command), remedy="run synthgen doctor"
            ) from error
        except EngineError as error:
            tail = self.log_tail()
            self.stop()
            error.args = (f"{error}\n  last lines of its log:\n{tail}" if tail else str(error),)
            raise

    def _spawn(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
        with self._log_file().open("a") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                text=True,
                start_new_session=True,  # a Ctrl-C is ours to handle: we stop it
            )

    def _wait_until_it_listens(self, process: subprocess.Popen[str]) -> None:
        """Waits for the ``listening`` line. A thread goes on draining the pipe, so that it never fills."""
        found: queue.SimpleQueue[bool] = queue.SimpleQueue()
        threading.Thread(target=_drain, args=(process, found), name="engine-stdout", daemon=True).start()
        try:
            listens = found.get(timeout=self.start_timeout)
        except queue.Empty:
            raise EngineTimeout(
                f"the engine did not start within {self.start_timeout:g} s",
                command=" ".join(self.command),
                remedy="run synthgen doctor; on a slow machine raise the start time-out",
            ) from None
        if not listens:
            code = process.wait()
            raise EngineLost(
                f"the engine ended while it started (exit status {code})",
                command=" ".join(self.command),
                remedy="run synthgen doctor",
            )

    def stop(self) -> None:
        """Ends the process (asked, then killed) and removes its scratch folder."""
        super().stop()
        if self._process is not None:
            self._ended_cpu = self.cpu_seconds()
            _end(self._process)
            self._process = None
        if self._keeper is not None:
            self._keeper.shutdown(wait=True)
            self._keeper = None
        if self._scratch is not None:
            self._scratch.remove()
            self._scratch = None

    def _exit_status(self) -> int | None:
        """The process's exit status; a dying process closes its connection a moment before it is gone."""
        if self._process is None:
            return None
        if self._client is not None and not self._client.connected:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.5)
        return self._process.poll()

    def restart(self, reason: str = "asked for") -> None:
        """Ends the process, however it is, and starts another; reason and log tail go to the log."""
        if (code := self._exit_status()) is not None:
            reason = f"{reason} (it had ended with status {code})"
        if tail := self.log_tail(5):
            _LOG.warning("last lines of the engine's log:\n%s", tail)
        super().restart(reason)


def _drain(process: subprocess.Popen[str], found: queue.SimpleQueue[bool]) -> None:
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


def _end(process: subprocess.Popen[str], grace: float = 3.0) -> None:
    """Asks a process to end, then kills it. Returns when it is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
