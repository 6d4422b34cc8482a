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
    """Cuts a stream of bytes into payloads; frames may come in any number of pieces.

    Args:
        limit: bytes of a payload that are kept. A longer one is handed on cut to ``limit`` + 1 bytes, so that it can be
            told and answered without being held.
    """

    def __init__(self, limit: int = MAX_PAYLOAD) -> None:
        self._limit = limit
        self._header, self._payload = bytearray(), bytearray()
        self._missing = 0

    @property
    def pending(self) -> int:
        """Bytes that are held of a frame that has not come whole."""
        return len(self._header) + len(self._payload)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Takes what the socket gave and yields every payload that is whole.

        Raises:
            WireError: foreign magic, length 0 or more than 256 MiB.
        """
        rest = memoryview(data)
        while rest:
            if not self._missing:
                rest = self._take_header(rest)
                continue
            piece, rest = rest[: self._missing], rest[self._missing :]
            self._missing -= len(piece)
            self._payload += piece[: max(self._limit + 1 - len(self._payload), 0)]
            if not self._missing:
                payload = bytes(self._payload)
                self._header.clear()
                self._payload.clear()
                yield payload

    def _take_header(self, data: memoryview) -> memoryview:
        """Takes what the header still lacks; what is left of the data."""
        wanted = _HEADER.size - len(self._header)
        self._header += data[:wanted]
        if len(self._header) == _HEADER.size:
            magic, length = _HEADER.unpack(self._header)
            if magic != MAGIC:
                raise WireError(f"bad header magic 0x{magic:08X}, expected 0x{MAGIC:08X}")
            if length == 0:
                raise WireError("empty payload")
            if length > MAX_PAYLOAD:
                raise WireError(f"payload too large: {length} bytes, at most {MAX_PAYLOAD}")
            self._missing = length
        return data[wanted:]
