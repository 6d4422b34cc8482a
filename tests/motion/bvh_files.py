"""A writer of BVH files of known motion, in any axes of joints and world, any unit and any layout of channels."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import BodyModel
from synthgen.motion.exercises.truth import Truth

NAMES = {
    "mixamo": {
        "pelvis": "Hips",
        "L3": "Spine1",
        "T6": "Spine2",
        "C7": "Neck",
        "skull": "Head",
        "clavicle": "Shoulder",
        "upper_arm": "Arm",
        "forearm": "ForeArm",
        "hand": "Hand",
        "thigh": "UpLeg",
        "shank": "Leg",
        "foot": "Foot",
        "toes": "ToeBase",
    },
    "xsens": {
        "pelvis": "Hips",
        "L3": "Chest2",
        "T6": "Chest4",
        "C7": "Neck",
        "skull": "Head",
        "clavicle": "Collar",
        "upper_arm": "Shoulder",
        "forearm": "Elbow",
        "hand": "Wrist",
        "thigh": "Hip",
        "shank": "Knee",
        "foot": "Ankle",
        "toes": "Toe",
    },
    "cmu": {
        "pelvis": "Hips",
        "L4": "LowerBack",
        "L3": "Spine",
        "T6": "Spine1",
        "C7": "Neck",
        "skull": "Head",
        "clavicle": "Shoulder",
        "upper_arm": "Arm",
        "forearm": "ForeArm",
        "hand": "Hand",
        "thigh": "UpLeg",
        "shank": "Leg",
        "foot": "Foot",
        "toes": "ToeBase",
    },
}
NAMES["lafan"] = {**NAMES["mixamo"], "toes": "Toe"}

Y_UP = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""Rows: forward, left, up of the world in a file whose Y is up and whose Z is forward."""
Z_UP = np.eye(3)
X_UP = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])

JointAxes = Callable[[str, np.ndarray], np.ndarray]
"""A segment and its bone (3,), forward, left and up in neutral standing → (3, 3) the joint's axes → the same."""


