"""SMPL-family files: rotations of known motions come back, joint positions, and what is refused."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.readers import smpl
from synthgen.motion.readers.smpl import skeleton

from .conftest import performance
from .recordings import smpl_parameters

REST = skeleton.stand_in()
NAMES = [row["name"] for row in skeleton.joints()]


def parameters(exercise: str = "lunge_rotation", step: int = 9) -> dict[str, np.ndarray]:
    truth = performance(exercise)[1]
    poses, trans = smpl_parameters(truth.body, truth.transforms[::step], REST)
    return {"poses": poses, "trans": trans, "betas": np.zeros(16), "mocap_framerate": np.array(30.0 / step)}


def positions(exercise: str = "squat", count: int = 24) -> dict[str, np.ndarray]:
    """The stand-in skeleton's joints, as a body model would put them out."""
    clip = performance(exercise)[0]
    joints = np.full((clip.frames, count, 3), 0.5)
    for i, row in enumerate(skeleton.joints()):
        joints[:, i] = clip.points.get(row.get("point", ""), clip.points["pelvis"])
    return {"joints": joints[::9], "fps": np.array(10.0)}


def saved(folder: Path, **arrays) -> Path:
    np.savez(folder / "take.npz", **arrays)
    return folder / "take.npz"


@pytest.mark.parametrize("exercise", ["squat", "lunge_rotation", "cat_cow", "overhead_reach"])
def test_rotations_come_back(tmp_path: Path, exercise: str) -> None:
    clip, original = load(str(saved(tmp_path, **parameters(exercise)))), performance(exercise)[0]
    for name, turns in clip.orientations.items():
        if name in original.orientations:
            np.testing.assert_allclose(turns, original.orientations[name][::9], atol=1e-6, err_msg=name)
    assert {"pelvis", "T6", "skull", "left_forearm", "right_foot"} <= clip.orientations.keys()
    for name in ("left_knee", "right_ankle"):
        away = clip.points[name] - clip.points["left_hip"]
        np.testing.assert_allclose(away, (original.points[name] - original.points["left_hip"])[::9], atol=1e-3)
    notes = " ".join(clip.notes)
    assert "rotations are the file's, lengths are not" in notes and "1.756 m tall (assumed" in notes


def test_a_stated_stature_and_rest_joints_set_the_lengths(tmp_path: Path) -> None:
    path = saved(tmp_path, **parameters())
    thigh = [np.linalg.norm(c.points["left_knee"][0] - c.points["left_hip"][0]) for c in [smpl.READER.clip(path)]]
    (tmp_path / "take.npz.yaml").write_text("stature: 1.58\n")
    thigh += [np.linalg.norm(c.points["left_knee"][0] - c.points["left_hip"][0]) for c in [smpl.READER.clip(path)]]
    assert thigh[1] / thigh[0] == pytest.approx(1.58 / 1.756, rel=1e-6)
    rest = REST.copy()
    rest[NAMES.index("left_knee"), 1] -= 0.05
    np.save(tmp_path / "mine.npy", rest)
    (tmp_path / "take.npz.yaml").write_text("rest_joints: mine.npy\n")
    longer = smpl.READER.clip(path)
    assert any("mine.npy" in n for n in longer.notes)
    assert np.linalg.norm(longer.points["left_knee"][0] - longer.points["left_hip"][0]) > thigh[0] + 0.04
    for wrong in (rest[:5], rest * 1000, np.full((22, 3), np.nan)):
        np.save(tmp_path / "mine.npy", wrong)
        with pytest.raises(InputError, match="rest joints"):
            smpl.READER.clip(path)
    (tmp_path / "take.npz.yaml").write_text("stature: 175\n")
    with pytest.raises(InputError, match="stature is no person's"):
        smpl.READER.clip(path)


@pytest.mark.parametrize(("key", "count"), [("joints", 24), ("Jtr", 52), ("jtr", 127)])
def test_joint_positions_come_back(tmp_path: Path, key: str, count: int) -> None:
    arrays = positions(count=count)
    arrays[key] = arrays.pop("joints")
    clip = load(str(saved(tmp_path, **arrays)))
    original = performance("squat")[0]
    for name in ("left_hip", "right_knee", "left_wrist", "right_shoulder"):
        np.testing.assert_allclose(clip.points[name], original.points[name][::9], atol=2e-3, err_msg=name)
    assert any("unit m found" in n for n in clip.notes) and any("up axis +z (found" in n for n in clip.notes)


def test_positions_in_millimetres_y_up_are_found(tmp_path: Path) -> None:
    arrays = positions()
    turned = 1000 * arrays["joints"] @ np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]).T
    clip = smpl.READER.clip(saved(tmp_path, joints=turned, fps=10.0))
    assert any("unit mm found" in n for n in clip.notes) and any("up axis +y (found" in n for n in clip.notes)


