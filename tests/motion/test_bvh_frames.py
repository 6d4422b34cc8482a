"""BVH files whose zero pose and world stand in different axes, or whose zero pose is no figure at all."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.biomech.fit import fit_clip
from synthgen.core.errors import InputError
from synthgen.core.skeleton import VERTEBRAE
from synthgen.motion.clip import Clip
from synthgen.motion.normalise.axes import AXES
from synthgen.motion.readers import bvh
from synthgen.motion.readers.bvh.motion import read

from .bvh_files import X_UP, Y_UP, Z_UP, along_x, bvh_text, tumbled
from .conftest import performance

MINUS_Y_UP = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
WORLDS = {"+x": X_UP, "+y": Y_UP, "+z": Z_UP, "-y": MINUS_Y_UP}
LIE = {"plank_press_up", "cat_cow"}
"""Exercises in which nobody stands: their up axis stays a question."""


def degrees_off(a: np.ndarray, b: np.ndarray) -> float:
    """The largest angle between rotations (T, 3, 3)."""
    return float(np.degrees(Rotation.from_matrix(np.swapaxes(a, 1, 2) @ b).magnitude()).max())


def check_same(clip: Clip, original: Clip, within: dict[str, float] | float, frames: slice = slice(None)) -> None:
    """Joints at their places, and turns within some degrees, for each segment or all."""
    for name, p in clip.points.items():
        if name != "lumbar_joint":  # the writer's files call L3 the lower spine joint
            np.testing.assert_allclose(p, original.points[name][frames], atol=3e-5, err_msg=name)
    for name, turn in clip.orientations.items():
        most = within if isinstance(within, float) else within.get(name, within["other"])
        assert degrees_off(turn, original.orientations[name][frames]) < most, name


@pytest.mark.parametrize("exercise", ["squat", "walking", "standing_twist", "forward_bend"])
@pytest.mark.parametrize("zero", ["+y", "+z"])
@pytest.mark.parametrize("world", list(WORLDS))
def test_a_world_that_stands_otherwise_than_the_zero_pose(write_bvh, exercise: str, zero: str, world: str) -> None:
    path = write_bvh(exercise=exercise, axes=WORLDS[zero], world=WORLDS[world])
    original = performance(exercise)[0]
    for up in (None, world):
        clip = read(path, {"up": up})
        check_same(clip, original, 0.01)
        assert any(f"up axis {world}" in n for n in clip.notes)
        assert any("unit cm found: 1.7" in n for n in clip.notes)


@pytest.mark.parametrize("joint_axes", [along_x, tumbled])
@pytest.mark.parametrize("world", list(WORLDS))
@pytest.mark.parametrize("exercise", ["squat", "lunge_rotation", "side_bend", "sit_to_stand", "overhead_reach"])
def test_joints_whose_axes_follow_their_bones(write_bvh, exercise: str, world: str, joint_axes) -> None:
    path = write_bvh(exercise=exercise, joint_axes=joint_axes, world=WORLDS[world], convention="lafan")
    for up in (None, world):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            clip = read(path, {"up": up})
        assert len(clip.orientations) == 9
        # The chest follows the line from the lower spine joint to the neck, which is not quite its own axis.
        check_same(clip, performance(exercise)[0], 1.3)


@pytest.mark.parametrize(("exercise", "within"), [("walking", 3.5), ("standing_twist", 6.5)])
def test_takes_that_never_stand_quite_neutrally_keep_a_small_error_of_trunk_and_head(
    write_bvh, exercise: str, within: float
) -> None:
    clip = bvh.READER.clip(write_bvh(exercise=exercise, joint_axes=along_x))
    off = {"pelvis": 3.5, "skull": within, "other": 1.0}
    check_same(clip, performance(exercise)[0], off)


def test_the_fit_is_that_of_the_plain_twin(write_bvh) -> None:
    some = slice(0, 130, 10)
    plain = fit_clip(bvh.READER.clip(write_bvh(frames=some)))
    for options in (
        {"world": Z_UP},
        {"joint_axes": along_x},
        {"joint_axes": tumbled, "world": X_UP},
        {"positions": "all"},
        {"positions": "first", "reference": True},
    ):
        fitted = fit_clip(bvh.READER.clip(write_bvh(frames=some, **options)))
        assert fitted.report.verdict == plain.report.verdict == "accept"
        assert fitted.report.markers.rms_mean_mm == pytest.approx(plain.report.markers.rms_mean_mm, abs=0.15), options
        at = [plain.segment_names.index(v) for v in VERTEBRAE]
        apart = np.linalg.norm(fitted.transforms[:, at, :3, 3] - plain.transforms[:, at, :3, 3], axis=-1)
        assert apart.max() < 0.004, options


@pytest.mark.parametrize(
    "options",
    [{"world": Z_UP}, {"axes": Z_UP, "world": Y_UP}, {"joint_axes": along_x}, {"joint_axes": tumbled, "world": X_UP}],
)
@pytest.mark.parametrize("exercise", sorted(LIE))
def test_somebody_on_the_floor_is_a_question_and_its_answer_is_right(write_bvh, exercise: str, options: dict) -> None:
    """In the air or not, along whichever axis: nobody is made to stand who does not."""
    path = write_bvh(exercise=exercise, **options)
    world = options.get("world", Y_UP)
    up = next(a for a, v in AXES.items() if np.allclose(world[2], v))
    with pytest.raises(InputError, match="up axis is ambiguous") as found:
        bvh.READER.clip(path)
    assert up in str(found.value.remedy) and "take.bvh.yaml" in str(found.value.remedy)
    path.with_name("take.bvh.yaml").write_text(f"up: {up}\n")
    clip = bvh.READER.clip(path)
    check_same(clip, performance(exercise)[0], 0.01 if "joint_axes" not in options else 10.0)
    if "joint_axes" in options:
        assert not {"left_foot", "right_foot"} & clip.orientations.keys()
        assert any("positions alone are used" in n for n in clip.notes)


@pytest.mark.parametrize("options", [{"world": Z_UP}, {"joint_axes": along_x}])
@pytest.mark.parametrize("told", ["+x", "-x", "+y", "-y", "+z", "-z"])
def test_an_up_axis_that_the_motion_rules_out_is_refused_with_a_remedy_that_works(
    write_bvh, told: str, options: dict
) -> None:
    path = write_bvh(exercise="squat", **options)
    note = path.with_name("take.bvh.yaml")
    note.write_text(f"up: {told}\n")
    right = "+z" if "world" in options else "+y"
    if told != right:
        with pytest.raises(InputError, match=rf"cannot be \{told}[\s\S]*say up: \{right}"):
            bvh.READER.clip(path)
        note.write_text(f"up: {right}\n")
    check_same(bvh.READER.clip(path), performance("squat")[0], 1.0)


def test_the_unit_is_found_whatever_the_zero_pose(write_bvh) -> None:
    path = write_bvh(scale=1 / 0.0254, joint_axes=along_x, world=Z_UP)
    assert any("unit inch found: 1.7" in n for n in bvh.READER.clip(path).notes)
    path = write_bvh(scale=17.0, joint_axes=along_x, world=Z_UP)
    with pytest.raises(InputError, match="unit cannot be found"):
        bvh.READER.clip(path)
    path.with_name("take.bvh.yaml").write_text(f"unit: {1 / 17.0}\n")
    check_same(bvh.READER.clip(path), performance("squat")[0], 1.0)


def test_somebody_who_lies_all_the_time(write_bvh) -> None:
    """On the back, head towards the file's −Z, upwards is +Y: asked, and right when told."""
    original, truth = performance("side_bend")
    back = np.eye(4)
    back[:3, :3] = Rotation.from_euler("y", -90, degrees=True).as_matrix()
    back[:3, 3] = (0.7, 0.2, 0.10)
    lying = replace(truth, transforms=back @ truth.transforms)
    for options in ({}, {"joint_axes": along_x}):
        path = write_bvh(bvh_text(lying, **options))
        with pytest.raises(InputError, match="up axis is ambiguous"):
            bvh.READER.clip(path)
        clip = read(path, {"up": "+y"})
        middle = clip.points["pelvis"].mean(0)[2]
        heads = clip.points["neck_base"] - clip.points["pelvis"]
        assert 0.02 < middle < 0.25 and np.abs(heads[:, 2]).max() < 0.1
        turn = np.swapaxes(clip.orientations["T6"][:1], 1, 2) @ clip.orientations["T6"]
        true = np.swapaxes(original.orientations["T6"][:1], 1, 2) @ original.orientations["T6"]
        assert degrees_off(turn, true) < (0.01 if not options else 2.0)


