"""Acceptance: whether a result is good enough to be labelled, and why not.

A gate looks at a result, makes one :class:`Criterion` of everything that it judges, and hands on a :class:`Verdict`.
The gate on fits is ``biomech/gate/``, that on rig motions ``retarget/gate.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from synthgen.core.records import Record


class Acceptance(StrEnum):
    """What a gate says of a result as a whole."""

    ACCEPTED = "accepted"
    MARKED = "marked"
    """Accepted with warnings, which nobody may overlook."""
    REFUSED = "refused"


@dataclass(frozen=True)
class Criterion(Record):
    """One acceptance criterion and how a result meets it: a row of a verdict.

    Attributes:
        name: what is looked at.
        measured, limit: as text with unit.
        passed: measured ≤ limit.
        where: marker, frame or segment of the worst value, or empty.
    """

    name: str
    measured: str
    limit: str
    passed: bool
    where: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.measured}{f' ({self.where})' if self.where else ''}, limit {self.limit}"


@dataclass(frozen=True)
class Verdict:
    """What a gate says of one result.

    Attributes:
        checks: everything that was judged.
        warnings: what is unusual though no check judges it, as sentences.
    """

    checks: tuple[Criterion, ...]
    warnings: tuple[str, ...] = ()

    @property
    def refusals(self) -> tuple[str, ...]:
        """The checks that did not pass, as sentences."""
        return tuple(str(check) for check in self.checks if not check.passed)

    @property
    def state(self) -> Acceptance:
        """Refused when a check did not pass, marked when there are warnings, else accepted."""
        if self.refusals:
            return Acceptance.REFUSED
        return Acceptance.MARKED if self.warnings else Acceptance.ACCEPTED

    @property
    def accepted(self) -> bool:
        """Whether the result may be used: marked ones may."""
        return self.state is not Acceptance.REFUSED


def allowed(share: float, frames: int) -> int:
    """Frames that a share allows; one in a short clip is still one."""
    return max(1, int(share * frames)) if share > 0 else 0
