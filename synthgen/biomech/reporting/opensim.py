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
    placed, solved = (sum(getattr(c, n) for c in checks) for n in ("evaluated", "solved"))
    moved, settled, apart = (max(getattr(c, n) for c in checks) for n in ("moved_mm", "settled_moved_mm", "apart_mm"))
    return (
        f"OpenSim placed all {placed} frames and solved {solved} ({reasons_of(checks)}): it moved a vertebra by at most"
        f" {moved:.2f} mm, {settled:.2f} mm where the fit had converged; its model's points are within {apart:g} mm"
    )


def reasons_of(checks: Sequence[OpenSimCheck]) -> str:
    """Why OpenSim solved frames: how many for which reason."""
    every = sorted({c.every for c in checks})
    words = {
        "unsettled": "not converged",
        "apart": "placed elsewhere",
        "worst": "with the largest errors",
        "sampled": f"as a sample, every {' or '.join(map(str, every))}",
        "near": "because others disagree",
    }
    counts = {n: sum(getattr(c, n) for c in checks) for n in words}
    return ", ".join(f"{count} {words[n]}" for n, count in counts.items() if count)


def _mm(metres: float, digits: int = 2) -> float:
    return round(1e3 * float(metres), digits)