def test_a_root_at_an_offset_and_a_figure_in_the_air(write_bvh) -> None:
    path = write_bvh(root_offset=(30.0, 90.0, -200.0))
    check_same(bvh.READER.clip(path), performance("squat")[0], 0.01)
    truth = performance("squat")[1]
    raised = truth.transforms.copy()
    raised[:, :, 2, 3] += 3.0
    path = write_bvh(bvh_text(replace(truth, transforms=raised), axes=Z_UP))
    clip = bvh.READER.clip(path)
    assert any("up axis +z" in n for n in clip.notes) and any("moved down by 3.0" in n for n in clip.notes)
    # Without a zero pose that stands, nothing says where up is for somebody in the air.
    path = write_bvh(bvh_text(replace(truth, transforms=raised), joint_axes=along_x, world=Z_UP))
    with pytest.raises(InputError, match=r"up axis is ambiguous[\s\S]*floor at zero under no axis"):
        bvh.READER.clip(path)
    assert read(path, {"up": "+z"}).frames == clip.frames


def test_a_bone_without_length_is_told(tmp_path: Path) -> None:
    text = bvh_text(performance("squat")[1], frames=slice(0, 3))
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if "JOINT LeftLeg" in line)
    lines[at + 2] = "OFFSET 0 0 0"
    (tmp_path / "take.bvh").write_text("\n".join(lines) + "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError, match=r"no length[\s\S]*left thigh"):
            bvh.READER.clip(tmp_path / "take.bvh")


@pytest.mark.parametrize("exercise", ["squat", "walking", "sit_to_stand"])
def test_a_mirrored_person_is_told(write_bvh, exercise: str) -> None:
    """Sides exchanged by name, and the remedy: a mapping file that exchanges them back."""
    text = bvh_text(performance(exercise)[1], frames=slice(0, 60))
    swapped = re.sub(r"(JOINT) (Left|Right)", lambda m: f"JOINT {'Right' if m.group(2) == 'Left' else 'Left'}", text)
    path = write_bvh(swapped)
    with pytest.raises(InputError, match=r"left and right are swapped[\s\S]*mapping file"):
        bvh.READER.clip(path)
    parts = {"hip": "UpLeg", "knee": "Leg", "ankle": "Foot", "toe_base": "ToeBase", "shoulder": "Arm"}
    pairs = {f"{a}_{p}": f"{b}{j}" for p, j in parts.items() for a, b in (("left", "Right"), ("right", "Left"))}
    rows = ", ".join(f"{n}: {j}" for n, j in {**pairs, "neck_base": "Neck"}.items())
    path.with_name("mine.yaml").write_text(f"points: {{{rows}}}\nsegments: {{T6: Spine2}}\n")
    path.with_name("take.bvh.yaml").write_text("joints: mine.yaml\n")
    check_same(bvh.READER.clip(path), performance(exercise)[0], 0.01, slice(0, 60))


@pytest.mark.parametrize("world", ["+y", "+z"])
def test_somebody_who_sits_all_the_time(write_bvh, world: str) -> None:
    """The feet tell where up is; pelvis and head are never seen in a neutral pose and follow the joints alone."""
    original, sitting = performance("sit_to_stand")[0], slice(0, 40)
    clip = bvh.READER.clip(write_bvh(exercise="sit_to_stand", frames=sitting, world=WORLDS[world]))
    check_same(clip, original, 0.01, sitting)
    clip = bvh.READER.clip(
        write_bvh(exercise="sit_to_stand", frames=sitting, world=WORLDS[world], joint_axes=along_x, convention="lafan")
    )
    assert any(f"up axis {world} (found" in n for n in clip.notes)
    assert any("positions alone are used: pelvis, skull" in n for n in clip.notes)
    check_same(clip, original, {"T6": 4.0, "other": 1.0}, sitting)
