"""Record of what OpenSim's own model said of a fit."""

from __future__ import annotations

from dataclasses import dataclass

from synthgen.core.records import Record


@dataclass(frozen=True)
class OpenSimCheck(Record):
    """How OpenSim judged the least squares' solution (``solving/confirmation.py``).

    Attributes:
        evaluated: frames whose points OpenSim's model placed: all but those that were interpolated.
        rms_mean_mm: millimetres, RMS of a frame's points in OpenSim's model from the conditioned ones, mean over
            frames; soft points do not count.
        rms_worst_mm, rms_worst_frame: the same of the worst frame.
        apart_mm: millimetres, the largest distance between a point in OpenSim's model and in the fit's own.
        solved: frames that OpenSim solved; its solution is the one that is delivered.
        unsettled: of these, frames that the least squares had not brought to convergence.
        apart: frames with a point that the two models have in different places.
        worst: frames with the largest residuals.
        sampled: every ``every``-th frame.
        near: frames near others that disagree, or all of them.
        every: how far the frames of the sample are from each other.
        disagreeing: frames taken for converged in which OpenSim moved a vertebra by more than ``bound_mm``.
        bound_mm: millimetres.
        moved_mm: millimetres, the most that OpenSim moved a vertebral body in any frame.
        vertebra, frame: where that is; ``vertebra`` is empty where nothing was moved.
        settled_moved_mm: millimetres, the same over the frames taken for converged alone.
    """

    evaluated: int
    rms_mean_mm: float
    rms_worst_mm: float
    rms_worst_frame: int
    apart_mm: float
    solved: int
    unsettled: int
    apart: int
    worst: int
    sampled: int
    near: int
    every: int
    disagreeing: int
    bound_mm: float
    moved_mm: float
    vertebra: str
    frame: int
    settled_moved_mm: float
