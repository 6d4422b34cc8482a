"""Clinical measures of a spine, frame by frame: kyphosis, lordosis, Cobb angle, balance, pelvic tilt.

How they are taken: ``clinical_angles.py``. Constants, usual values and their sources: ``data/clinical.yaml``.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from synthgen.biomech.report.fit_report import MeasureSummary
from synthgen.core.tables import table

COBB_LEVELS: tuple[str, ...] = (*(f"T{i}" for i in range(1, 13)), *(f"L{i}" for i in range(1, 6)))
"""Vertebrae that may end a lateral curve, from above."""


def constants() -> dict[str, Any]:
    """``data/clinical.yaml``."""
    return table("biomech/data/clinical.yaml")


@dataclass(frozen=True)
class ClinicalMeasures:
    """Measures of T frames.

    Attributes:
        values: measure of ``data/clinical.yaml`` → (T,) degrees or millimetres, NaN where it has no meaning
            (what is taken against gravity, of somebody who lies, stands on the head or is bent double).
        curve: (T, 3) indices into :data:`COBB_LEVELS` of the Cobb angle's upper end, apex and lower end.
        tilt: (T, 17) degrees that each of :data:`COBB_LEVELS` leans to the right in the trunk's coronal plane.
    """

    values: dict[str, np.ndarray]
    curve: np.ndarray
    tilt: np.ndarray

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(self.curve)

    def to_dict(self, frame: int) -> dict[str, float | str | None]:
        """JSON-able measures of one frame, to 0.01° and 0.1 mm, with ``cobb_upper``, ``cobb_apex``, ``cobb_lower``.

        None where a measure has no meaning.
        """
        units = {name: row["unit"] for name, row in constants()["measures"].items()}
        out: dict[str, float | str | None] = {}
        for name, value in self.values.items():
            # -0.0 would be another text for the same number
            number = round(float(value[frame]), 2 if units[name] == "deg" else 1) + 0.0
            out[name] = number if np.isfinite(number) else None
        ends = (COBB_LEVELS[i] for i in self.curve[frame])
        return out | dict(zip(("cobb_upper", "cobb_apex", "cobb_lower"), ends, strict=True))

    def summary(self) -> dict[str, MeasureSummary]:
        """Measure → its summary over the frames, to a tenth of its unit; that of ``cobb`` names the largest curve."""
        out = {name: _summary(value) for name, value in self.values.items()}
        most = int(np.argmax(self.values["cobb"]))
        upper, apex, lower = (COBB_LEVELS[i] for i in self.curve[most])
        return out | {"cobb": replace(out["cobb"], upper=upper, apex=apex, lower=lower, frame=most)}

    def table(self, fps: float, simulated_posture: str = "") -> str:
        """The measures as CSV: one row per frame, empty fields where a measure has no meaning.

        Args:
            fps: frames per second.
            simulated_posture: kind of the posture that was added to the motion, told in every row; empty where the
                motion is as it was measured.
        """
        units = {name: row["unit"] for name, row in constants()["measures"].items()}
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        ends = ("cobb_upper", "cobb_apex", "cobb_lower")
        writer.writerow(["frame", "time_s", *(f"{n}_{units[n]}" for n in self.values), *ends, "simulated_posture"])
        for t in range(self.frames):
            row = [f"{v[t]:.2f}" if np.isfinite(v[t]) else "" for v in self.values.values()]
            writer.writerow([t, f"{t / fps:.4f}", *row, *(COBB_LEVELS[i] for i in self.curve[t]), simulated_posture])
        return out.getvalue()


def _summary(values: np.ndarray) -> MeasureSummary:
    known = values[np.isfinite(values)]
    if not known.size:
        return MeasureSummary(median=None, min=None, max=None, frames=0)
    median, least, most = (round(float(f(known)), 1) for f in (np.median, np.min, np.max))
    return MeasureSummary(median=median, min=least, max=most, frames=len(known))
