"""The words that mark a simulated posture in files and pages: whoever opens one must not take it for measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthgen.biomech.report.fit_report import FitReport


def posture_name(report: FitReport) -> str:
    """Kind of the simulated posture of a motion, on one line; empty without one."""
    return _line(report.posture.name) if report.posture else ""


def posture_words(report: FitReport) -> str:
    """One line: the kind, that it was not measured, and the angles that were asked for; empty without one."""
    if not report.posture:
        return ""
    return f"{posture_name(report)} (simulated, not measured): {asked_words(report.posture.asked)}"


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
