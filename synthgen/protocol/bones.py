"""Bones on the wire: rows of place and rotation in Unreal's axes; ``docs/engine-protocol.md`` is the specification."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.frames import (
    transform,
    unreal_rotation_to_world,
    unreal_to_world,
    world_rotation_to_unreal,
    world_to_unreal,
)


def bones_from_rows(rows: np.ndarray) -> np.ndarray:
    """Rows of a payload as bones.

    Args:
        rows: (B, 7) x y z in cm and a unit quaternion x y z w, Unreal's axes.

    Returns:
        (B, 4, 4) metres, right-handed.
    """
    rotation = unreal_rotation_to_world(Rotation.from_quat(rows[:, 3:]).as_matrix())
    return transform(rotation, unreal_to_world(rows[:, :3]))


def rows_from_bones(bones: np.ndarray) -> np.ndarray:
    """Inverse of :func:`bones_from_rows`."""
    quaternions = Rotation.from_matrix(world_rotation_to_unreal(bones[:, :3, :3])).as_quat()
    return np.concatenate([world_to_unreal(bones[:, :3, 3]), quaternions], 1)
