"""The UnrealCV server: one listening socket, one client at a time, one thread.

Commands run in the order in which they come; while one runs nothing else does, so every picture belongs to one
moment. A second client is told in the log and closed at once (Unreal's server leaves it waiting for ever).
"""

from __future__ import annotations

import contextlib
import logging
import re
import selectors
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from synthgen.engine.wire import FrameParser, WireError, frame, parse_request, reply

logger = logging.getLogger(__name__)

GREETING = b"connected to synthgen"
_SEND_TIMEOUT = 60.0
_MAX_BATCH = 10_000


class Connection:
    """One client: its socket, its unfinished frame and its unfinished batch."""

    def __init__(self, sock: socket.socket, peer: str) -> None:
        self.sock, self.peer = sock, peer
        self._parser = FrameParser()
        self._batch: list[tuple[int, str]] = []
        self._batch_left = 0

    def send(self, data: bytes) -> None:
        """Sends all of it, or raises ``OSError``."""
        self.sock.settimeout(_SEND_TIMEOUT)
        self.sock.sendall(data)

    def receive(self, answer: Callable[[str], bytes]) -> bool:
        """Reads what is there and answers it; False when the client has left.

        Raises:
            WireError: the client sent something that is no frame.
            OSError: the connection broke.
        """
        data = self.sock.recv(1 << 20)
        if not data:
            if self._parser.pending:
                logger.warning("%s left in the middle of a frame", self.peer)
            return False
        for payload in self._parser.feed(data):
            request = parse_request(payload)
            if request is None:
                # As UnrealCV does: there is no id to answer to.
                logger.warning("%s sent something that is not 'id:command': %.80r", self.peer, payload)
            else:
                self._take(*request, answer)
        return True

    def _take(self, number: int, command: str, answer: Callable[[str], bytes]) -> None:
        words = command.split()
        if words[:1] == ["vbatch"] and not self._batch_left:
            size = int(words[1]) if len(words) == 2 and re.fullmatch("[0-9]{1,5}", words[1]) else 0
            if not 1 <= size <= _MAX_BATCH:
                self.send(reply(number, b"error Argument Invalid"))
                return
            self._batch_left = size
            self.send(reply(number, b"ok"))
            return
        self._batch.append((number, command))
        self._batch_left = max(self._batch_left - 1, 0)
        if self._batch_left == 0:
            batch, self._batch = self._batch, []
            for batch_number, batch_command in batch:
                self.send(reply(batch_number, answer(batch_command)))


class Server:
    """Serves the clients of one listening socket (``engine/listening.py``).

    Attributes:
        name: the socket's address, for people: ``127.0.0.1:9000`` or a path.
    """

    def __init__(self, listener: socket.socket) -> None:
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
                for key, _ in self._selector.select():
                    if key.fileobj is self._listener:
                        self._accept()
                    elif self._client is not None and key.fileobj is self._client.sock:
                        self._serve(answer)
        finally:
            self._drop()
            for thing in (self._selector, self._listener, self._wake, self._waker):
                thing.close()

    def _accept(self) -> None:
        try:
            sock, address = self._listener.accept()
        except OSError as error:
            logger.warning("a connection could not be accepted: %s", error)
            return
        peer = _name(address) or "a client"
        if self._client is not None:
            logger.warning("refused %s: %s is connected, and only one client is served", peer, self._client.peer)
            sock.close()
            return
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = Connection(sock, peer)
        self._selector.register(sock, selectors.EVENT_READ)
        logger.info("connected: %s", peer)
        try:
            self._client.send(frame(GREETING))
        except OSError as error:
            logger.warning("%s left before the greeting: %s", peer, error)
            self._drop()

    def _serve(self, answer: Callable[[str], bytes]) -> None:
        assert self._client is not None
        try:
            if not self._client.receive(answer):
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
    listener: socket.socket, announce: Callable[[], None] = lambda: None, *, cache_dir: Path | None = None
) -> None:
    """Runs the embedded engine until SIGTERM or SIGINT.

    Args:
        listener: where it is reached; opening it comes first, as the quick check of the most frequent mistake.
        announce: called once clients are answered.
        cache_dir: folder for built bodies; None is the user's cache folder.

    Raises:
        EngineError: no graphics adapter that can render.
    """
    server = Server(listener)
    from synthgen.engine.builders import asset_builders, default_cache
    from synthgen.engine.commands import Commands
    from synthgen.engine.renderer import Renderer
    from synthgen.engine.stage import Stage

    renderer = Renderer()
    renderer.warm_up()
    commands = Commands(Stage(asset_builders(cache_dir or default_cache())), renderer)
    logger.info("listening on %s", server.name)
    with _stop_on_signals(server):
        announce()
        server.run(commands.answer)
    logger.info("stopped")


def _name(address: tuple | str) -> str:
    """A socket's address as people write it."""
    return address if isinstance(address, str) else f"{address[0]}:{address[1]}"
