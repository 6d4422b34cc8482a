"""From a DeepMimic humanoid's rows to a clip; ``deepmimic.yaml`` has the layout of a row, and its sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.frames import opensim_rotation_to_world, opensim_to_world
from synthgen.motion.clip import Clip
from synthgen.motion.normalise.floor import settle
from synthgen.motion.readers.deepmimic.rows import even, layout, read_rows

_SAME_PLACE = 0.05  # m; a clip whose root comes back this near to its start loops


def read(path: Path, source: str | None = None) -> Clip:
    """Reads a DeepMimic humanoid file.

    Args:
        path: JSON text with ``Frames`` (rows of 44 numbers) and ``Loop``.
        source: what to call it in the clip; the path when missing.

    Raises:
        InputError: the file is missing, is not of this format, or holds NaN, infinite or senseless numbers.
    """
    rows, loop = read_rows(Path(path))
    rows, fps, notes = even(rows, str(path))
    positions, rotations = forward(rows)
    known = layout()
    points = {ours: opensim_to_world(positions[theirs]) for theirs, ours in known["points"].items()}
    orientations = {ours: opensim_rotation_to_world(rotations[theirs]) for theirs, ours in known["segments"].items()}
    travelled = float(np.linalg.norm(rows[-1, 1:4] - rows[0, 1:4]))
    if loop and travelled > _SAME_PLACE:
        notes += (f"the pose repeats {travelled:.2f} m further on",)
    clip = Clip(
        name=Path(path).stem,
        points=points,
        orientations=orientations,
        fps=fps,
        source=source or str(path),
        licence=known["licence"] if source else "unknown: the user's file",
        loop=loop and travelled <= _SAME_PLACE,
        notes=notes,
    )
    return settle(clip)


def forward(rows: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Joint positions (T, 3) and part rotations (T, 3, 3) in DeepMimic's frame (X forward, Y up, Z right)."""
    positions: dict[str, np.ndarray] = {}
    rotations: dict[str, np.ndarray] = {}
    for name, joint in layout()["joints"].items():
        column = joint["column"]
        if joint["kind"] == "ball":
            turn = Rotation.from_quat(rows[:, column : column + 4], scalar_first=True).as_matrix()
        elif joint["kind"] == "hinge":
            turn = Rotation.from_rotvec(rows[:, column, None] * (0.0, 0.0, 1.0)).as_matrix()
        else:
            turn = np.broadcast_to(np.eye(3), (len(rows), 3, 3))
        if joint["parent"] is None:
            positions[name], rotations[name] = rows[:, 1:4], turn
        else:
            above = rotations[joint["parent"]]
            positions[name] = positions[joint["parent"]] + above @ np.array(joint["offset"])
            rotations[name] = above @ turn
    return positions, rotations
