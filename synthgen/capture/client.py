"""``Client``: asks an UnrealCV server for things and turns every trouble into an ``EngineError``."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from synthgen.capture.errors import CommandError, EngineLost, EngineTimeout
from synthgen.capture.wire import Garbled, Wire
from synthgen.protocol.payload import pack_json, pack_rows


class Client:
    """A connection to one UnrealCV server.

    Args:
        host, port: where it listens; or ``unix``, the path of its UNIX socket.
        timeout: seconds that one request may take.
        connect_timeout: seconds for the connection and the greeting.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 9000,
        *,
        unix: str | None = None,
        timeout: float = 60.0,
        connect_timeout: float = 10.0,
    ) -> None:
        self.where = unix or f"{host}:{port}"
        self.timeout, self.connect_timeout = timeout, connect_timeout
        self._endpoint: tuple[str, int] | str = unix or (host, port)
        self._wire: Wire | None = None

    @property
    def connected(self) -> bool:
        """True from a good greeting to the first trouble."""
        return self._wire is not None and self._wire.isconnected()

    def connect(self) -> Client:
        """Connects anew.

        Raises:
            EngineLost: nothing listens there, or what listens does not speak UnrealCV.
            EngineTimeout: something listens but does not greet.
        """
        self.close()
        wire = Wire(self._endpoint)
        try:
            wire.connect(self.connect_timeout)
        except TimeoutError as error:
            raise EngineTimeout(
                f"{self.where} takes the connection but does not greet within {self.connect_timeout:g} s",
                remedy="an UnrealCV server serves one client at a time: end the other client, or take another port",
            ) from error
        except Garbled as error:
            raise EngineLost(
                f"what listens at {self.where} does not speak UnrealCV ({error})",
                remedy="check the host and the port of the engine",
            ) from error
        except OSError as error:
            raise EngineLost(
                f"no UnrealCV server can be reached at {self.where} ({error})",
                remedy="start the engine first, or check the host and the port",
            ) from error
        self._wire = wire
        return self

    def close(self) -> None:
        """Ends the connection; harmless when there is none."""
        if self._wire is not None:
            self._wire.disconnect()
            self._wire = None

    def __enter__(self) -> Client:
        return self if self.connected else self.connect()

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(self, command: str, timeout: float | None = None) -> str | bytes:
        """Sends one command and returns the answer: text, or bytes where it is not UTF-8.

        After any trouble but an ``error …`` answer the connection is closed: a late reply would be taken for the
        answer to the next command.

        Raises:
            CommandError: the engine answered ``error …``.
            EngineTimeout: no whole answer within ``timeout`` seconds.
            EngineLost: not connected, or the connection broke.
        """
        if "\n" in command or "\r" in command:
            raise ValueError("a command is one line")
        if self._wire is None or not self._wire.isconnected():
            raise EngineLost(
                f"there is no connection to {self.where}", command=command, remedy="connect or restart the engine"
            )
        limit = self.timeout if timeout is None else timeout
        try:
            answer: str | bytes = self._wire.request(command, timeout=limit)
        except TimeoutError as error:
            raise EngineTimeout(
                f"the engine at {self.where} did not answer within {limit:g} s ({error})",
                command=command,
                remedy="restart the engine; if it is only slow, give it a longer time-out",
            ) from error
        except OSError as error:
            raise EngineLost(
                f"the connection to the engine at {self.where} broke: {error}",
                command=command,
                remedy="restart the engine; its log says why it ended",
            ) from error
        if isinstance(answer, str) and answer.startswith("error"):
            raise CommandError("the engine refused a command", command=command, answer=answer)
        return answer

    def text(self, command: str) -> str:
        """Like :meth:`request`, for commands that answer with text."""
        answer = self.request(command)
        if not isinstance(answer, str):
            raise CommandError("the answer should be text", command=command, answer=answer)
        return answer

    def do(self, command: str) -> None:
        """Like :meth:`request`, for commands that answer ``ok``."""
        answer = self.request(command)
        if answer != "ok":
            raise CommandError("the answer should be 'ok'", command=command, answer=answer)

    def numbers(self, command: str, count: int) -> np.ndarray:
        """(count,) floats from an answer such as ``100.000 -20.000 3.000``."""
        answer = self.text(command)
        try:
            values = np.array([float(word) for word in answer.split()])
        except ValueError:
            values = np.zeros(0)
        if values.shape != (count,) or not np.isfinite(values).all():
            raise CommandError(f"the answer should be {count} numbers", command=command, answer=answer)
        return values

    def call(
        self, target: str, function: str, payload: Mapping[str, Any] | np.ndarray | str | None = None
    ) -> dict[str, str]:
        """Calls a named function of a named object (``vbp``) as ``docs/engine-protocol.md`` says.

        Args:
            target: object name, such as ``Stage``.
            function: such as ``SpawnProp``.
            payload: an array travels as float32, a mapping as JSON, a string as it is (it is packed already).

        Returns:
            The answer's fields; ``status`` is ``ok``.

        Raises:
            CommandError: the status is not ``ok``, or the answer is not a JSON object.
        """
        if isinstance(payload, np.ndarray):
            payload = pack_rows(payload)
        elif payload is not None and not isinstance(payload, str):
            payload = pack_json(payload)
        command = " ".join(["vbp", target, function, *([payload] if payload else [])])
        answer = self.text(command)
        try:
            fields = json.loads(answer)
        except json.JSONDecodeError:
            fields = None
        if not isinstance(fields, dict):
            raise CommandError("the answer should be a JSON object", command=command, answer=answer)
        if fields.get("status") != "ok":
            raise CommandError(f"{target}.{function} failed: {fields.get('status')}", command=command)
        return fields

    def binary(self, command: str) -> bytes:
        """Like :meth:`request`, for pictures: the body's bytes, also where they happen to be valid UTF-8."""
        answer = self.request(command)
        return answer.encode() if isinstance(answer, str) else answer

    def image(self, command: str) -> np.ndarray:
        """(H, W, 3) uint8 RGB from a command that answers with a PNG or a BMP; alpha is dropped."""
        data = self.binary(command)
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "BMP")) as picture:
                return np.asarray(picture.convert("RGB"))
        except (OSError, SyntaxError, ValueError) as error:
            raise CommandError(
                f"the answer is neither a PNG nor a BMP image ({error})", command=command, answer=data
            ) from error

    def array(self, command: str) -> np.ndarray:
        """(H, W) float32 from a command that answers with an ``.npy`` file."""
        data = self.binary(command)
        try:
            values = np.load(io.BytesIO(data), allow_pickle=False)
            return np.ascontiguousarray(values.reshape(values.shape[:2]), np.float32)
        except (OSError, ValueError, EOFError, SyntaxError) as error:
            raise CommandError(f"the answer is not an array ({error})", command=command, answer=data) from error
