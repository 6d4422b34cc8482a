"""UnrealCV's framing: ``<u32 magic><u32 length><payload>``, little-endian, both ways.

A request's payload is ``<id>:<command>``, a reply's ``<id>:`` and the body. As the UnrealCV server does, a frame with
a foreign magic, with length 0 or with more than 256 MiB ends the connection: there is no way to find the next frame.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

MAGIC = 0x9E2B83C1
MAX_PAYLOAD = 256 * 1024 * 1024

_HEADER = struct.Struct("<II")
_REQUEST = re.compile(rb"(\d{1,10}):(.*)", re.DOTALL)


class WireError(Exception):
    """The bytes are no UnrealCV frame; the connection cannot go on."""


def frame(payload: bytes) -> bytes:
    """One frame that carries ``payload``."""
    return _HEADER.pack(MAGIC, len(payload)) + payload


def reply(request_id: int, body: bytes) -> bytes:
    """The frame that answers a request."""
    return frame(b"%d:%s" % (request_id, body))


def parse_request(payload: bytes) -> tuple[int, str] | None:
    """Id and command of a request; None when it does not have the form ``<id>:<command>``."""
    match = _REQUEST.fullmatch(payload)
    if match is None:
        return None
    return int(match[1]), match[2].decode("utf-8", errors="replace")


class FrameParser:
    """Cuts a stream of bytes into payloads; frames may come in any number of pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> int:
        """Bytes that belong to a frame that has not come whole."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Takes what the socket gave and yields every payload that is whole.

        Raises:
            WireError: foreign magic, length 0 or more than 256 MiB.
        """
        self._buffer += data
        while len(self._buffer) >= _HEADER.size:
            magic, length = _HEADER.unpack_from(self._buffer)
            if magic != MAGIC:
                raise WireError(f"bad header magic 0x{magic:08X}, expected 0x{MAGIC:08X}")
            if length == 0:
                raise WireError("empty payload")
            if length > MAX_PAYLOAD:
                raise WireError(f"payload too large: {length} bytes, at most {MAX_PAYLOAD}")
            end = _HEADER.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield payload
