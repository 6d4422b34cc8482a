"""Questions to an engine: a command, and how its answer is read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np
from PIL import Image

from synthgen.capture.errors import AssetMissing, CommandError
from synthgen.protocol.payload import pack_json, pack_rows

Answer = str | bytes
"""Text, or bytes where it is not UTF-8."""
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Question(Generic[T]):
    """One command and the reader of its answer.

    Attributes:
        command: one line.
        read: (command, answer) → what the answer says. Raises CommandError where it says something else.
    """

    command: str
    read: Callable[[str, Answer], T]

    def then(self, turn: Callable[[T], U]) -> Question[U]:
        """The same question, with what the answer says turned into something else."""
        return Question(self.command, lambda command, answer: turn(self.read(command, answer)))


def text(command: str) -> Question[str]:
    """A command that is answered with text."""
    return Question(command, _text)


def do(command: str) -> Question[None]:
    """A command that is answered with ``ok``."""
    return Question(command, _ok)


def numbers(command: str, count: int) -> Question[np.ndarray]:
    """(count,) floats from an answer such as ``100.000 -20.000 3.000``."""
    return Question(command, partial(_numbers, count=count))


def call(
    target: str, function: str, payload: Mapping[str, Any] | np.ndarray | str | None = None
) -> Question[dict[str, str]]:
    """A call of a named function of a named object (``vbp``) as ``docs/engine-protocol.md`` says.

    The answer's fields; ``status`` is ``ok``.

    Args:
        target: object name, such as ``Stage``.
        function: such as ``SpawnProp``.
        payload: an array travels as float32, a mapping as JSON, a string as it is (it is packed already).
    """
    if isinstance(payload, np.ndarray):
        payload = pack_rows(payload)
    elif payload is not None and not isinstance(payload, str):
        payload = pack_json(payload)
    command = " ".join(["vbp", target, function, *([payload] if payload else [])])
    return Question(command, partial(_fields, what=f"{target}.{function}"))


def image(command: str) -> Question[np.ndarray]:
    """(H, W, 3) uint8 RGB from a command that is answered with a PNG or a BMP; alpha is dropped."""
    return Question(command, _image)


def array(command: str) -> Question[np.ndarray]:
    """(H, W) float32 from a command that is answered with an ``.npy`` file."""
    return Question(command, _array)


def as_bytes(answer: Answer) -> bytes:
    """A body's bytes, also where they happen to be valid UTF-8."""
    return answer.encode() if isinstance(answer, str) else answer


def _text(command: str, answer: Answer) -> str:
    if not isinstance(answer, str):
        raise CommandError("the answer should be text", command=command, answer=answer)
    return answer


def _ok(command: str, answer: Answer) -> None:
    if answer != "ok":
        raise CommandError("the answer should be 'ok'", command=command, answer=answer)


def _numbers(command: str, answer: Answer, count: int) -> np.ndarray:
    try:
        values = np.array([float(word) for word in _text(command, answer).split()])
    except ValueError:
        values = np.zeros(0)
    if values.shape != (count,) or not np.isfinite(values).all():
        raise CommandError(f"the answer should be {count} numbers", command=command, answer=answer)
    return values


def _fields(command: str, answer: Answer, what: str) -> dict[str, str]:
    try:
        fields = json.loads(_text(command, answer))
    except json.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        raise CommandError("the answer should be a JSON object", command=command, answer=answer)
    if fields.get("status") != "ok":
        kind = AssetMissing if "missing" in fields else CommandError
        raise kind(f"{what} failed: {fields.get('status')}", command=command)
    return fields


def _image(command: str, answer: Answer) -> np.ndarray:
    try:
        with Image.open(io.BytesIO(as_bytes(answer)), formats=("PNG", "BMP")) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise CommandError(f"the answer is no PNG and no BMP ({error})", command=command, answer=answer) from error


def _array(command: str, answer: Answer) -> np.ndarray:
    try:
        values = np.load(io.BytesIO(as_bytes(answer)), allow_pickle=False)
        return np.ascontiguousarray(values.reshape(values.shape[:2]), np.float32)
    except (OSError, ValueError, EOFError, SyntaxError) as error:
        raise CommandError(f"the answer is not an array ({error})", command=command, answer=answer) from error