def along_x(segment: str, bone: np.ndarray) -> np.ndarray:
    """Joints whose own X follows the bone, the other two turned about it by some angle of the segment's own."""
    x = bone / np.linalg.norm(bone) if np.linalg.norm(bone) > 1e-9 else np.array([0.0, 0.0, 1.0])
    helper = np.array([0.0, 1.0, 0.0]) if abs(x[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    z = np.cross(x, helper) / np.linalg.norm(np.cross(x, helper))
    spin = Rotation.from_rotvec((len(segment) % 5) * 0.4 * x).as_matrix()
    return spin @ np.stack([x, np.cross(z, x), z], 1)


def tumbled(segment: str, bone: np.ndarray) -> np.ndarray:
    """Joints whose axes lie anyhow."""
    return Rotation.random(random_state=sum(map(ord, segment))).as_matrix()


def bvh_text(
    truth: Truth,
    convention: str = "mixamo",
    axes: np.ndarray = Y_UP,
    scale: float = 100.0,
    prefix: str = "",
    *,
    world: np.ndarray | None = None,
    joint_axes: JointAxes | None = None,
    order: str = "ZXY",
    positions: str = "root",
    reference: bool = False,
    root_offset: tuple[float, float, float] = (0.0, 0.0, 0.0),
    frames: slice = slice(None),
) -> str:
    """The whole tree of a performance as BVH, one joint per segment.

    Args:
        axes: rows are forward, left and up of the zero pose, which is neutral standing, in the file.
        world: the same of the world in which the motion is; ``axes`` when missing.
        joint_axes: axes of each joint, which make the zero pose a heap; the zero pose's own when missing.
        order: of the rotations, such as ``ZXY``.
        positions: ``root`` has position channels alone, or ``all``: every joint, in place of its offset, ``first``:
            the same ahead of a zero offset, ``added``: every joint, on top of its offset.
        reference: a root that stands still, of which the pelvis is a child with the travel in its channels.
        root_offset: of the root, which its channels replace.
        frames: those that are written.
    """
    tree, names = truth.body.tree, NAMES[convention]
    world = axes if world is None else world
    rest = tree.forward(truth.body.neutral())[0]
    turns = truth.transforms[frames][:, :, :3, :3] @ np.swapaxes(rest[:, :3, :3], -1, -2)
    places = truth.transforms[frames][:, :, :3, 3]
    children: dict[str | None, list[int]] = {}
    for i, segment in enumerate(tree.segments):
        children.setdefault(segment.parent, []).append(i)
    tips = _tips(truth.body, rest)
    own = [
        axes if joint_axes is None else joint_axes(s.name, _bone(i, s.name, rest, children, tips))
        for i, s in enumerate(tree.segments)
    ]
    turned = np.stack([world.T @ turns[:, i] @ own[i] for i in range(len(own))], 1)  # a joint's axes → the file's
    columns: list[np.ndarray] = []
    lines = ["HIERARCHY"]
    rotations = " ".join(f"{a}rotation" for a in order)
    if reference:
        lines += ["ROOT reference", "{", "  OFFSET 0 0 0", f"  CHANNELS 6 Xposition Yposition Zposition {rotations}"]
        columns.append(np.zeros((len(turns), 6)))

    def name_of(segment: str) -> str:
        side, _, part = segment.partition("_")
        plain = side.capitalize() + names[part] if part else names.get(segment, segment)
        return prefix + plain

    def write(i: int, depth: int) -> None:
        segment, pad = tree.segments[i], "  " * depth
        parent = -1 if segment.parent is None else tree.segment_index[segment.parent]
        if parent >= 0:
            offset = scale * own[parent].T @ (rest[i, :3, 3] - rest[parent, :3, 3])
            above = np.swapaxes(turned[:, parent], -1, -2)
            local = above @ turned[:, i]
            place = scale * np.einsum("tij,tj->ti", above, (places[:, i] - places[:, parent]) @ world)
        else:
            offset, local, place = np.array(root_offset), turned[:, i], scale * places[:, i] @ world
        wanted = parent < 0 or positions != "root"
        if parent >= 0 and positions == "added":
            place = place - offset
        kind = "ROOT" if parent < 0 and not reference else "JOINT"
        lines.append(f"{pad}{kind} {name_of(segment.name)}")
        lines.append(f"{pad}{{")
        written = np.zeros(3) if parent >= 0 and positions == "first" else offset
        lines.append(f"{pad}  OFFSET " + " ".join(f"{v:.7f}" for v in written))
        where = "Xposition Yposition Zposition " if wanted else ""
        lines.append(f"{pad}  CHANNELS {6 if wanted else 3} {where}{rotations}")
        if wanted:
            columns.append(place)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # gimbal lock: any of the triples will do
            columns.append(Rotation.from_matrix(local).as_euler(order, degrees=True))
        for child in children.get(segment.name, []):
            write(child, depth + 1)
        if segment.name not in children:
            lines.append(f"{pad}  End Site")
            lines.append(f"{pad}  {{")
            end = scale * own[i].T @ tips.get(segment.name, np.zeros(3))
            lines.append(f"{pad}    OFFSET " + " ".join(f"{v:.7f}" for v in end))
            lines.append(f"{pad}  }}")
        lines.append(f"{pad}}}")

    write(0, 1 if reference else 0)
    if reference:
        lines.append("}")
    rows = np.concatenate(columns, 1)
    lines += ["MOTION", f"Frames: {len(rows)}", "Frame Time: 0.0333333"]
    lines += [" ".join(f"{v:.7f}" for v in row) for row in rows]
    return "\n".join(lines) + "\n"


def _tips(body: BodyModel, rest: np.ndarray) -> dict[str, np.ndarray]:
    """Segment → (3,) from its joint to its tip in neutral standing, metres."""
    tips = {"skull": "head_top", "left_toes": "left_toe_tip", "right_toes": "right_toe_tip"}
    return {s: rest[body.tree.segment_index[s], :3, :3] @ body.landmarks[tip][1] for s, tip in tips.items()}


def _bone(i: int, name: str, rest: np.ndarray, children: dict, tips: dict) -> np.ndarray:
    """(3,) from a joint to its first child, or to its tip, in neutral standing, metres."""
    if name not in children:
        return tips.get(name, np.zeros(3))
    return rest[children[name][0], :3, 3] - rest[i, :3, 3]
