"""Engines as workers, not trusted parts: connected to, watched, restarted, recycled."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from synthgen.capture.acquaintance import Acquaintance
from synthgen.capture.client import Client
from synthgen.capture.errors import CommandError, EngineLost
from synthgen.core.errors import EngineError

_LOG = logging.getLogger(__name__)

UNREALCV_SOCKETS = Path("/tmp")
"""Where UnrealCV puts its UNIX sockets on Linux; the place is fixed in its source."""


class Engine(ABC):
    """An engine to capture from; a context manager that stops on the way out.

    Attributes:
        shots: how many shots it has been asked for since its last start.
        starts: how many times it was started or connected to.
        acquaintance: what it has been told and has shown since.
    """

    def __init__(self, *, request_timeout: float, recycle_after: int | None) -> None:
        self.request_timeout, self.recycle_after = request_timeout, recycle_after
        self.shots = self.starts = 0
        self._client: Client | None = None
        self._description: str | None = None
        self.acquaintance = Acquaintance()

    @property
    def client(self) -> Client:
        """The connection; the engine is started on first use."""
        if self._client is None:
            self.start()
        assert self._client is not None
        return self._client

    def start(self) -> None:
        """Starts (or connects to) the engine and checks its health."""
        client = self._open()
        try:
            self._description, functions = _describe(client)
        except EngineError:
            client.close()
            self.stop()
            raise
        self._client, self.shots = client, 0
        self.acquaintance = Acquaintance(self._listed(), learns="AddAssets" in functions)
        self.starts += 1

    def stop(self) -> None:
        """Ends the connection and whatever was started. Harmless when nothing runs."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def restart(self, reason: str = "asked for") -> None:
        """Stops and starts again; the reason goes to the log."""
        _LOG.warning("restarting the engine: %s", reason)
        self.stop()
        self.start()

    def begin_shot(self) -> Client:
        """The client for one more shot, of a fresh engine when this one has done its share."""
        if self.recycle_after is not None and self._client is not None and self.shots >= self.recycle_after:
            _LOG.info("recycling the engine after %d shots", self.shots)
            self.stop()
        client = self.client
        self.shots += 1
        return client

    def healthy(self) -> bool:
        """True when the engine answers now."""
        try:
            return self._client is not None and bool(self._client.text("vget /unrealcv/status"))
        except EngineError:
            return False

    def describe(self) -> str:
        """Name, version and renderer, as the engine says them."""
        if self._description is None:
            self.start()
        assert self._description is not None
        return self._description

    def cpu_seconds(self) -> float:
        """Processor seconds of all processes that were started here, up to now; 0 where none is ours."""
        return 0.0

    def log_tail(self, lines: int = 12) -> str:
        """The last lines of the engine's log, for a record of a failure; empty where we have none."""
        return ""

    def _listed(self) -> Iterable[str]:
        """The content keys of the manifest that we have given it."""
        return ()

    @abstractmethod
    def _open(self) -> Client:
        """A connected client of a running engine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class ExternalEngine(Engine):
    """An Unreal, or an embedded engine that someone else serves: same interface, no process of ours.

    UnrealCV asks nobody for a password: whoever reaches the port can drive that engine. A restart is a new connection.
    UnrealCV 5.2 on Linux listens only on ``/tmp/unrealcv_<port>.socket`` after its
    first TCP client has left; that socket is tried where TCP is refused on this machine.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 9000, *, request_timeout: float = 60.0) -> None:
        super().__init__(request_timeout=request_timeout, recycle_after=None)
        self.host, self.port = host, port

    def _open(self) -> Client:
        try:
            return Client(self.host, self.port, timeout=self.request_timeout).connect()
        except EngineLost:
            socket_file = UNREALCV_SOCKETS / f"unrealcv_{self.port}.socket"
            if self.host not in ("127.0.0.1", "localhost") or not socket_file.exists():
                raise
            _LOG.info("port %d is closed; trying %s", self.port, socket_file)
            return Client(unix=str(socket_file), timeout=self.request_timeout).connect()


def _describe(client: Client) -> tuple[str, frozenset[str]]:
    """``name version (renderer)``, and the functions of its stage.

    A stock server without our functions is described by its status.
    """
    try:
        fields = client.call("Stage", "Describe")
    except CommandError:
        return f"UnrealCV {client.text('vget /unrealcv/version')}", frozenset()
    told = f"{fields.get('engine', '?')} {fields.get('version', '?')} ({fields.get('renderer', '?')})"
    return told, frozenset(fields.get("functions", "").split(","))
