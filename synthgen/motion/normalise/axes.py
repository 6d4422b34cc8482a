"""Names of axes and the turn that brings a file's up axis to the world's Z."""

from __future__ import annotations

import numpy as np

AXES: dict[str, np.ndarray] = {
    sign + name: (1.0 if sign == "+" else -1.0) * axis
    for name, axis in zip("xyz", np.eye(3), strict=True)
    for sign in "+-"
}
"""``+x`` … ``-z`` → (3,) unit vector."""

_FORWARD = {"x": "+y", "y": "+x", "z": "+x"}


def to_world(up: str) -> np.ndarray:
    """(3, 3) rotation file → world; its rows are the world's X, Y and Z in the file's axes.

    A file with Y up keeps its X, as OpenSim's frame does; one with Z up is left as it is.
    """
    vertical, forward = AXES[up], AXES[_FORWARD[up[1]]]
    return np.stack([forward, np.cross(vertical, forward), vertical])
