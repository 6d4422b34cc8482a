"""The gate on rig motions: does this character follow the fitted spine closely enough to be labelled?"""

from __future__ import annotations

import numpy as np

from synthgen.core.acceptance import Criterion, Verdict
from synthgen.core.skeleton import VERTEBRAE
from synthgen.retarget.rig_motion import RigMotion

AIM_MM = 10.0
"""Millimetres, mean over vertebrae and frames: what every shipped rig and clip keeps. Whoever accepts more gets a
warning with it."""


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
