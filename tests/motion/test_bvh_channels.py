"""BVH files with any layout of channels: positions on every joint, other orders, scales, doubled names."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion.readers import bvh

from .bvh_files import bvh_text
from .conftest import performance


def same(clip, twin, atol: float = 2e-5) -> None:
    assert clip.points.keys() == twin.points.keys() and clip.orientations.keys() == twin.orientations.keys()
    for name, p in clip.points.items():
        np.testing.assert_allclose(p, twin.points[name], atol=atol, err_msg=name)
    for name, turn in clip.orientations.items():
        np.testing.assert_allclose(turn, twin.orientations[name], atol=1e-4, err_msg=name)


@pytest.mark.parametrize("reference", [False, True])
@pytest.mark.parametrize("positions", ["all", "added"])
@pytest.mark.parametrize("exercise", ["squat", "walking"])
def test_position_channels_on_every_joint(write_bvh, exercise: str, positions: str, reference: bool) -> None:
    """In place of the offset, or on top of it; under a reference root the pelvis carries the whole travel in them."""
    twin = bvh.READER.clip(write_bvh(exercise=exercise))
    clip = bvh.READER.clip(write_bvh(exercise=exercise, positions=positions, reference=reference))
    same(clip, twin)
    assert any("displacements" in n for n in clip.notes) == (positions == "added")


def test_positions_where_the_offsets_say_nothing(write_bvh) -> None:
    """All lengths stand in the channels; the zero pose is one point and cannot be asked."""
    clip = bvh.READER.clip(write_bvh(positions="first", reference=True))
    twin = bvh.READER.clip(write_bvh())
    for name, p in clip.points.items():
        np.testing.assert_allclose(p, twin.points[name], atol=2e-5, err_msg=name)
    turn = np.swapaxes(clip.orientations["pelvis"], 1, 2) @ twin.orientations["pelvis"]
    assert np.trace(turn, axis1=1, axis2=2).min() > 1 + 2 * np.cos(np.radians(1.0))


def test_a_pelvis_below_a_reference_root_travels(write_bvh) -> None:
    clip = bvh.READER.clip(write_bvh(exercise="walking", positions="all", reference=True))
    way = clip.points["pelvis"][-1] - clip.points["pelvis"][0]
    original = performance("walking")[0].points["pelvis"]
    np.testing.assert_allclose(way, original[-1] - original[0], atol=1e-4)
    assert np.linalg.norm(way) > 2


def test_joints_that_move_in_their_sockets(write_bvh) -> None:
    """Positions that differ from the offsets are the motion's, frame by frame."""
    text = bvh_text(performance("squat")[1], positions="all", frames=slice(0, 6))
    head, rows = text.split("Frame Time: 0.0333333\n")
    names = re.findall(r"(?:ROOT|JOINT) (\S+)", head)
    first = 6 * names.index("LeftForeArm")
    moved = []
    for t, row in enumerate(rows.splitlines()):
        words = row.split()
        words[first + 1] = f"{float(words[first + 1]) + 0.5 * t:.7f}"
        moved.append(" ".join(words))
    path = write_bvh(head + "Frame Time: 0.0333333\n" + "\n".join(moved) + "\n")
    clip, plain = bvh.READER.clip(path), performance("squat")[0]
    apart = np.linalg.norm(clip.points["left_elbow"] - plain.points["left_elbow"][:6], axis=1)
    np.testing.assert_allclose(apart, 0.005 * np.arange(6), atol=1e-4)
    np.testing.assert_allclose(clip.points["left_knee"], plain.points["left_knee"][:6], atol=1e-4)


@pytest.mark.parametrize("order", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"])
def test_any_order_of_rotations(write_bvh, order: str) -> None:
    same(bvh.READER.clip(write_bvh(order=order)), bvh.READER.clip(write_bvh()))


def test_channels_in_any_order_and_number(write_bvh) -> None:
    """Rotations before positions, positions as Z Y X, one channel or none where the others would be 0."""
    text = bvh_text(performance("squat")[1], frames=slice(0, 8))
    twin = bvh.READER.clip(write_bvh(text))
    head, rows = text.split("Frame Time: 0.0333333\n")
    head = head.replace(
        "CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation",
        "CHANNELS 6 Zrotation Xrotation Yrotation Zposition Yposition xPosition",
    )
    names = re.findall(r"(?:ROOT|JOINT) (\S+)", head)
    still = names.index("LeftToeBase")
    at = head.index("CHANNELS", head.index("JOINT LeftToeBase"))
    head = head[:at] + "CHANNELS 0" + head[head.index("\n", at) :]
    at = head.index("CHANNELS", head.index("JOINT RightToeBase"))
    head = head[:at] + "CHANNELS 1 Xrotation" + head[head.index("\n", at) :]
    out = []
    for row in rows.splitlines():
        words = row.split()
        words[:6] = [*words[3:6], words[2], words[1], words[0]]
        last = 3 + 3 * names.index("RightToeBase")
        words[last : last + 3] = words[last + 1 : last + 2]
        del words[3 + 3 * still : 6 + 3 * still]
        out.append(" ".join(words))
    same(bvh.READER.clip(write_bvh(head + "Frame Time: 0.0333333\n" + "\n".join(out) + "\n")), twin)


def test_scales_of_one_are_nothing_and_others_are_told(write_bvh) -> None:
    text = bvh_text(performance("squat")[1], frames=slice(0, 4))
    head, rows = text.split("Frame Time: 0.0333333\n")
    head = head.replace(
        "Zposition Zrotation Xrotation Yrotation", "Zposition Zrotation Xrotation Yrotation Xscale Yscale Zscale"
    )
    head = head.replace("CHANNELS 6", "CHANNELS 9", 1)

    def scaled(by: str) -> Path:
        lines = [" ".join([*r.split()[:6], "1", "1.0", by, *r.split()[6:]]) for r in rows.splitlines()]
        return write_bvh(head + "Frame Time: 0.0333333\n" + "\n".join(lines) + "\n")

    same(bvh.READER.clip(scaled("1.000001")), bvh.READER.clip(write_bvh(text)))
    with pytest.raises(InputError, match=r"scaled[\s\S]*Hips Zscale 1.2"):
        bvh.READER.clip(scaled("1.2"))


def test_doubled_names_matter_only_where_they_are_needed(write_bvh) -> None:
    text = bvh_text(performance("squat")[1], frames=slice(0, 4))
    same(bvh.READER.clip(write_bvh(text.replace("JOINT L5", "JOINT T1"))), bvh.READER.clip(write_bvh(text)))
    with pytest.raises(InputError, match=r"several joints of the body have one name[\s\S]*LeftHand"):
        bvh.READER.clip(write_bvh(text.replace("JOINT L5", "JOINT LeftHand")))
