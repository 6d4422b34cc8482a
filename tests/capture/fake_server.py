"""A small UnrealCV server whose answers a test writes, faults included. Also runs as a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

HEADER = struct.Struct("<II")
MAGIC = 0x9E2B83C1

Answer = bytes | str | None


def frame(payload: bytes) -> bytes:
    return HEADER.pack(MAGIC, len(payload)) + payload


class FakeServer:
    """Serves one client after another, like UnrealCV: while one is there, others are not greeted.

    Args:
        answer: command → body of the reply; None for no reply at all. May raise ``SystemExit`` to hang up.
        greeting: raw bytes sent on accept.
        unix: path of a UNIX socket to listen on instead of a TCP port.
    """

    def __init__(
        self,
        answer: Callable[[str], Answer] = lambda _: "ok",
        greeting: bytes = frame(b"connected to Fake"),
        unix: Path | None = None,
    ) -> None:
        self.answer, self.greeting = answer, greeting
        self.commands: list[str] = []
        self.raw: Callable[[int, str], bytes | None] = lambda number, command: None
        if unix is None:
            self._listener = socket.create_server(("127.0.0.1", 0))
        else:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(unix))
            self._listener.listen()
        self.port: int = self._listener.getsockname()[1] if unix is None else 0
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            try:
                connection.sendall(self.greeting)
                self._talk(connection)
            except (OSError, SystemExit):
                pass
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        while header := stream.read(HEADER.size):
            payload = stream.read(HEADER.unpack(header)[1])
            number, _, command = payload.decode().partition(":")
            self.commands.append(command)
            raw = self.raw(int(number), command)
            if raw is not None:
                connection.sendall(raw)
                continue
            body = "ok" if command.startswith("vbatch ") else self.answer(command)
            if body is not None:
                body = body.encode() if isinstance(body, str) else body
                connection.sendall(frame(number.encode() + b":" + body))

    def close(self) -> None:
        # close() alone does not wake a thread that sits in accept() or recv().
        for sock in (*self._connections, self._listener):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        self._thread.join(5)

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def main() -> None:
    """``fake_server.py SOCKET MODE``: an engine process with a fault. Modes: good, mute, dies."""
    path, mode = sys.argv[1:]
    sys.stderr.write(f"fake engine starts in mode {mode}\n")
    if mode == "mute":
        time.sleep(3600)
    if mode == "dies":
        sys.stderr.write("RuntimeError: no Vulkan adapter\n")
        sys.exit(3)

    def answer(command: str) -> Answer:
        if command == "vbp Stage Describe":
            return json.dumps({"status": "ok", "engine": "fake", "version": "1", "renderer": os.environ["RENDERER"]})
        if command == "vget /unrealcv/status":
            return "Is Listening"
        if command == "die":
            os._exit(9)
        if command == "where":
            return os.environ["XDG_RUNTIME_DIR"]
        return None if command == "hang" else "ok"

    server = FakeServer(answer, unix=Path(path))
    sys.stdout.write("a line of chatter\n" + json.dumps({"event": "listening", "socket": path}) + "\n")
    sys.stdout.flush()
    server._thread.join()


COMMAND = (sys.executable, str(Path(__file__).resolve()), "{socket}")

if __name__ == "__main__":
    main()
