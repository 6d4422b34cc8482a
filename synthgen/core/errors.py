"""The one family of errors that a user meets: what was expected, what came, where, what to do.

Whatever a file or a command line held, a message stays readable: at most :data:`MESSAGE` bytes, printable, with the
middle of what is too long left out. That is done here, so that who raises an error need not think of it.
"""

from __future__ import annotations

import re
from typing import Any

MESSAGE = 2000
"""Bytes of UTF-8 that a whole message may have."""

_GAP = " … "
_WORD = 200
_LONG = re.compile(rf"\S{{{_WORD + 1},}}")
"""What nobody reads to its end in a value that came: thousands of digits, brackets, base64."""


def abridged(text: str, most: int = MESSAGE) -> str:
    """A text of at most ``most`` bytes of UTF-8: its middle left out where it is longer, and nothing unprintable.

    Line breaks stay; other control characters, and halves of characters, are written as Python escapes them.
    """
    if len(text) > 2 * most:  # each character is a byte at least
        text = text[:most] + _GAP + text[-most:]
    shown = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    data = shown.encode()
    if len(data) <= most:
        return shown
    room = most - len(_GAP.encode())
    tail = room // 3
    return data[: room - tail].decode(errors="ignore") + _GAP + data[len(data) - tail :].decode(errors="ignore")


def _words_cut(text: str) -> str:
    return _LONG.sub(lambda word: abridged(word.group(), _WORD), text)


class SynthgenError(Exception):
    """Base class of every error that is meant for a user.

    The command line prints it without a traceback and exits with ``exit_code``.
    """

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(abridged(message))


class InputError(SynthgenError):
    """Something that the user gave does not fit. Nothing has been written when it is raised.

    Args:
        what: one sentence, what is wrong.
        where: file, with line or path of the key (``scenes/gym.yaml:12 people.count``).
        expected: what would have been right.
        got: what came.
        remedy: what to do about it.

    All five are kept as attributes, abridged so that the whole message has at most :data:`MESSAGE` bytes: what is short
    stays as it is, what is long shares the rest.
    """

    exit_code = 2

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        got: str | None = None,
        remedy: str | None = None,
    ) -> None:
        given = {"what": what, "where": where, "expected": expected, "got": got, "remedy": remedy}
        if got is not None:
            given["got"] = _words_cut(abridged(_words_cut(got)))  # escapes make words longer
        parts = _fitted({name: abridged(text) for name, text in given.items() if text is not None})
        self.what = parts["what"]
        self.where, self.expected = parts.get("where"), parts.get("expected")
        self.got, self.remedy = parts.get("got"), parts.get("remedy")
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        lines += [f"  {name}: {parts[name]}" for name in ("expected", "got", "remedy") if name in parts]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        told = {n: getattr(self, n) for n in ("what", "where", "expected", "got", "remedy")}
        return _input_error, (type(self), told)


def _input_error(kind: type[InputError], told: dict[str, Any]) -> InputError:
    """An error as it comes out of another process."""
    return kind(**told)


def _fitted(parts: dict[str, str]) -> dict[str, str]:
    """The parts of a message, the long ones cut to equal shares of what the short ones leave."""
    room = MESSAGE - sum(len(f"\n  {name}: ") for name in parts)
    cut = {}
    for i, (name, text) in enumerate(sorted(parts.items(), key=lambda item: len(item[1].encode()))):
        cut[name] = abridged(text, room // (len(parts) - i))
        room -= len(cut[name].encode())
    return cut


class EngineError(SynthgenError):
    """An engine process died, hung, or answered with an error."""


class RunError(SynthgenError):
    """A run ended with shots or shards that could not be finished."""
