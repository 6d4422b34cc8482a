"""The gate between a fit and a dataset: is this clip's spine good enough to be labelled?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Gate:
    """Bounds on a fit's report (``biomech/report.py``).

    Attributes:
        rms_mm: largest marker RMS of any frame, mm; OpenSim's guidance for inverse kinematics is 20 (user's guide).
        max_mm: largest distance of any marker in any frame, mm; OpenSim's guidance is 40.
        interpolated: largest share of frames that were filled in because too little was measured.
        jumps: largest share of frames into which a vertebra jumps faster than a trunk can. One jump in a few
            seconds is a hiccup of a recording that spoils one frame; more of them are a motion that is not one.
    """

    rms_mm: float = 20.0
    max_mm: float = 40.0
    interpolated: float = 0.1
    jumps: float = 0.01


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


def judge(report: dict[str, Any], gate: Gate) -> list[Check]:
    """Looks at a fit's report; the fit is accepted when every check passed."""
    markers, frames = report["markers"], report["frames"]
    filled, jumps = len(report["frames_interpolated"]), report["jumps"]
    violations = report["limits"]["violations"]
    # A jump in a short clip is still one jump.
    few = max(1, int(gate.jumps * frames)) if gate.jumps > 0 else 0
    return [
        Check(
            "marker RMS of the worst frame",
            f"{markers['rms_worst_mm']:.1f} mm",
            f"{gate.rms_mm:g} mm",
            markers["rms_worst_mm"] <= gate.rms_mm,
            f"frame {markers['rms_worst_frame']}",
        ),
        Check(
            "largest marker error",
            f"{markers['max_mm']:.1f} mm",
            f"{gate.max_mm:g} mm",
            markers["max_mm"] <= gate.max_mm,
            f"{markers['worst_marker']}, frame {markers['worst_frame']}" if markers["worst_marker"] else "",
        ),
        Check("coordinates beyond their range", str(violations), "0", violations == 0),
        Check(
            "frames filled in",
            f"{filled} of {frames}",
            f"{gate.interpolated:.0%}",
            filled <= gate.interpolated * frames,
        ),
        Check(
            "jumps",
            str(jumps["count"]),
            f"{few} in {frames} frames",
            jumps["count"] <= few,
            f"{jumps['segment']} turns {jumps['largest_degrees']:.1f}° into frame {jumps['frame']}"
            if jumps["count"]
            else "",
        ),
    ]


def failed(checks: list[Check]) -> list[str]:
    """The checks that did not pass, as sentences."""
    return [str(check) for check in checks if not check.passed]
