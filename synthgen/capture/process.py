"""An engine in a process of its own: started, watched, restarted, and never left behind."""

from __future__ import annotations

import contextlib
import logging
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from synthgen.capture.client import Client
from synthgen.capture.engines import Engine
from synthgen.capture.errors import EngineLost
from synthgen.capture.program import EMBEDDED_ENGINE, Program
from synthgen.core.errors import EngineError
from synthgen.world.assets import Asset

_LOG = logging.getLogger(__name__)


class EngineProcess(Engine):
    """An engine in a process of its own, on a UNIX socket in a folder that no other user can enter.

    Args:
        command: what to run; ``{socket}`` in it stands for the socket's path, ``{assets}`` for that of the manifest.
            The process prints one JSON line ``{"event": "listening", "socket": …}`` when it serves.
        assets: what the manifest beside it holds, by content key.
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
        self._program: Program | None = None
        self._ended_cpu = 0.0

    @property
    def pid(self) -> int | None:
        """Process id while the process lives."""
        return self._program.pid if self._program is not None else None

    def healthy(self) -> bool:
        """True when the process lives and answers now."""
        return self.pid is not None and super().healthy()

    def cpu_seconds(self) -> float:
        """Processor seconds of this engine and of those before it."""
        return self._ended_cpu + (self._program.cpu_seconds() if self._program is not None else 0.0)

    def log_tail(self, lines: int = 12) -> str:
        """The last lines that the process wrote to standard error."""
        return self._program.log_tail(lines) if self._program is not None else ""

    def launch(self) -> None:
        """Starts the process and does not wait for it; :meth:`start` does then.

        Raises:
            EngineLost: it cannot be started.
        """
        self.stop()
        try:
            self._program = Program(self.command, self._log, self._environment, self._assets)
        except OSError as error:
            raise EngineLost(
                f"the engine cannot be started ({error})", command=" ".join(self.command), remedy="run synthgen doctor"
            ) from error

    def adopt(self, program: Program) -> None:
        """Takes over a process that was started with this engine's command and assets; as after :meth:`launch`."""
        self.stop()
        self._program = program

    def _listed(self) -> Iterable[str]:
        return self._assets if any("{assets}" in part for part in self.command) else ()

    def _open(self) -> Client:
        if self._program is None or self._client is not None:
            self.launch()
        assert self._program is not None
        try:
            self._program.wait_until_it_listens(self.start_timeout)
            return Client(unix=self._program.socket, timeout=self.request_timeout).connect()
        except EngineError as error:
            tail = self.log_tail()
            self.stop()
            error.args = (f"{error}\n  last lines of its log:\n{tail}" if tail else str(error),)
            raise

    def stop(self) -> None:
        """Ends the process (asked, then killed) and removes its scratch folder."""
        super().stop()
        if self._program is not None:
            program, self._program = self._program, None
            program.end()
            self._ended_cpu += program.cpu_seconds()

    def _exit_status(self) -> int | None:
        """The process's exit status; a dying process closes its connection a moment before it is gone."""
        if self._program is None:
            return None
        if self._client is not None and not self._client.connected:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._program.process.wait(0.5)
        return self._program.process.poll()

    def restart(self, reason: str = "asked for") -> None:
        """Ends the process, however it is, and starts another; reason and log tail go to the log."""
        if (code := self._exit_status()) is not None:
            reason = f"{reason} (it had ended with status {code})"
        if tail := self.log_tail(5):
            _LOG.warning("last lines of the engine's log:\n%s", tail)
        super().restart(reason)
