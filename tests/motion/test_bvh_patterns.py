"""Skeletons as public BVH files have them: a lost chest, a calibration pose, two chests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.motion.readers import bvh

CMU = {  # joint: (parent, offset in the database's unit); a person of our own, proportions of an adult
    "Hips": (None, (0, 0, 0)),
    "LHipJoint": ("Hips", (0, 0, 0)),
    "LeftUpLeg": ("LHipJoint", (1.5, -1.7, 0.8)),
    "LeftLeg": ("LeftUpLeg", (0, -7.2, 0)),
    "LeftFoot": ("LeftLeg", (0, -7.3, 0)),
    "LeftToeBase": ("LeftFoot", (0, -0.6, 2.3)),
    "RHipJoint": ("Hips", (0, 0, 0)),
    "RightUpLeg": ("RHipJoint", (-1.5, -1.7, 0.8)),
    "RightLeg": ("RightUpLeg", (0, -7.2, 0)),
    "RightFoot": ("RightLeg", (0, -7.3, 0)),
    "RightToeBase": ("RightFoot", (0, -0.6, 2.3)),
    "LowerBack": ("Hips", (0, 0, 0)),
    "Spine": ("LowerBack", (0, 2.1, -0.1)),
    "Spine1": ("Spine", (0, 2.1, 0)),
    "Neck": ("Spine1", (0, 0, 0)),
    "Neck1": ("Neck", (0, 1.7, 0)),
    "Head": ("Neck1", (0, 1.6, 0)),
    "LeftShoulder": ("Spine1", (0, 0, 0)),
    "LeftArm": ("LeftShoulder", (3.3, 0.4, 0)),
    "LeftForeArm": ("LeftArm", (5.1, 0, 0)),
    "LeftHand": ("LeftForeArm", (4.5, 0, 0)),
    "RightShoulder": ("Spine1", (0, 0, 0)),
    "RightArm": ("RightShoulder", (-3.3, 0.4, 0)),
    "RightForeArm": ("RightArm", (-5.1, 0, 0)),
    "RightHand": ("RightForeArm", (-4.5, 0, 0)),
}


UNIT = 0.0564444


def cmu_text(spine1: list[float], arms: list[float], chest: float = 0.0) -> str:
    """A BVH file whose Spine1 bends forward and whose arms are lowered by so many degrees, frame by frame."""
    lines, order = ["HIERARCHY"], []

    def write(name: str, depth: int) -> None:
        parent, offset = CMU[name]
        if chest and parent == "Spine1":
            offset = (offset[0], offset[1] + chest, offset[2])
        pad = "\t" * depth
        order.append(name)
        where = "6 Xposition Yposition Zposition" if parent is None else "3"
        lines.extend(
            [
                f"{pad}{'ROOT' if parent is None else 'JOINT'} {name}",
                pad + "{",
                f"{pad}\tOFFSET {offset[0]} {offset[1]} {offset[2]}",
                f"{pad}\tCHANNELS {where} Zrotation Yrotation Xrotation",
            ]
        )
        children = [n for n, (p, _) in CMU.items() if p == name]
        for child in children:
            write(child, depth + 1)
        if not children:
            lines.extend([pad + "\tEnd Site", pad + "\t{", f"{pad}\t\tOFFSET 0 1 0", pad + "\t}"])
        lines.append(pad + "}")

    write("Hips", 0)
    lines += ["MOTION", f"Frames: {len(spine1)}", "Frame Time: .0083333"]
    for bend, arm in zip(spine1, arms, strict=True):
        turn = {"Spine1": (0, 0, bend), "LeftArm": (-arm, 0, 0), "RightArm": (arm, 0, 0)}
        values = ["0 16.8 0"] + [" ".join(str(v) for v in turn.get(n, (0, 0, 0))) for n in order]
        lines.append(" ".join(values))
    return "\n".join(lines) + "\n"


def test_the_chest_that_a_conversion_lost_is_put_in(tmp_path: Path) -> None:
    (tmp_path / "take.bvh").write_text(cmu_text([0, 10, 20, 30], [80, 80, 80, 80]))
    clip = bvh.READER.clip(tmp_path / "take.bvh")
    assert any("Spine1 and Neck are one point" in n for n in clip.notes)
    hips = clip.points["pelvis"]
    up = UNIT * np.array([2.1 + 2.1 + 1.7 + 2.1 + 1.7, 2.1 + 2.1 + 1.7])  # to the neck's middle, to Spine1
    assert clip.points["neck_base"][0, 2] - hips[0, 2] == pytest.approx(up[0], abs=1e-4)
    bent = up[1] + UNIT * (2.1 + 1.7) * np.cos(np.radians(30))
    assert clip.points["neck_base"][3, 2] - hips[3, 2] == pytest.approx(bent, abs=1e-4)
    shoulder = up[1] + UNIT * (2.1 + 0.4) * np.cos(np.radians(30))
    assert clip.points["left_shoulder"][3, 2] - hips[3, 2] == pytest.approx(shoulder, abs=1e-4)
    assert clip.points["left_knee"][3, 2] - hips[3, 2] == pytest.approx(-UNIT * 7.2, abs=1e-4)


def test_a_chest_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "take.bvh").write_text(cmu_text([0, 0], [80, 80], chest=2.0))
    clip = bvh.READER.clip(tmp_path / "take.bvh")
    assert not any("chest has no length" in n for n in clip.notes)
    up = clip.points["neck_base"][0, 2] - clip.points["pelvis"][0, 2]
    assert up == pytest.approx(UNIT * (2.1 + 2.1 + 1.7 + 2.0), abs=1e-4)


def test_a_calibration_pose_before_the_motion_is_left_out(tmp_path: Path) -> None:
    bends = [0.0, *(20 + 0.3 * t for t in range(40))]
    (tmp_path / "take.bvh").write_text(cmu_text(bends, [0.0] + [85.0] * 40))
    clip = bvh.READER.clip(tmp_path / "take.bvh")
    assert clip.frames == 40 and any("first frame is a calibration pose" in n for n in clip.notes)
    fast = [12.0 * t for t in range(6)]  # a motion that is as fast from the beginning
    (tmp_path / "take.bvh").write_text(cmu_text(fast, [60 + 12.0 * t for t in range(6)]))
    assert bvh.READER.clip(tmp_path / "take.bvh").frames == 6


def test_skeletons_with_two_chests(tmp_path: Path) -> None:
    names = {
        "LowerBack": "Chest0",
        "Spine1": "Chest2",
        "Spine": "Chest",
        "LeftUpLeg": "LeftHip",
        "LeftLeg": "LeftKnee",
        "LeftFoot": "LeftAnkle",
        "LeftToeBase": "LeftToe",
        "LeftShoulder": "LeftCollar",
        "LeftArm": "LeftShoulder",
        "LeftForeArm": "LeftElbow",
        "LeftHand": "LeftWrist",
    }
    names |= {k.replace("Left", "Right"): v.replace("Left", "Right") for k, v in names.items() if "Left" in k}
    text = cmu_text([0, 5, 10], [80, 80, 80], chest=2.0)
    lines = [
        line.replace(line.split()[1], names.get(line.split()[1], line.split()[1]))
        if line.strip().startswith(("JOINT", "ROOT"))
        else line
        for line in text.splitlines()
    ]
    (tmp_path / "take.bvh").write_text("\n".join(lines) + "\n")
    (tmp_path / "take.bvh.yaml").write_text(f"unit: {UNIT}\n")
    clip = bvh.READER.clip(tmp_path / "take.bvh")
    assert any("joints named as two_chests" in n for n in clip.notes) and {"T6", "skull"} <= set(clip.orientations)
