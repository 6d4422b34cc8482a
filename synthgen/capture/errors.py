"""What can go wrong between us and an engine, each with the command, the answer and what to do."""

from __future__ import annotations

from synthgen.core.errors import EngineError

_SHOWN = 160
"""Characters of a command or answer that a message shows: poses and specifications are kilobytes of base64."""


def shorten(text: str | bytes | None) -> str:
    """One line of at most a few dozen words from a command or an answer."""
    if text is None:
        return "nothing"
    if isinstance(text, bytes):
        return f"{len(text)} bytes that are not text"
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}… ({len(line)} characters)"


class _Told(EngineError):
    """An engine error that knows its command, answer and remedy."""

    def __init__(
        self, what: str, *, command: str | None = None, answer: str | bytes | None = None, remedy: str | None = None
    ) -> None:
        self.what, self.command, self.answer, self.remedy = what, command, answer, remedy
        lines = [what]
        if command is not None:
            lines.append(f"  command: {shorten(command)}")
        if answer is not None:
            lines.append(f"  answer: {shorten(answer)}")
        if remedy is not None:
            lines.append(f"  remedy: {remedy}")
        super().__init__("\n".join(lines))


class CommandError(_Told):
    """The engine is alive and said no, or answered something that cannot be read."""


class AssetMissing(CommandError):
    """The engine does not know what a content key stands for."""


class EngineTimeout(_Told):
    """The engine did not answer in time. The connection has been dropped."""


class EngineLost(_Told):
    """There is no engine at the other end: not started, died, or the connection broke."""
