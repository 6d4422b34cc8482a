"""One client of the server: its socket, what it has sent so far, and how long it may leave that unfinished."""

from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Callable

from synthgen.core.limits import STAGE
from synthgen.protocol.framing import FrameParser, parse_request, reply

logger = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds without a byte after which a begun frame or batch, or an answer that nobody reads, ends the connection."""

_REFUSED = b"error Argument Invalid"
_CHUNK = 1 << 20


class Connection:
    """One client: its socket, its unfinished frame and its unfinished batch.

    Args:
        sock, peer: the connected socket, and its name for the log.
        patience: seconds, see :data:`PATIENCE`.
    """

    def __init__(self, sock: socket.socket, peer: str, patience: float = PATIENCE) -> None:
        self.sock, self.peer, self._patience = sock, peer, patience
        self._parser = FrameParser(STAGE.command)
        self._batch: list[tuple[int, str | None]] = []
        self._batch_left = self._batch_bytes = 0
        self._heard = time.monotonic()
        self._has_asked = False
        sock.settimeout(patience)
        _notice_death(sock, patience)

    @property
    def deadline(self) -> float | None:
        """Monotonic second at which the client must have sent more; None while nothing of its is unfinished."""
        return self._heard + self._patience if self._parser.pending or self._batch_left else None

    @property
    def stalled(self) -> bool:
        """Whether a frame or a batch was begun and left unfinished for too long."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    @property
    def idle(self) -> bool:
        """Whether it came long ago and has never asked for anything, as a port scanner does."""
        return not self._has_asked and time.monotonic() >= self._heard + self._patience

    def send(self, data: bytes) -> None:
        """Sends all of it, or raises ``OSError`` when the client takes nothing for too long."""
        rest = memoryview(data)
        while rest:
            rest = rest[self.sock.send(rest[:_CHUNK]) :]

    def receive(self, answer: Callable[[str], bytes]) -> bool:
        """Reads what is there and answers it; False when the client has left.

        Raises:
            WireError: the client sent something that is no frame.
            OSError: the connection broke.
        """
        data = self.sock.recv(_CHUNK)
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
                number, command = request
                self._take(number, command if len(payload) <= STAGE.command else None, answer)
        self._heard = time.monotonic()  # the time that answers took is not the client's
        return True

    def _take(self, number: int, command: str | None, answer: Callable[[str], bytes]) -> None:
        """Answers one command, or puts it into the batch; None stands for one that is too long."""
        self._has_asked = True
        words = command.split(maxsplit=2) if command else []
        if words[:1] == ["vbatch"] and not self._batch_left:
            size = int(words[1]) if len(words) == 2 and re.fullmatch("[0-9]{1,5}", words[1]) else 0
            if not 1 <= size <= STAGE.batch:
                self.send(reply(number, _REFUSED))
                return
            self._batch_left = size
            self.send(reply(number, b"ok"))
            return
        self._batch_bytes += len(command or "")
        self._batch.append((number, command if self._batch_bytes <= STAGE.batch_bytes else None))
        self._batch_left = max(self._batch_left - 1, 0)
        if self._batch_left == 0:
            batch, self._batch, self._batch_bytes = self._batch, [], 0
            for batch_number, batch_command in batch:
                self.send(reply(batch_number, _REFUSED if batch_command is None else answer(batch_command)))


def _notice_death(sock: socket.socket, patience: float) -> None:
    """Has the kernel find out when the machine at the other end is gone, which sends no word of it."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", max(int(patience / 3), 1)), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):  # macOS names the first one otherwise
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
