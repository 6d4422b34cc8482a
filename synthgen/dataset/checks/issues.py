"""What is wrong with a dataset, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

ERROR: Severity = "error"
"""A promise is broken."""

WARNING: Severity = "warning"
"""Worth a look."""


@dataclass(frozen=True)
class Issue:
    """One fault.

    Attributes:
        severity: ``error`` (a promise is broken) or ``warning`` (worth a look).
        code: short name of the fault, such as ``file-changed``; stable, for programs.
        where: the item: a file, ``shard 3``, ``image 12`` or ``annotation 12002``.
        what: what was expected and what was found.
        remedy: what to do about it.
    """

    severity: Severity
    code: str
    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.what} [{self.code}]"

    def to_dict(self) -> dict[str, str]:
        """As ``synthgen validate --json`` writes it; remedies are the checks' own and stand once, not at each fault."""
        return {"severity": self.severity, "code": self.code, "where": self.where, "what": self.what}


def broken(issues: Iterable[Issue]) -> bool:
    """Whether a promise is broken: then ``synthgen validate`` exits with 1."""
    return any(issue.severity == ERROR for issue in issues)


def remedies(issues: Iterable[Issue]) -> list[str]:
    """What to do about the broken promises, each once, in their order."""
    return list(dict.fromkeys(issue.remedy for issue in issues if issue.severity == ERROR))
