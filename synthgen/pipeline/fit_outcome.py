"""What became of clips that were fitted: for programs, and as a table for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from synthgen.biomech.report.summary import FitSummary
from synthgen.biomech.reporting.opensim import opensim_words
from synthgen.core.records import Record
from synthgen.pipeline.first_few import first_few


@dataclass(frozen=True)
class FitOutcome(Record):
    """What became of one clip.

    Attributes:
        source: the clip as it was asked for.
        status: ``accepted``, ``refused`` (by the gate; its files are written) or ``failed`` (nothing is written).
        reasons: why it was refused or failed.
        files: kind (``osim``, ``mot``, ``npz``, ``csv``, ``html``) → path.
        frames, rms_mm, max_mm, worst_marker: the fit in numbers; rms_mm is the mean over frames.
        bad_input: True when it failed because the input does not fit.
        warnings: what the fit itself warns of, of accepted ones too.
        evidence: what the recording shows of the spine and what is the prior's (``biomech/gate/evidence.py``).
        report: the fit's report in short; None when it failed.
    """

    source: str
    status: str
    reasons: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    frames: int = 0
    rms_mm: float | None = None
    max_mm: float | None = None
    worst_marker: str = ""
    bad_input: bool = False
    warnings: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    report: FitSummary | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; the report of a clip that failed is empty."""
        return {**super().to_dict(), "report": self.report.to_dict() if self.report else {}}


def exit_code(outcomes: Sequence[FitOutcome]) -> int:
    """2 when an input did not fit, else 1 when a clip failed or was refused, else 0."""
    if any(o.bad_input for o in outcomes):
        return 2
    return int(any(o.status != "accepted" for o in outcomes))


def summary_lines(outcomes: Sequence[FitOutcome]) -> list[str]:
    """The table at the end, OpenSim's share, why clips were not accepted, what shows of spines, and first warnings."""
    width = max((len(o.source) for o in outcomes), default=4)
    lines = [f"{'clip':<{width}}  verdict   frames  RMS mm  max mm  worst marker"]
    for o in outcomes:
        numbers = "" if o.rms_mm is None else f"{o.frames:>6}  {o.rms_mm:>6.1f}  {o.max_mm:>6.1f}  {o.worst_marker}"
        lines.append(f"{o.source:<{width}}  {o.status:<8}  {numbers}".rstrip())
    checks = [o.report.opensim for o in outcomes if o.report]
    lines += [opensim_words(checks)] if checks else []
    for o in outcomes:
        lines += [f"{o.source}: {o.status}: {reason}" for reason in o.reasons]
        lines += [f"{o.source}: spine: {sentence}" for sentence in o.evidence]
        lines += [f"{o.source}: warning: {warning}" for warning in first_few(o.warnings)]
    return lines
