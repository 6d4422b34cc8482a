"""Table of what OpenSim's own model says of a fit."""

from __future__ import annotations

from synthgen.biomech.page.cells import Table, table
from synthgen.biomech.report.opensim import OpenSimCheck
from synthgen.biomech.reporting.opensim import reasons_of


def opensim_table(check: OpenSimCheck) -> Table:
    """How many frames OpenSim placed and solved, why, and how far it disagreed."""
    most = f"{check.moved_mm:.2f} mm"
    if check.vertebra:
        most += f" ({check.vertebra}, frame {check.frame})"
    rows = [
        ("frames placed in OpenSim's model", str(check.evaluated)),
        ("marker RMS there, mean and worst frame", _rms(check)),
        ("largest distance of a point there from where the fit has it", f"{check.apart_mm:g} mm"),
        ("frames solved by OpenSim", f"{check.solved}: {reasons_of([check])}" if check.solved else "none"),
        ("most that OpenSim moved a vertebra", most),
        ("the same where the fit counted as converged", f"{check.settled_moved_mm:.2f} mm"),
        (f"frames that disagree by more than {check.bound_mm:g} mm there", str(check.disagreeing)),
    ]
    return table(("", ""), rows)


def _rms(check: OpenSimCheck) -> str:
    return f"{check.rms_mean_mm:.1f} mm, {check.rms_worst_mm:.1f} mm (frame {check.rms_worst_frame})"
