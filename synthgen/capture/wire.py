"""The official UnrealCV client, with the faults mended that would hang or mislead a long run.

Facts: ``unrealcv`` 1.3.2, read and tried. As shipped,

- ``connect`` has no time-out: where another client holds the port no greeting ever comes, and it blocks for ever;
- a reply that comes after a time-out is handed to the *next* request;
- a dead server is waited for with growing pauses for 50 s, and ``isconnected`` stays True;
- a message about each trouble goes to standard output, which belongs to the caller;
- a command that the server's list does not name is kept in the warnings registry, with its whole payload.

Here every exchange is one synchronous send and receive against a deadline, and any doubt ends the connection.
Identifiers, their check and the text-or-bytes rule are those of the official client.
"""

from __future__ import annotations

import logging
import socket
import struct
import time
from collections.abc import Iterator, Sequence

from synthgen.capture.official import official_package

unrealcv = official_package()
SocketMessage = unrealcv.SocketMessage

_HEADER = struct.Struct("<II")
_NUMBER = 11
"""Bytes within which a reply's number ends."""
_LONGEST = 256 * 2**20
"""Bytes: the longest message that an UnrealCV server takes; a longer announcement is garbage."""

# The package takes its logger out of the application's hands when it is imported; give it back.
_library_logger = logging.getLogger(unrealcv.__name__)
_library_logger.handlers.clear()
_library_logger.propagate = True


class Garbled(ConnectionError):
    """What arrived is not an UnrealCV message, or answers another request."""


class Wire(unrealcv.Client):  # type: ignore[name-defined]
    """One connection to one UnrealCV server. Raises ``TimeoutError`` or ``ConnectionError``, then is closed.

    Args:
        endpoint: ``(host, port)``, or the path of a UNIX socket.
    """

    def __init__(self, endpoint: tuple[str, int] | str) -> None:
        super().__init__(endpoint, "unix" if isinstance(endpoint, str) else "inet")

    def connect(self, timeout: float = 10.0, start_receive_thread: bool = False) -> bool:
        """Connects and waits for the greeting, ``timeout`` seconds in all. No thread is started."""
        if self.isconnected():
            return True
        deadline = time.monotonic() + timeout
        try:
            self.sock = self._open(timeout)
            greeting = bytes(self._receive(deadline))
        except OSError:
            self.disconnect()
            raise
        if not greeting.startswith(b"connected"):
            self.disconnect()
            raise Garbled(f"the greeting is {greeting[:80]!r}, not 'connected to …'")
        return True

    def _open(self, timeout: float) -> socket.socket:
        if self.type == "inet":
            sock = socket.create_connection(self.endpoint, timeout)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(timeout)
        try:
            sock.connect(self.endpoint)
        except OSError:
            sock.close()
            raise
        return sock

    def _request_without_capability_check(self, message: str | bytes, timeout: float = 15) -> str | bytes:
        """The one exchange under every ``request``: send, then receive, ``timeout`` seconds in all."""
        (answer,) = self.exchange([message], timeout)
        return answer

    def exchange(self, messages: Sequence[str | bytes], timeout: float) -> Iterator[str | bytes]:
        """Sends messages together and yields their answers in order; each may take ``timeout`` seconds."""
        if self.sock is None:
            raise ConnectionError("the connection is closed")
        try:
            self.sock.settimeout(timeout)
            first = self.send_message_id
            self.sock.sendall(b"".join(_framed(number, body) for number, body in enumerate(messages, first)))
            for _ in messages:
                answer = self._parse(self._receive(time.monotonic() + timeout))
                self.send_message_id += 1
                yield answer
        except BaseException:  # an interrupted exchange leaves a reply behind just like a late one
            self.disconnect()
            raise

    def _parse(self, payload: memoryview) -> str | bytes:
        """The body of an answer by the official client's rule: text where it is UTF-8, else bytes.

        Its own reader copies a picture four times and searches it for the number that stands in its first bytes.
        """
        number, colon, _ = bytes(payload[:_NUMBER]).partition(b":")
        if not colon or not number.isdigit():
            raise Garbled(f"a reply without a number: {bytes(payload[:80])!r}")
        if int(number) != self.send_message_id:
            raise Garbled(f"a reply to message {int(number)}, expected one to {self.send_message_id}")
        body = bytes(payload[len(number) + 1 :])
        try:
            return body.decode()
        except UnicodeDecodeError:
            return body

    def _receive(self, deadline: float) -> memoryview:
        magic, length = _HEADER.unpack(self._exactly(_HEADER.size, deadline))
        if magic != SocketMessage.magic or not 0 < length <= _LONGEST:
            raise Garbled(f"a message starts with {magic:#010x} and length {length}")
        return self._exactly(length, deadline)

    def _exactly(self, count: int, deadline: float) -> memoryview:
        """``count`` bytes; the deadline is for all of them, so that a dripping server cannot stretch it."""
        assert self.sock is not None
        buffer, filled = memoryview(bytearray(count)), 0
        while filled < count:
            left = deadline - time.monotonic()
            try:
                if left <= 0:
                    raise TimeoutError
                self.sock.settimeout(left)
                got = self.sock.recv_into(buffer[filled:])
            except TimeoutError:
                raise TimeoutError(f"{filled} of {count} bytes came in time") from None
            if not got:
                raise ConnectionError("the server closed the connection")
            filled += got
        return buffer

    def _warn_if_command_maybe_unsupported(self, message: str) -> None:
        """Silent: an unknown command is answered with an error, which says it better."""


def _framed(number: int, message: str | bytes) -> bytes:
    """A message as a frame with its number."""
    payload = b"%d:%s" % (number, message if isinstance(message, bytes) else message.encode())
    return _HEADER.pack(SocketMessage.magic, len(payload)) + payload
