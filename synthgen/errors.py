"""The one family of errors that a user meets: what was expected, what came, where, what to do."""

from __future__ import annotations


class SynthgenError(Exception):
    """Base class of every error that is meant for a user.

    The command line prints it without a traceback and leaves with ``exit_code``.
    """

    exit_code = 1


class InputError(SynthgenError):
    """Something that the user gave does not fit. Nothing has been written when it is raised.

    Args:
        what: one sentence, what is wrong.
        where: file, with line or path of the key (``scenes/gym.yaml:12 people.count``).
        expected: what would have been right.
        got: what came.
        remedy: what to do about it.
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
        self.what, self.where, self.expected, self.got, self.remedy = what, where, expected, got, remedy
        lines = [f"{where}: {what}" if where else what]
        lines += [
            f"  {label}: {text}"
            for label, text in (("expected", expected), ("got", got), ("remedy", remedy))
            if text is not None
        ]
        super().__init__("\n".join(lines))


class EngineError(SynthgenError):
    """An engine process died, hung, or answered with an error."""


class RunError(SynthgenError):
    """A run ended with shots or shards that could not be finished."""
