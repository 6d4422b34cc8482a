"""Performances made once, and a writer of BVH files for the reader's tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.motion.clip import Clip
from synthgen.motion.exercises import exercise_with_truth
from synthgen.motion.exercises.figure import Truth

NAMES = {
    "mixamo": {"pelvis": "Hips", "L3": "Spine1", "T6": "Spine2", "C7": "Neck", "skull": "Head", "clavicle": "Shoulder",
               "upper_arm": "Arm", "forearm": "ForeArm", "hand": "Hand", "thigh": "UpLeg", "shank": "Leg",
               "foot": "Foot", "toes": "ToeBase"},
    "xsens": {"pelvis": "Hips", "L3": "Chest2", "T6": "Chest4", "C7": "Neck", "skull": "Head", "clavicle": "Collar",
              "upper_arm": "Shoulder", "forearm": "Elbow", "hand": "Wrist", "thigh": "Hip", "shank": "Knee",
              "foot": "Ankle", "toes": "Toe"},
    "cmu": {"pelvis": "Hips", "L4": "LowerBack", "L3": "Spine", "T6": "Spine1", "C7": "Neck", "skull": "Head",
            "clavicle": "Shoulder", "upper_arm": "Arm", "forearm": "ForeArm", "hand": "Hand", "thigh": "UpLeg",
            "shank": "Leg", "foot": "Foot", "toes": "ToeBase"},
}  # fmt: skip

Y_UP = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""Rows: forward, left, up of the world in a file whose Y is up and whose Z is forward."""


@lru_cache(maxsize=32)
def performance(name: str, **parameters: float) -> tuple[Clip, Truth]:
    return exercise_with_truth(name, **parameters)


def bvh_text(
    truth: Truth, convention: str = "mixamo", axes: np.ndarray = Y_UP, scale: float = 100.0, prefix: str = ""
) -> str:
    """The whole tree of a performance as BVH, one joint per segment; the rest skeleton is neutral standing."""
    tree, names = truth.body.tree, NAMES[convention]
    rest = tree.forward(truth.body.neutral())[0]
    turns = truth.transforms[:, :, :3, :3] @ np.swapaxes(rest[:, :3, :3], -1, -2)
    children: dict[str | None, list[int]] = {}
    for i, segment in enumerate(tree.segments):
        children.setdefault(segment.parent, []).append(i)
    columns: list[np.ndarray] = []
    lines = ["HIERARCHY"]

    def name_of(segment: str) -> str:
        side, _, part = segment.partition("_")
        plain = side.capitalize() + names[part] if part else names.get(segment, segment)
        return prefix + plain

    def write(i: int, depth: int) -> None:
        segment, pad = tree.segments[i], "  " * depth
        parent = -1 if segment.parent is None else tree.segment_index[segment.parent]
        offset = scale * axes.T @ (rest[i, :3, 3] - (rest[parent, :3, 3] if parent >= 0 else rest[i, :3, 3]))
        local = turns[:, i] if parent < 0 else np.swapaxes(turns[:, parent], -1, -2) @ turns[:, i]
        euler = Rotation.from_matrix(axes.T @ local @ axes).as_euler("ZXY", degrees=True)
        kind, channels = ("ROOT", 6) if parent < 0 else ("JOINT", 3)
        places = "Xposition Yposition Zposition " if parent < 0 else ""
        lines.append(f"{pad}{kind} {name_of(segment.name)}")
        lines.append(f"{pad}{{")
        lines.append(f"{pad}  OFFSET " + " ".join(f"{v:.7f}" for v in offset))
        lines.append(f"{pad}  CHANNELS {channels} {places}Zrotation Xrotation Yrotation")
        if parent < 0:
            columns.append(scale * truth.transforms[:, i, :3, 3] @ axes)
        columns.append(euler)
        for child in children.get(segment.name, []):
            write(child, depth + 1)
        if segment.name not in children:
            tip = {"skull": "head_top", "left_toes": "left_toe_tip", "right_toes": "right_toe_tip"}.get(segment.name)
            end = scale * axes.T @ (rest[i, :3, :3] @ truth.body.landmarks[tip][1]) if tip else np.zeros(3)
            lines.append(f"{pad}  End Site")
            lines.append(f"{pad}  {{")
            lines.append(f"{pad}    OFFSET " + " ".join(f"{v:.7f}" for v in end))
            lines.append(f"{pad}  }}")
        lines.append(f"{pad}}}")

    write(0, 0)
    rows = np.concatenate(columns, 1)
    lines += ["MOTION", f"Frames: {len(rows)}", "Frame Time: 0.0333333"]
    lines += [" ".join(f"{v:.7f}" for v in row) for row in rows]
    return "\n".join(lines) + "\n"


@pytest.fixture
def write_bvh(tmp_path: Path) -> Callable[..., Path]:
    """Writes an exercise (or given text) as BVH and returns the path."""

    def write(text: str | None = None, *, exercise: str = "squat", name: str = "take.bvh", **options) -> Path:
        path = tmp_path / name
        path.write_text(bvh_text(performance(exercise)[1], **options) if text is None else text)
        return path

    return write
