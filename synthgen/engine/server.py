"""The UnrealCV server: one listening socket, one client at a time, one thread.

Commands run in the order in which they come; while one runs nothing else does, so every picture belongs to one
moment. A second client is logged and closed at once (Unreal's server leaves it waiting for ever), unless the
first one has never asked for anything. A client that leaves a frame or a batch unfinished loses its place.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.engine.connection import PATIENCE, Connection
from synthgen.protocol.framing import WireError, frame

if TYPE_CHECKING:  # what renders is imported when it is served: an address that is wrong is told at once
    from synthgen.engine.renderers import RendererChoice

logger = logging.getLogger(__name__)

GREETING = b"connected to synthgen"


class Server:
    """Serves the clients of one listening socket (``engine/listening.py``).

    Args:
        listener: the socket, listening.
        patience: seconds that a client may leave a frame or a batch unfinished, or an answer unread.

    Attributes:
        name: the socket's address, for people: ``127.0.0.1:9000`` or a path.
    """

    def __init__(self, listener: socket.socket, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._listener = listener
        self.name = _name(listener.getsockname())
        self._selector = selectors.DefaultSelector()
        self._wake, self._waker = socket.socketpair()
        for end in (self._wake, self._waker):
            end.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._client: Connection | None = None
        self._stopping = False

    def stop(self) -> None:
        """Ends :meth:`run` after the command in hand; may be called from a signal handler or another thread."""
        self._stopping = True
        with contextlib.suppress(OSError):
            self._waker.send(b"\0")

    def run(self, answer: Callable[[str], bytes]) -> None:
        """Serves until :meth:`stop`: every command's answer comes from ``answer``."""
        try:
            while not self._stopping:
                for key, _ in self._selector.select(self._wait()):
                    if key.fileobj is self._listener:
                        self._accept()
                    elif self._client is not None and key.fileobj is self._client.sock:
                        self._serve(answer)
                if self._client is not None and self._client.stalled:
                    logger.warning("dropped %s: it left a frame or a batch unfinished", self._client.peer)
                    self._drop()
        finally:
            self._drop()
            for thing in (self._selector, self._listener, self._wake, self._waker):
                thing.close()

    def _wait(self) -> float | None:
        """Seconds until the client must have sent more; None for as long as it likes."""
        deadline = self._client.deadline if self._client is not None else None
        return None if deadline is None else max(deadline - time.monotonic(), 0.0)

    def _accept(self) -> None:
        try:
            sock, address = self._listener.accept()
        except OSError as error:
            logger.warning("a connection could not be accepted: %s", error)
            time.sleep(0.1)  # without free descriptors it stays in the queue, and we would be asked again at once
            return
        peer = _name(address) or "a client"
        if self._client is not None and self._client.idle:
            logger.warning("dropped %s for %s: it has asked for nothing yet", self._client.peer, peer)
            self._drop()
        if self._client is not None:
            logger.warning("refused %s: %s is connected, and only one client is served", peer, self._client.peer)
            sock.close()
            return
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = Connection(sock, peer, self._patience)
        self._selector.register(sock, selectors.EVENT_READ)
        logger.info("connected: %s", peer)
        try:
            self._client.send(frame(GREETING))
        except OSError as error:
            logger.warning("%s left before the greeting: %s", peer, error)
            self._drop()

    def _serve(self, answer: Callable[[str], bytes]) -> None:
        assert self._client is not None

        def unless_stopping(command: str) -> bytes:
            if self._stopping:  # a batch of ten thousand pictures would go on for hours
                raise ConnectionAbortedError("the server stops")
            return answer(command)

        try:
            if not self._client.receive(unless_stopping):
                logger.info("disconnected: %s", self._client.peer)
                self._drop()
        except WireError as error:
            logger.warning("dropped %s: %s", self._client.peer, error)
            self._drop()
        except OSError as error:
            logger.warning("lost %s: %s", self._client.peer, error)
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._selector.unregister(self._client.sock)
            self._client.sock.close()
            self._client = None


@contextlib.contextmanager
def _stop_on_signals(server: Server) -> Iterator[None]:
    """SIGTERM and SIGINT end the server cleanly, where signals can be had (the main thread)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {s: signal.signal(s, lambda *_: server.stop()) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(
    listener: socket.socket,
    announce: Callable[[], None] = lambda: None,
    *,
    cache_dir: Path | None = None,
    renderer: RendererChoice = "auto",
    assets: Path | None = None,
    files: Path | None = None,
) -> None:
    """Runs the embedded engine until SIGTERM or SIGINT.

    Args:
        listener: where it is reached; opening it comes first, as the quick check of the most frequent mistake.
        announce: called once clients are answered.
        cache_dir: the cache's folder; None for ``$SYNTHGEN_CACHE`` or the user's cache folder.
        renderer: what draws (``engine/renderers.py``).
        assets: manifest of assets, or a folder of them (``engine/assets.py``).
        files: folder from which a scene names its own pictures and meshes; None for the working directory.

    Raises:
        InputError: the manifest cannot be read.
        EngineError: the GPU was asked for and no adapter can render.
    """
    server = Server(listener)
    from synthgen.core.cache import Cache
    from synthgen.engine.assets import AssetBook
    from synthgen.engine.builders import asset_builders
    from synthgen.engine.commands import Commands
    from synthgen.engine.renderers import open_renderer
    from synthgen.engine.stage import Stage

    book = AssetBook(assets)
    draws = open_renderer(renderer, cache_dir)
    logger.info("draws with %s", draws.description)
    draws.warm_up()
    commands = Commands(Stage(asset_builders(Cache.at(cache_dir), files)), draws, book)
    logger.info("listening on %s", server.name)
    with _stop_on_signals(server):
        announce()
        server.run(commands.answer)
    logger.info("stopped")


def _name(address: tuple[str, int] | str) -> str:
    """A socket's address as people write it."""
    return address if isinstance(address, str) else f"{address[0]}:{address[1]}"
