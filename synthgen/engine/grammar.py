"""The grammar of UnrealCV's commands: templates as patterns, arguments as numbers, answers as text.

Templates are UnrealCV's: ``[str]``, ``[uint]`` and ``[float]`` stand for one argument each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthgen.core.limits import EMBEDDED, STAGE

Handler = Callable[..., str | bytes | None]
"""Takes a command's arguments as text; None is answered with ``ok``."""
Handlers = dict[str, Handler]
"""Template → handler, in the order in which they are tried."""

# No text can match a number in two ways: otherwise a long one that does not fit is tried in all of them.
_TYPES = {"[str]": r"(\S+)", "[uint]": r"([0-9]+)", "[float]": r"([-+]?(?:[0-9]+(?:[.][0-9]+)?|[.][0-9]+))"}
_TYPE = re.compile("(" + "|".join(map(re.escape, _TYPES)) + ")")
LONGEST_ECHO = 200
"""Letters of a command or of a fault of ours that an error repeats."""


class BadCommand(Exception):
    """The command is answered with ``error`` and this text."""


@dataclass(frozen=True)
class Command:
    """One row of the table."""

    template: str
    pattern: re.Pattern[str]
    numbers: tuple[bool, ...]
    handler: Handler

    def run(self, arguments: tuple[str, ...]) -> str | bytes | None:
        """Calls the handler with what the pattern found.

        Raises:
            BadCommand: a number is longer than any that means something.
        """
        if any(number and len(text) > STAGE.digits for number, text in zip(self.numbers, arguments, strict=True)):
            raise BadCommand("Argument Invalid")
        return self.handler(*arguments)


def row_of(template: str, handler: Handler) -> Command:
    """The row of the table that answers a template with a handler."""
    pieces = _TYPE.split(template)
    pattern = re.compile("".join(_TYPES.get(p, re.escape(p)) for p in pieces) + r"\s*")
    return Command(template, pattern, tuple(p != "[str]" for p in pieces if p in _TYPES), handler)


def numbers(words: tuple[str, ...]) -> np.ndarray:
    """(N,) the numbers that a client wrote.

    Raises:
        BadCommand: one is larger than any that the engine can work with.
    """
    values = np.array(words, float)
    if not (np.abs(values) <= EMBEDDED.number).all():
        raise BadCommand("Argument Invalid")
    return values


def triple(values: np.ndarray) -> str:
    """Numbers as UnrealCV writes vectors and rotators, with three decimals each."""
    return " ".join(f"{v:.3f}" for v in np.asarray(values, float) + 0.0)
