"""The spine of a character at rest: its levels and the points of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.core.skeleton import VERTEBRAE

LEVELS = ("sacrum", *VERTEBRAE)


@dataclass(frozen=True)
class SpineRest:
    """A character's spine at rest.

    Attributes:
        joints: (26, 3) joint below each of ``skeleton.SPINE_SEGMENTS`` (sacrum: the L5/S1 joint again).
        body, spinous, skin: (25, 3) points of sacrum and the 24 vertebrae.
        trunk_scale, neck_scale: size of the trunk and of the neck relative to the reference body.
    """

    joints: np.ndarray
    body: np.ndarray
    spinous: np.ndarray
    skin: np.ndarray
    trunk_scale: float
    neck_scale: float
