"""The BVH reader: round trips through three naming conventions, units and axes, and planted faults."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion.readers import bvh
from synthgen.motion.readers.bvh.motion import read
from synthgen.motion.readers.bvh.neutral import from_plumb

from .conftest import bvh_text, performance

Z_UP = np.eye(3)
POINTS = (
    "left_hip",
    "right_knee",
    "left_ankle",
    "right_toe_base",
    "left_shoulder",
    "right_elbow",
    "left_wrist",
    "neck_base",
    "pelvis",
)


@pytest.mark.parametrize("convention", ["mixamo", "xsens", "cmu"])
@pytest.mark.parametrize("exercise", ["squat", "lunge_rotation"])
def test_positions_and_orientations_come_back(write_bvh, convention: str, exercise: str) -> None:
    clip = bvh.READER.clip(write_bvh(exercise=exercise, convention=convention))
    original, truth = performance(exercise)
    assert clip.fps == pytest.approx(30.0, abs=1e-3) and clip.frames == original.frames
    assert any(convention in note for note in clip.notes)
    for name in POINTS:
        np.testing.assert_allclose(clip.points[name], original.points[name], atol=2e-5, err_msg=name)
    # The test's file calls L3 the lower spine joint.
    np.testing.assert_allclose(clip.points["lumbar_joint"], truth.segment("L3")[:, :3, 3], atol=2e-5)
    for name in ("pelvis", "T6", "skull", "left_thigh", "right_shank", "left_foot"):
        np.testing.assert_allclose(clip.orientations[name], original.orientations[name], atol=1e-4, err_msg=name)


@pytest.mark.parametrize(("scale", "unit"), [(1.0, "m"), (100.0, "cm"), (1000.0, "mm"), (1 / 0.0254, "inch")])
def test_units_are_found_and_told(write_bvh, scale: float, unit: str) -> None:
    clip = bvh.READER.clip(write_bvh(scale=scale))
    assert any(f"unit {unit} found" in note for note in clip.notes)
    np.testing.assert_allclose(clip.points["left_ankle"], performance("squat")[0].points["left_ankle"], atol=1e-4)


def test_cmu_length_unit_is_found(write_bvh) -> None:
    clip = bvh.READER.clip(write_bvh(convention="cmu", scale=1 / 0.0564444))
    assert any("unit cmu found" in note for note in clip.notes)


@pytest.mark.parametrize("axes", [Z_UP, np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])])
def test_axes_are_found_and_told(write_bvh, axes: np.ndarray) -> None:
    clip = bvh.READER.clip(write_bvh(axes=axes))
    up = "+z" if axes[2, 2] else "+y"
    assert any(f"up axis {up} (found)" in note for note in clip.notes)
    np.testing.assert_allclose(clip.points["left_wrist"], performance("squat")[0].points["left_wrist"], atol=1e-4)


def test_prefixes_are_ignored(write_bvh) -> None:
    assert bvh.READER.clip(write_bvh(prefix="mixamorig:")).frames == performance("squat")[0].frames


def test_unclear_height_asks_for_the_unit(write_bvh) -> None:
    path = write_bvh(scale=17.0)
    with pytest.raises(InputError, match="unit cannot be found"):
        bvh.READER.clip(path)
    clip = read(path, {"unit": 1 / 17.0})
    np.testing.assert_allclose(clip.points["left_knee"], performance("squat")[0].points["left_knee"], atol=1e-3)
    with pytest.raises(InputError, match="unit is not known"):
        read(path, {"unit": "cubit"})


def test_a_motion_along_another_axis_than_the_rest_skeleton_asks(write_bvh) -> None:
    path = write_bvh(exercise="plank_press_up")
    with pytest.raises(InputError, match="up axis is ambiguous"):
        bvh.READER.clip(path)
    clip = read(path, {"up": "+y"})
    np.testing.assert_allclose(
        np.ptp(clip.points["left_shoulder"], 0),
        np.ptp(performance("plank_press_up")[0].points["left_shoulder"], 0),
        atol=1e-4,
    )
    with pytest.raises(InputError, match="up axis is not known"):
        read(path, {"up": "up"})


def test_a_floating_take_is_brought_down_and_told(write_bvh) -> None:
    text = bvh_text(performance("squat")[1])
    head, values = text.split("Frame Time: 0.0333333\n")
    rows = [line.split() for line in values.splitlines()]
    raised = "\n".join(" ".join([r[0], str(float(r[1]) + 50), *r[2:]]) for r in rows)
    clip = bvh.READER.clip(write_bvh(head + "Frame Time: 0.0333333\n" + raised + "\n"))
    assert any("moved down by 0.5" in note for note in clip.notes)
    np.testing.assert_allclose(clip.points["left_ankle"], performance("squat")[0].points["left_ankle"], atol=2e-3)


def test_a_users_mapping_is_used(write_bvh, tmp_path: Path) -> None:
    text = bvh_text(performance("squat")[1]).replace("LeftUpLeg", "cuisse_g").replace("RightUpLeg", "cuisse_d")
    path = write_bvh(text)
    with pytest.raises(InputError, match="joint names are not known"):
        bvh.READER.clip(path)
    shipped = (Path(bvh.__file__).with_name("bvh_joints.yaml")).read_text()
    mapping = tmp_path / "joints.yaml"
    mapping.write_text(shipped.replace("LeftUpLeg", "cuisse_g").replace("RightUpLeg", "cuisse_d"))
    assert read(path, {"joints": mapping}).frames == performance("squat")[0].frames
    mapping.write_text("conventions: 3\n")
    with pytest.raises(InputError, match="mapping cannot be read"):
        read(path, {"joints": mapping})


def test_a_file_beside_the_motion_settles_what_is_unclear(write_bvh, tmp_path: Path) -> None:
    path = write_bvh(exercise="plank_press_up", scale=17.0)
    (tmp_path / "take.bvh.yaml").write_text(f"unit: {1 / 17.0}\nup: +y\n")
    clip = bvh.READER.clip(path)
    assert any("given" in note for note in clip.notes)
    span = np.ptp(performance("plank_press_up")[0].points["left_shoulder"], 0)
    np.testing.assert_allclose(np.ptp(clip.points["left_shoulder"], 0), span, atol=1e-3)
    for wrong in ("units: cm\n", "- 3\n", "unit: [1]\n", "unit: {\n"):
        (tmp_path / "take.bvh.yaml").write_text(wrong)
        with pytest.raises(InputError, match=r"take\.bvh\.yaml"):
            bvh.READER.clip(path)


def test_splayed_rest_legs_count_from_plumb() -> None:
    slanted = np.array([0.0, 0.3, -1.0])
    turn = from_plumb(slanted)
    np.testing.assert_allclose(turn @ (0, 0, -1), slanted / np.linalg.norm(slanted), atol=1e-12)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)


FAULTS = {
    "nan": (lambda t: re.sub(r"(Frame Time: \S+\n)\S+", r"\1nan", t), r"take\.bvh:\d+ value 1"),
    "inf": (lambda t: re.sub(r"(Frame Time: \S+\n)\S+", r"\1inf", t), "not a finite number"),
    "zero frames": (lambda t: re.sub(r"Frames: \d+", "Frames: 0", t), r"take\.bvh:\d+: the motion has no frames"),
    "truncated rows": (lambda t: t.rstrip("\n").rsplit("\n", 3)[0] + "\n", "truncated"),
    "truncated row": (lambda t: t[:-40], "a frame is not complete"),
    "too many": (lambda t: re.sub(r"Frames: \d+", "Frames: 3", t), "more frames than it says"),
    "frame time": (lambda t: re.sub(r"Frame Time: \S+", "Frame Time: -0.03", t), "frame time must be positive"),
    "frame time zero": (lambda t: re.sub(r"Frame Time: \S+", "Frame Time: 0", t), "frame time must be positive"),
    "no motion": (lambda t: t.split("MOTION")[0], "no MOTION"),
    "half a hierarchy": (lambda t: t.replace("}\nMOTION", "MOTION"), "hierarchy is not closed"),
    "bad offset": (lambda t: t.replace("OFFSET", "OFFSET nan", 1), r"take\.bvh:4: an offset"),
    "unknown joints": (lambda t: t.replace("Left", "Gauche"), "joint names are not known"),
    "empty": (lambda t: "", "empty"),
    "text": (lambda t: "hello\n", "no complete BVH"),
    "header": (lambda t: t.replace("Frame Time", "Frame Tim"), "header is not complete"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_named(write_bvh, fault: str) -> None:
    spoil, words = FAULTS[fault]
    path = write_bvh(spoil(bvh_text(performance("squat")[1])))
    with pytest.raises(InputError, match=words):
        bvh.READER.clip(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.bvh"):
        bvh.READER.clip(tmp_path / "gone.bvh")


def test_two_roots_are_refused_by_the_library_and_told(write_bvh) -> None:
    text = bvh_text(performance("squat")[1])
    hierarchy, motion = text.split("MOTION")
    second = "ROOT extra\n{\n OFFSET 0 0 0\n CHANNELS 0\n}\n"
    with pytest.raises(InputError, match="cannot be read"):
        bvh.READER.clip(write_bvh(hierarchy + second + "MOTION" + motion))
