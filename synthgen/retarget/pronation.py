"""How far a clip's forearms are turned about their own length, and whether it knows."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.rotations import frame, transposed, twist

UNOBSERVED = np.radians(2.0)
"""A clip whose pronation never leaves zero by more carries no information about it; the rig's rest pronation stays."""


def forearm_pronation(motion: SpineMotion, side: str) -> tuple[np.ndarray, np.ndarray]:
    """(T, 3, 3) turns of the forearm without pronation, which keep the elbow's hinge, and (T,) radians about them."""
    upper, fore = (motion.turn(f"{side}_{name}") for name in ("upper_arm", "forearm"))
    plain = frame(fore[..., 2], upper[..., 1])
    return plain, np.unwrap(twist(transposed(plain) @ fore, np.array([0.0, 0.0, 1.0])))


def pronates(motion: SpineMotion, side: str) -> bool:
    """Whether a whole clip shows the forearm pronating."""
    return bool(np.abs(forearm_pronation(motion, side)[1]).max() >= UNOBSERVED)
