"""One row of the gate's verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One row of the verdict.

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


def allowed(share: float, frames: int) -> int:
    """Frames that a share allows; one in a short clip is still one."""
    return max(1, int(share * frames)) if share > 0 else 0
