"""Keeps legs and arms as they were while the trunk takes another posture."""

from __future__ import annotations

import numpy as np

from synthgen.core.kinematics import Tree
from synthgen.core.rotations import axis_angle, nearest_euler

KEPT = ("left_thigh", "right_thigh", "left_upper_arm", "right_upper_arm")
"""Their directions in the world stay: feet stay where they stand, arms hang, hold and carry as before."""


def keep_limbs(tree: Tree, q: np.ndarray, world: np.ndarray, spine: np.ndarray, pelvis: float) -> np.ndarray:
    """Coordinates of the motion with a posture added.

    Args:
        tree: the subject.
        q: (T, C) coordinates of the motion; world: (T, S, 4, 4) their transforms.
        spine: (C,) radians added to the spine's coordinates in every frame.
        pelvis: radians by which the pelvis turns backwards about the hip axis (through its own origin).

    Returns:
        (T, C). The pelvis' place, the thighs' and upper arms' orientation in the world and all below them are kept.
    """
    out = q + spine
    turned = world[:, 0, :3, :3] @ axis_angle((0.0, 1.0, 0.0), np.asarray(-pelvis))
    columns = [tree.coordinate_index[f"pelvis_{n}"] for n in ("rotation", "tilt", "list")]
    out[:, columns] = nearest_euler(turned, "ZYX", q[:, columns])
    moved = tree.forward(out)
    for name in KEPT:
        i = tree.segment_index[name]
        segment = tree.segments[i]
        above = moved[:, tree.segment_index[str(segment.parent)], :3, :3] @ segment.neutral
        joint = np.swapaxes(above, -1, -2) @ world[:, i, :3, :3]
        axes = np.array([c.axis for c in segment.coordinates])
        sequence = "".join("XYZ"[k] for k in np.abs(axes).argmax(1))
        signs = axes.sum(1)
        columns = [tree.coordinate_index[c.name] for c in segment.coordinates]
        out[:, columns] = nearest_euler(joint, sequence, q[:, columns] * signs) * signs
    return np.asarray(out)
