"""What is wrong with a dataset, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Issue:
    """One fault.

    Attributes:
        severity: ``error`` (a promise is broken) or ``warning`` (worth a look).
        code: short name of the fault, such as ``file-changed``; stable, for programs.
        where: the item: a file, ``shard 3``, ``image 12`` or ``annotation 12002``.
        what: what was expected and what was found.
    """

    severity: str
    code: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.what} [{self.code}]"


def error(code: str, where: str, what: str) -> Issue:
    """A broken promise."""
    return Issue(ERROR, code, where, what)


def warning(code: str, where: str, what: str) -> Issue:
    """Worth a look."""
    return Issue(WARNING, code, where, what)


def broken(issues: Iterable[Issue]) -> bool:
    """Whether a promise is broken: then ``synthgen validate`` exits with 1."""
    return any(issue.severity == ERROR for issue in issues)
