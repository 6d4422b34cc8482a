"""How the report says what OpenSim made of a fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.biomech.report.opensim import OpenSimCheck
from synthgen.biomech.solving.confirmation import AGREE, Confirmation, Why
from synthgen.core.skeleton import VERTEBRAE


def opensim_check(found: Confirmation, frames: np.ndarray, every: int) -> OpenSimCheck:
    """The record of a clip.

    Args:
        found: of the K frames that were fitted.
        frames: (K,) their numbers in the clip.
        every: of the sample.
    """
    count = np.bincount(found.why, minlength=len(Why)).tolist()
    moved = np.nan_to_num(found.moved)
    settled = np.where(found.why >= Why.WORST, moved, 0.0)
    most, worst = int(moved.argmax()), int(found.rms.argmax())
    return OpenSimCheck(
        evaluated=len(frames),
        rms_mean_mm=_mm(found.rms.mean()),
        rms_worst_mm=_mm(found.rms[worst]),
        rms_worst_frame=int(frames[worst]),
        apart_mm=float(f"{1e3 * found.apart.max():.1g}"),
        solved=len(frames) - count[Why.NOT],
        unsettled=count[Why.UNSETTLED],
        apart=count[Why.APART],
        worst=count[Why.WORST],
        sampled=count[Why.SAMPLED],
        near=count[Why.NEAR],
        every=every,
        disagreeing=int((settled > AGREE).sum()),
        bound_mm=_mm(AGREE, 3),
        moved_mm=_mm(moved[most], 4),
        vertebra=VERTEBRAE[found.vertebra[most]] if _mm(moved[most], 4) else "",
        frame=int(frames[most]),
        settled_moved_mm=_mm(settled.max(), 4),
    )


def opensim_words(checks: Sequence[OpenSimCheck]) -> str:
    """What OpenSim did with all frames of some clips, and the biggest disagreement, in one sentence."""
    placed, solved = sum(c.evaluated for c in checks), sum(c.solved for c in checks)
    moved, settled = max(c.moved_mm for c in checks), max(c.settled_moved_mm for c in checks)
    return (
        f"OpenSim placed all {placed} frames and solved {solved} ({reasons_of(checks)}): it moved a vertebra by at most"
        f" {moved:.2f} mm, {settled:.2f} mm where the fit had converged; its model has every point within"
        f" {max(c.apart_mm for c in checks):g} mm of the fit's own"
    )


def reasons_of(checks: Sequence[OpenSimCheck]) -> str:
    """Why OpenSim solved frames: how many for which reason."""
    every = " or ".join(map(str, sorted({c.every for c in checks})))
    counts = (
        (sum(c.unsettled for c in checks), "not converged"),
        (sum(c.apart for c in checks), "placed elsewhere"),
        (sum(c.worst for c in checks), "with the largest errors"),
        (sum(c.sampled for c in checks), f"as a sample, every {every}"),
        (sum(c.near for c in checks), "because others disagree"),
    )
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def _mm(metres: float, digits: int = 2) -> float:
    return round(1e3 * float(metres), digits)