def test_mirrored_positions_are_refused(tmp_path: Path) -> None:
    arrays = positions()
    with pytest.raises(InputError, match="swapped for the whole person"):
        smpl.READER.clip(saved(tmp_path, joints=arrays["joints"] * (1, -1, 1), fps=10.0))


def test_gaps_in_positions_stay(tmp_path: Path) -> None:
    arrays = positions()
    arrays["joints"][3, NAMES.index("left_knee")] = np.nan
    clip = smpl.READER.clip(saved(tmp_path, **arrays))
    assert np.isnan(clip.points["left_knee"][3]).all() and any("left_knee missing in 1" in n for n in clip.notes)


def test_the_rate_is_asked_for(tmp_path: Path) -> None:
    arrays = parameters()
    del arrays["mocap_framerate"]
    path = saved(tmp_path, **arrays)
    with pytest.raises(InputError, match=r"frame rate[\s\S]*fps: 120"):
        smpl.READER.clip(path)
    (tmp_path / "all.npz.yaml").write_text("fps: 120\n")
    assert smpl.READER.clip(path).fps == 120


BAD = {
    "nothing known": ({"faces": np.zeros(3)}, "no motion that is known"),
    "short poses": ({"poses": np.zeros((4, 12))}, "another shape"),
    "other lengths": ({"trans": np.zeros((2, 3))}, "another shape"),
    "nan": ({"poses": np.full((6, 156), np.nan), "trans": np.zeros((6, 3))}, "not finite"),
    "degrees": ({"poses": np.full((6, 156), 90.0), "trans": np.zeros((6, 3))}, "no rotation vectors"),
    "rate": ({"mocap_framerate": np.array(np.nan)}, "frame rate must be positive"),
    "rate text": ({"mocap_framerate": np.array("fast")}, "no numbers"),
    "joints": ({"joints": np.zeros((5, 10, 3))}, "another shape"),
    "all nan": ({"joints": np.full((5, 24, 3), np.nan)}, "no measured point"),
}


BAD |= {
    kind: ({key: values}, words)
    for kind, key, values, words in (
        ("text", "poses", np.full((6, 156), "x"), "'poses' of this motion file holds no numbers"),
        ("complex", "poses", np.zeros((6, 156), complex), "'poses' of this motion file holds no numbers"),
        ("truths", "joints", np.zeros((6, 24, 3), bool), "'joints' of this motion file holds no numbers"),
        ("infinite", "trans", np.full((6, 3), np.inf), "infinite or beyond"),
        ("senseless", "trans", np.full((6, 3), -1e300), r"infinite or beyond[\s\S]*-1e\+300"),
        ("infinite joints", "joints", np.full((6, 24, 3), np.inf), "infinite or beyond"),
        ("rate", "mocap_framerate", np.array(np.inf), "infinite or beyond"),
        ("senseless rate", "mocap_framerate", np.array(1e300), "infinite or beyond"),
    )
}


@pytest.mark.parametrize("fault", BAD)
def test_faults_are_named(tmp_path: Path, fault: str) -> None:
    change, words = BAD[fault]
    arrays = change if fault == "nothing known" else parameters() | change
    with pytest.raises(InputError, match=words):
        smpl.READER.clip(saved(tmp_path, **(arrays | ({"fps": np.array(30.0)} if fault == "nothing known" else {}))))


def test_damaged_files_and_pickles_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, **parameters())
    content = path.read_bytes()
    for cut in (10, 300, len(content) // 2, len(content) - 10):
        path.write_bytes(content[:cut])
        with pytest.raises(InputError, match=r"take\.npz"):
            load(str(path))
    np.savez(path, poses=np.array([{"a": 1}], dtype=object), trans=np.zeros((1, 3)), mocap_framerate=30.0)
    with pytest.raises(InputError, match=r"'poses' of this motion file holds no numbers[\s\S]*object"):
        smpl.READER.clip(path)


@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bytes_gone_wrong_in_an_archive_are_refused_or_read(tmp_path: Path, data) -> None:
    path = saved(tmp_path, **positions())
    content = bytearray(path.read_bytes())
    where = st.integers(0, 200) | st.integers(0, len(content) - 1)
    for at, value in data.draw(st.lists(st.tuples(where, st.integers(0, 255)), min_size=1, max_size=4)):
        content[at] = value
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        assert load(str(path)).frames >= 1


def test_a_header_that_breaks_off_inside_an_array_is_refused(tmp_path: Path) -> None:
    """numpy reads an array's header with Python's tokenizer, whose own error once came through."""
    for name in ("trans", "point/C7"):
        with zipfile.ZipFile(tmp_path / "take.npz", "w") as archive:
            if name != "trans":
                archive.writestr("__header__.npy", b"")
            text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 3), \n"
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text)
        with pytest.raises(InputError, match=r"take\.npz"):
            load(str(tmp_path / "take.npz"))
