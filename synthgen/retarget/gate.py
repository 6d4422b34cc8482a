"""The gate on rig motions: does this character follow the fitted spine, and keep its hands out of itself?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.core.acceptance import Criterion, Verdict
from synthgen.core.skeleton import VERTEBRAE
from synthgen.retarget.rig_motion import RigMotion

AIM_MM = 10.0
"""Millimetres, mean over vertebrae and frames: what every shipped rig and clip keeps. Whoever accepts more gets a
warning with it."""


HAND_MM = 5.0
"""Millimetres that a hand or forearm may be in the body of its own: skin that touches skin gives way by some."""


def judge_rig_motion(motion: RigMotion, limit_mm: float = AIM_MM) -> Verdict:
    """Looks at how far a character's vertebrae are from the fitted ones brought to its size.

    Args:
        motion: the character's.
        limit_mm: largest mean over vertebrae and frames that is accepted, millimetres; beyond :data:`AIM_MM` an
            accepted motion is marked.
    """
    mean = float(motion.residual_mm.mean())
    worst = VERTEBRAE[int(np.argmax(motion.residual_mm.mean(0)))]
    passed = mean <= limit_mm  # what is not a number is refused
    check = Criterion("mean distance from the fitted vertebrae", f"{mean:.1f} mm", f"{limit_mm:g} mm", passed, worst)
    far = f"the vertebrae on rig {motion.rig} are {mean:.1f} mm from the fitted ones on average, aim {AIM_MM:g} mm"
    return Verdict((check,), (far,) if mean > AIM_MM else ())


def judge_moment(motion: RigMotion, frame: int, limit_mm: float = AIM_MM) -> Verdict:
    """As :func:`judge_rig_motion` for one frame, which is also refused when a hand is in the body.

    Args:
        motion: the character's, of a clip or of a window of one.
        frame: the frame of ``motion`` that is shown.
        limit_mm: as there, mean over the vertebrae.
    """
    verdict = judge_rig_motion(replace(motion, residual_mm=motion.residual_mm[frame : frame + 1]), limit_mm)
    deep = float(motion.hand_depth_mm[frame])
    hands = Criterion("hand or forearm in the body", f"{deep:.1f} mm", f"{HAND_MM:g} mm", deep <= HAND_MM)
    return Verdict((*verdict.checks, hands), verdict.warnings)
