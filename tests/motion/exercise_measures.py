"""What tests of exercises read off a performance."""

from __future__ import annotations

import numpy as np

from synthgen.motion.clip import Clip
from synthgen.motion.exercises.truth import Truth


def region(truth: Truth, name: str) -> np.ndarray:
    """(T,) a region's total angle in degrees, summed over its joints."""
    k = truth.body.rhythm_names.index(name)
    return np.degrees(truth.q[:, truth.body.rhythm[:, k] > 0].sum(1))


def coordinate(truth: Truth, name: str) -> np.ndarray:
    return np.degrees(truth.q[:, truth.body.tree.coordinate_index[name]])


def shoulder_yaw(clip: Clip) -> np.ndarray:
    """(T,) how far the line of the shoulders is turned left, degrees."""
    line = clip.points["left_shoulder"] - clip.points["right_shoulder"]
    return np.degrees(np.arctan2(-line[:, 0], line[:, 1]))
