"""Rig files and the bodies that ship with one."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest

from synthgen.characters.rigs import _rig, known_rigs, load_rig, rest_body
from synthgen.characters.sites.place import spine_at_rest
from synthgen.characters.sites.spine_rest import LEVELS
from synthgen.characters.spinal_chain import chain_middles
from synthgen.core.errors import InputError
from synthgen.core.resources import resource
from tests.retarget.retarget_characters import Character


def test_shipped_rigs_are_known() -> None:
    assert {"anny", "ue5_mannequin"} <= set(known_rigs())
    assert sorted(known_rigs()) == sorted(p.stem for p in resource("rigs").glob("*.yaml"))
    assert len(load_rig("anny").bones) == 104


def test_unknown_rig_lists_the_known() -> None:
    with pytest.raises(InputError, match=r"anny.*ue5_mannequin"):
        load_rig("mixamo")


def test_a_rig_without_a_reference_pose_says_where_to_get_a_body() -> None:
    with pytest.raises(InputError, match="build_body"):
        rest_body("anny")


@pytest.mark.parametrize("fault", ["orphan", "region", "role"])
def test_faulty_rig_files_are_refused(fault: str) -> None:
    data = copy.deepcopy(load_rig("ue5_mannequin").data)
    if fault == "orphan":
        data["bones"]["spine_01"][0] = "nobody"
    elif fault == "region":
        data["bones"]["spine_01"][1] = "tail"
    else:
        data["roles"]["head"] = "skull"
    with pytest.raises(InputError):
        _rig(data, Path("rigs/test.yaml"))


def test_mannequin_reference_pose_by_hand() -> None:
    body = rest_body("ue5_mannequin")
    at = {n: body.bones[body.bone(n), :3, 3] for n in body.bone_names}
    # Component space (47.769 left, 15.699 forward, 104.467 up) cm, seen from the pelvis 2.281 cm forward.
    assert at["hand_l"] == pytest.approx([0.13418, 0.47769, 1.04467])
    assert at["hand_r"] == pytest.approx([0.13418, -0.47769, 1.04467])
    assert body.stature == 1.805 and np.allclose(np.linalg.det(body.bones[:, :3, :3]), 1.0)


def test_mannequin_axes_follow_unreals_convention() -> None:
    body = rest_body("ue5_mannequin")
    axes = {n: body.bones[body.bone(n), :3, :3] for n in body.bone_names}
    heads = {n: body.bones[body.bone(n), :3, 3] for n in body.bone_names}
    # Spine: X up the bone; Unreal's Y forward is our −Y backward; Z the character's right.
    assert axes["spine_02"][:, 0] @ (0, 0, 1) > 0.95
    assert -axes["spine_02"][:, 1] @ np.array([1.0, 0, 0]) > 0.95
    assert axes["spine_02"][:, 2] @ np.array([0, -1.0, 0]) > 0.95
    chains = {"upperarm_l": ("lowerarm_l", 1), "thigh_r": ("calf_r", 1), "upperarm_r": ("lowerarm_r", -1)}
    for bone, (child, sign) in (chains | {"thigh_l": ("calf_l", -1)}).items():
        along = heads[child] - heads[bone]
        assert sign * axes[bone][:, 0] @ along / np.linalg.norm(along) == pytest.approx(1.0)


@pytest.mark.parametrize("who", ["man", "manny"])
def test_spans_in_the_file_are_those_of_the_body(who: str, request: pytest.FixtureRequest) -> None:
    character: Character = request.getfixturevalue(who)
    body, rig = character[0], load_rig(character[0].rig)
    levels = spine_at_rest(body).body[:, 2]
    names = (*rig.spine, *rig.neck, rig.head)
    heads = [body.bones[body.bone(n), 2, 3] for n in names]
    for bone, low, high in zip(names, heads, heads[1:], strict=False):
        first, last = rig.spans[bone]
        assert abs(int(np.abs(levels - low).argmin()) - LEVELS.index(first)) <= 2, bone
        assert abs(int(np.abs(levels - high).argmin()) - LEVELS.index(last)) <= 2, bone
    assert (np.diff(chain_middles(body, rig)) > 0).all()
