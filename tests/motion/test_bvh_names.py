"""Joint names that no shipped convention has: prefixes, and a mapping file that works as it is offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion.readers import bvh

from .bvh_files import bvh_text
from .conftest import performance

PARTS = ("UpLeg", "Leg", "Foot", "ToeBase", "Shoulder", "Arm", "ForeArm", "Hand")


def renamed(name: Callable[[str], str]) -> str:
    text = bvh_text(performance("squat")[1], frames=slice(0, 4))
    return re.sub(r"(ROOT|JOINT) (\S+)", lambda m: f"{m.group(1)} {name(m.group(2))}", text)


def table(sides: tuple[str, str], parts: tuple[str, ...], **trunk: str) -> Callable[[str], str]:
    """Renames sided joints by a pattern such as ``l{}``, parts in the order of ``PARTS``, and those of the trunk."""
    names = {
        s + p: pattern.format(new)
        for s, pattern in zip(("Left", "Right"), sides, strict=True)
        for p, new in zip(PARTS, parts, strict=True)
    } | trunk
    return lambda n: names.get(n, n)


@pytest.mark.parametrize("prefix", ["mixamorig_", "mixamorig:", "mixamorig", "Model-", "Anna:rig_", "p1 ", "Armature|"])
def test_a_prefix_that_all_joints_share_is_passed_over(write_bvh, prefix: str) -> None:
    clip = bvh.READER.clip(write_bvh(renamed(lambda n: prefix + n)))
    assert any("joints named as mixamo" in n for n in clip.notes)
    np.testing.assert_allclose(clip.points["left_knee"], performance("squat")[0].points["left_knee"][:4], atol=2e-5)


def test_a_prefix_may_be_missing_on_joints_that_are_no_part_of_the_body(write_bvh) -> None:
    body = ("Hips", "Spine", "Neck", "Head", "Left", "Right")
    clip = bvh.READER.clip(write_bvh(renamed(lambda n: "mixamorig_" + n if n.startswith(body) else n)))
    assert any("behind 'mixamorig_'" in n for n in clip.notes)


SKELETONS = {
    "l and r before": table(
        ("l{}", "r{}"),
        ("Thigh", "Shin", "Foot", "Toe", "Collar", "Shldr", "ForeArm", "Hand"),
        Hips="hip",
        Spine1="abdomen",
        Spine2="chest",
        Neck="neck",
        Head="head",
    ),
    "L and R between": table(
        ("Bip01 L {}", "Bip01 R {}"),
        ("Thigh", "Calf", "Foot", "Toe0", "Clavicle", "UpperArm", "Forearm", "Hand"),
        Hips="Bip01 Pelvis",
        Spine1="Bip01 Spine1",
        Spine2="Bip01 Spine2",
        Neck="Bip01 Neck",
        Head="Bip01 Head",
    ),
    "L and R behind": table(
        ("{}.L", "{}.R"),
        ("thigh", "shin", "foot", "toe", "shoulder", "upper_arm", "forearm", "hand"),
        Hips="hips",
        Spine2="chest",
        Neck="neck",
        Head="head",
    ),
    "joints, not bones": table(
        ("L_{}", "R_{}"),
        ("Hip", "Knee", "Ankle", "Foot", "Collar", "Shoulder", "Elbow", "Wrist"),
        Hips="Pelvis",
        Spine1="Spine2",
        Spine2="Spine3",
    ),
    "left and right": table(
        ("Left{}", "Right{}"), ("Thigh", "Shin", "Foot", "Toe", "Shoulder", "Arm", "ForeArm", "Hand")
    ),
}


@pytest.mark.parametrize("kind", SKELETONS)
def test_an_unknown_skeleton_is_offered_a_mapping_file_that_works(write_bvh, kind: str) -> None:
    path = write_bvh(renamed(SKELETONS[kind]))
    with pytest.raises(InputError, match="joint names are not known") as told:
        bvh.READER.clip(path)
    remedy = str(told.value.remedy)
    assert len(str(told.value)) < 2000 and "did you mean" not in remedy
    first, *lines = remedy.splitlines()
    assert "take.bvh.yaml" in first and "joints: mine.yaml" in first
    path.with_name("take.bvh.yaml").write_text("joints: mine.yaml\n")
    path.with_name("mine.yaml").write_text("\n".join(line.strip() for line in lines) + "\n")
    clip, original = bvh.READER.clip(path), performance("squat")[0]
    assert {"left_toe_base", "right_wrist", "neck_base"} <= clip.points.keys() and len(clip.orientations) == 9
    for name, p in clip.points.items():
        np.testing.assert_allclose(p, original.points[name][:4], atol=2e-5, err_msg=name)


def test_names_without_any_meaning_get_the_form_to_fill_in(write_bvh) -> None:
    path = write_bvh(renamed(lambda n: f"node{sum(map(ord, n))}"))
    with pytest.raises(InputError, match=r"in place of JOINT[\s\S]*left_hip: JOINT"):
        bvh.READER.clip(path)


def test_names_of_great_length_do_not_make_a_great_message(write_bvh) -> None:
    path = write_bvh(renamed(lambda n: 3000 * "x" + n.lower().replace("leg", "limb")))
    with pytest.raises(InputError, match="joint names are not known") as told:
        bvh.READER.clip(path)
    assert len(str(told.value)) < 2000


def test_two_people_in_one_file_are_told(write_bvh) -> None:
    head, motion = renamed(lambda n: n).split("MOTION")
    body = head.split("\n", 1)[1].replace("ROOT", "JOINT")
    both = (
        "HIERARCHY\nROOT scene\n{\nOFFSET 0 0 0\n"
        + "".join(re.sub(r"JOINT (\S+)", rf"JOINT {who}:\1", body) for who in ("anna", "bert"))
        + "}\n"
    )
    lines = motion.splitlines()
    rows = "\n".join(f"{r} {r}" for r in lines[3:])
    with pytest.raises(InputError, match=r"several joints[\s\S]*anna:[\s\S]*bert:[\s\S]*export one person"):
        bvh.READER.clip(write_bvh(both + "MOTION" + "\n".join(lines[:3]) + "\n" + rows + "\n"))


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("conventions: {mine: {points: {left_hip: LeftUpLeg}}}", r"names no right_hip, left_knee"),
        ("points: [LeftUpLeg]", "no table of joint names"),
        ("points: {left_hip: 3}", "no table of joint names"),
        ("- a", "joint mapping holds keys and values"),
        ("lefthip: a", "mapping cannot be read"),
        (
            "points: {left_hip: a, right_hip: b, left_knee: c, right_knee: d, left_ankle: e, right_ankle: f, "
            "neck_base: g, nose: h}",
            r"unknown parts[\s\S]*nose",
        ),
        (
            "points: {left_hip: a, right_hip: b, left_knee: c, right_knee: d, left_ankle: e, right_ankle: f, "
            "neck_base: neckk}",
            r"correct these names in mine\.yaml",
        ),
        ("x: &a [*a]", "itself|joint mapping cannot"),
        ("x: " + 60_000 * "[", r"mine\.yaml:1: the file is nested too deeply"),
        ("x: " + 2_000_000 * "a", "too large for a joint mapping"),
    ],
)
def test_faults_of_a_mapping_file_are_named(write_bvh, tmp_path: Path, mapping: str, words: str) -> None:
    path = write_bvh(frames=slice(0, 3))
    (tmp_path / "take.bvh.yaml").write_text("joints: mine.yaml\n")
    (tmp_path / "mine.yaml").write_text(mapping)
    with pytest.raises(InputError, match=words) as told:
        bvh.READER.clip(path)
    assert "mine.yaml" in str(told.value) and len(str(told.value)) < 2000
