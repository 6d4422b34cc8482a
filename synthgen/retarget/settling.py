"""Lowers a character until what bears its weight touches the floor: trunk before knees."""

from __future__ import annotations

import numpy as np

from synthgen.characters.rigs import SIDES
from synthgen.retarget.fading import faded
from synthgen.retarget.posing import Pose
from synthgen.retarget.support import Support

DROP = {"trunk": 0.12, "knees": 0.06}
"""The hips come down by no more than this to bring a part to the floor, metres. Limbs that are in the way then fold."""


def settle(pose: Pose, support: Support, fps: float) -> Pose:
    """Lowers who lies until the trunk touches the floor, who kneels until the lower of the knees does.

    Args:
        pose: the character's pose, its lowest point on the floor.
        support: when trunk and knees bear weight.
        fps: frames per second.
    """
    knees = np.asarray(support.knees.any(1)) & ~support.trunk
    for bears, part in ((support.trunk, "trunk"), (knees, "knees")):
        if bears.any():
            drop = np.clip(_gap(pose, support, part), 0.0, DROP[part])
            pose = pose.lifted(-faded(np.where(bears, drop, 0.0)[:, None], bears, fps)[:, 0])
    return pose


def _gap(pose: Pose, support: Support, part: str) -> np.ndarray:
    """(T,) metres from a part down to the floor, or from trunk and head, which nothing pushes under it."""
    outer, bones = pose.puppet.outer, pose.bones()
    least = outer.lowest(bones, outer.part("trunk", "head"))
    if part == "knees":
        for k, side in enumerate(SIDES):
            knee = outer.lowest(bones, outer.part(f"{side}_shank", f"{side}_thigh"))
            least = np.minimum(least, np.where(support.knees[:, k], knee, np.inf))
    return least
