"""``Client``: asks an UnrealCV server for things and turns every trouble into an ``EngineError``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from synthgen.capture import questions
from synthgen.capture.errors import CommandError, EngineLost, EngineTimeout
from synthgen.capture.questions import Answer, Question
from synthgen.capture.wire import Garbled, Wire

T = TypeVar("T")


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

    def request(self, command: str, timeout: float | None = None) -> Answer:
        """Sends one command and returns the answer: text, or bytes where it is not UTF-8.

        After any trouble but an ``error …`` answer the connection is closed: a late reply would be taken for the
        answer to the next command.

        Raises:
            CommandError: the engine answered ``error …``.
            EngineTimeout: no whole answer within ``timeout`` seconds.
            EngineLost: not connected, or the connection broke.
        """
        return _accepted(command, self._exchange([command], self.timeout if timeout is None else timeout)[0])

    def ask(self, question: Question[T]) -> T:
        """What the answer to one question says.

        Raises:
            EngineError: as :meth:`request`, or the answer cannot be read.
        """
        return question.read(question.command, self.request(question.command))

    def ask_all(self, *groups: Sequence[Question[Any]]) -> list[list[Any]]:
        """What the answers to several questions say, group by group: one ``vbatch``, which an engine runs in one frame.

        All are carried out, also those after one that is refused. Each may take as long as a single request.

        Raises:
            EngineError: as :meth:`ask`, for the first answer that is refused or cannot be read.
        """
        commands = [question.command for group in groups for question in group]
        if not commands:
            return [[] for _ in groups]
        batch = f"vbatch {len(commands)}"
        taken, *rest = self._exchange([batch, *commands], self.timeout)
        _accepted(batch, taken)
        answers = iter(rest)
        return [[q.read(q.command, _accepted(q.command, next(answers))) for q in group] for group in groups]

    def _exchange(self, commands: Sequence[str], limit: float) -> list[Answer]:
        """Sends commands and returns their answers, whatever they are."""
        if any("\n" in command or "\r" in command for command in commands):
            raise ValueError("a command is one line")
        if self._wire is None or not self._wire.isconnected():
            raise EngineLost(
                f"there is no connection to {self.where}", command=commands[0], remedy="connect or restart the engine"
            )
        answers: list[Answer] = []
        try:
            for answer in self._wire.exchange(commands, limit):
                answers.append(answer)
        except TimeoutError as error:
            raise EngineTimeout(
                f"the engine at {self.where} did not answer within {limit:g} s ({error})",
                command=commands[len(answers)],
                remedy="restart the engine; if it is only slow, give it a longer time-out",
            ) from error
        except OSError as error:
            raise EngineLost(
                f"the connection to the engine at {self.where} broke: {error}",
                command=commands[len(answers)],
                remedy="restart the engine; its log says why it ended",
            ) from error
        return answers

    def text(self, command: str) -> str:
        """Asks a command that is answered with text."""
        return self.ask(questions.text(command))

    def do(self, command: str) -> None:
        """Asks a command that is answered with ``ok``."""
        self.ask(questions.do(command))

    def numbers(self, command: str, count: int) -> np.ndarray:
        """(count,) floats from an answer such as ``100.000 -20.000 3.000``."""
        return self.ask(questions.numbers(command, count))

    def call(
        self, target: str, function: str, payload: Mapping[str, Any] | np.ndarray | str | None = None
    ) -> dict[str, str]:
        """Calls a named function of a named object; the arguments are those of :func:`questions.call`."""
        return self.ask(questions.call(target, function, payload))

    def image(self, command: str) -> np.ndarray:
        """(H, W, 3) uint8 RGB from a command that is answered with a PNG or a BMP."""
        return self.ask(questions.image(command))

    def array(self, command: str) -> np.ndarray:
        """(H, W) float32 from a command that is answered with an ``.npy`` file."""
        return self.ask(questions.array(command))


def _accepted(command: str, answer: Answer) -> Answer:
    """The answer, unless it is an error.

    Raises:
        CommandError: it is one.
    """
    if isinstance(answer, str) and answer.startswith("error"):
        raise CommandError("the engine refused a command", command=command, answer=answer)
    return answer
