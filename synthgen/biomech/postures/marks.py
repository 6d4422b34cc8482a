"""The words that mark simulated postures and drawn spines in files and pages: nobody must take them for measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthgen.biomech.report.fit_report import FitReport

_STANDING = ("sacral_slope", "lumbar_lordosis", "thoracic_kyphosis", "cervical_lordosis")


def posture_name(report: FitReport) -> str:
    """Kind of the simulated posture of a motion, on one line; empty without one."""
    return _line(report.posture.name) if report.posture else ""


def posture_words(report: FitReport) -> str:
    """One line: the kind, that it was not measured, and the angles that were asked for; empty without one."""
    if not report.posture:
        return ""
    return f"{posture_name(report)} (simulated, not measured): {asked_words(report.posture.asked)}"


def spine_words(report: FitReport) -> str:
    """One line: that the spine was drawn, how it stands, and what is odd in it; empty for the subject's own spine."""
    spine = report.spine
    if not spine:
        return ""
    stands = asked_words({n: float(round(spine.standing[n])) for n in _STANDING if n in spine.standing})
    odd = (("stiff", spine.stiff), ("hypermobile", spine.hypermobile))
    return f"drawn, not measured: {stands}" + "".join(f"; {kind} {', '.join(n)}" for kind, n in odd if n)


def asked_words(asked: Mapping[str, Any]) -> str:
    """What ``Posture.to_dict`` gives, on one line; angles in degrees."""
    return _line(", ".join(f"{k.replace('_', ' ')} {_said(v)}" for k, v in asked.items()))


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{k} {_said(v)}" for k, v in value.items()) + ")"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _line(text: Any) -> str:
    """Without line breaks: a name may come from a file, and a header of a motion has one line per key."""
    return " ".join(str(text).split())
