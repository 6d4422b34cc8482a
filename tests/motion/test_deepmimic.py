"""The DeepMimic reader: by hand, against the shipped clips, and with planted faults."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import MESSAGE, InputError
from synthgen.motion.clip import Clip
from synthgen.motion.normalise.floor import lowest_point
from synthgen.motion.readers import deepmimic
from synthgen.motion.readers.deepmimic.rows import layout

IDENTITY = [1.0, 0.0, 0.0, 0.0]
BONES = {
    ("hip", "knee"): 0.421546,
    ("knee", "ankle"): 0.40987,
    ("shoulder", "elbow"): 0.274788,
    ("elbow", "wrist"): 0.258947,
}

needs_samples = pytest.mark.skipif(not deepmimic.samples(), reason="pybullet is not installed")


def row(duration=0.05, root=(0.0, 0.9, 0.0), **turns) -> list[float]:
    """A frame standing upright, with single joints turned."""
    out = [duration, *root, *IDENTITY]
    for name, width in (
        ("chest", 4),
        ("neck", 4),
        ("right_hip", 4),
        ("right_knee", 1),
        ("right_ankle", 4),
        ("right_shoulder", 4),
        ("right_elbow", 1),
        ("left_hip", 4),
        ("left_knee", 1),
        ("left_ankle", 4),
        ("left_shoulder", 4),
        ("left_elbow", 1),
    ):
        default = [0.0] if width == 1 else IDENTITY
        out += turns.get(name, default)
    return out


@pytest.fixture
def write(tmp_path: Path):
    def write(frames, loop="none", text=None) -> Path:
        path = tmp_path / "take.txt"
        path.write_text(json.dumps({"Loop": loop, "Frames": frames}) if text is None else text)
        return path

    return write


def test_standing_upright_by_hand(write) -> None:
    clip = deepmimic.READER.clip(write([row(), row(duration=0.0)]))
    p = {n: v[0] for n, v in clip.points.items()}
    ground = 0.9 - 0.421546 - 0.40987
    np.testing.assert_allclose(p["left_hip"][:2], (0, 0.084887), atol=1e-9)
    np.testing.assert_allclose(p["right_hip"][:2], (0, -0.084887), atol=1e-9)
    np.testing.assert_allclose(p["left_hip"][2] - p["left_ankle"][2], 0.9 - ground, atol=1e-9)
    np.testing.assert_allclose(p["left_shoulder"] - p["pelvis"], (-0.02405, 0.18311, 0.236151 + 0.2435), atol=1e-9)
    for segment, turn in clip.orientations.items():
        np.testing.assert_allclose(turn[0], np.eye(3), atol=1e-12, err_msg=segment)
    assert clip.fps == 20.0
    assert lowest_point(clip)[0] == pytest.approx(0.0, abs=0.005)  # stands on the floor by our foot's height


def test_floating_people_are_brought_down(write) -> None:
    clip = deepmimic.READER.clip(write([row(root=(0, 1.2, 0)), row(0.0, root=(0, 1.2, 0))]))
    assert lowest_point(clip) == pytest.approx(0.0, abs=1e-9)
    assert any("moved down by 0.300 m" in note for note in clip.notes)


def test_knees_bend_back_and_elbows_forward(write) -> None:
    bent = row(duration=0.0, left_knee=[-1.0], right_elbow=[1.0])
    clip = deepmimic.READER.clip(write([row(), bent]))
    assert clip.points["left_ankle"][1, 0] < clip.points["left_knee"][1, 0] - 0.3
    assert clip.points["right_wrist"][1, 0] > clip.points["right_elbow"][1, 0] + 0.2
    np.testing.assert_allclose(clip.points["right_ankle"][1, :2], clip.points["right_hip"][1, :2], atol=1e-9)


def test_axes_forward_left_up(write) -> None:
    clip = deepmimic.READER.clip(write([row(), row(duration=0.0, root=(0.3, 1.0, -0.2))]))
    np.testing.assert_allclose(np.diff(clip.points["pelvis"], axis=0)[0], (0.3, 0.2, 0.1), atol=1e-9)


def test_uneven_durations_are_interpolated(write) -> None:
    frames = [row(0.02, root=(0.00, 0.9, 0)), row(0.04, root=(0.02, 0.9, 0)), row(0.0, root=(0.06, 0.9, 0))]
    clip = deepmimic.READER.clip(write(frames))
    assert clip.fps == 50.0 and clip.frames == 4
    np.testing.assert_allclose(clip.points["pelvis"][:, 0], (0, 0.02, 0.04, 0.06), atol=1e-9)
    assert any("uneven" in note for note in clip.notes)


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (lambda r: r[0].__setitem__(9, float("nan")), "finite"),
        (lambda r: r[1].pop(), "43 columns"),
        (lambda r: r.__delitem__(slice(0, None)), "no frames"),
        (lambda r: r[0].__setitem__(0, 0.0), "positive"),
        (lambda r: r[0].__setitem__(slice(4, 8), [0.0] * 4), "root is no unit quaternion"),
        (lambda r: r[1].__setitem__(5, "x"), "no numbers"),
        (lambda r: r[1].__setitem__(5, "0.5"), "no numbers"),
        (lambda r: r[1].__setitem__(5, True), "no numbers"),
        (lambda r: r[1].__setitem__(5, None), "no numbers"),
        (lambda r: r[1].__setitem__(5, [1.0]), "no numbers"),
        (lambda r: r[1].__setitem__(1, 1e300), "beyond any person's"),
        (lambda r: r[1].__setitem__(1, 10**400), "beyond any person's"),
        (lambda r: r[0].__setitem__(0, 1e-300), r"0\.00001|1e-05"),
        (lambda r: r[0].__setitem__(0, 1e3), "to 10 seconds"),
        (lambda r: r[0].__setitem__(0, -0.1), "positive"),
        (lambda r: r[0].__setitem__(0, 0.00002), "too uneven"),
        (lambda r: r.__setitem__(1, {}), "dict"),
        (lambda r: r.__setitem__(1, None), "NoneType"),
    ],
)
def test_faults_are_named(write, fault, word) -> None:
    frames = [row(), row(), row(duration=0.0)]
    fault(frames)
    path = write(frames)
    with pytest.raises(InputError, match=word) as error:
        deepmimic.READER.clip(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (100_000 * "[", "brackets inside brackets"),
        (100_000 * '{"a":', "brackets inside brackets"),
        ('{"Frames": [' + 5000 * "9" + "]}", "no frames"),
        ('{"Frames": [[' + ", ".join(44 * [5000 * "9"]) + "], [1]]}", "beyond any person's"),
        ("[1, 2]", "no frames"),
        ('{"Frames": {"0": []}}', "no frames"),
        ('{"Frames": "xxx"}', "no frames"),
        ("null", "no frames"),
    ],
)
def test_no_json_breaks_the_reader(write, text, words) -> None:
    path = write([], text=text)
    with pytest.raises(InputError, match=words) as error:
        deepmimic.READER.clip(path)
    assert str(path) in str(error.value) and len(str(error.value).encode()) <= MESSAGE


def test_json_with_a_byte_order_mark_is_read(write) -> None:
    path = write([row(), row(duration=0.0)])
    path.write_bytes(path.read_text().encode("utf-8-sig"))
    assert deepmimic.READER.clip(path).frames == 2


def test_truncated_text_names_its_line(write) -> None:
    path = write([], text='{"Loop": "none",\n"Frames": [[1, 2')
    with pytest.raises(InputError, match=r"take\.txt:2"):
        deepmimic.READER.clip(path)
    with pytest.raises(InputError, match="no such"):
        deepmimic.READER.clip(path.with_name("other.txt"))


def test_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deepmimic, "sample_folder", lambda: None)
    assert deepmimic.samples() == []
    with pytest.raises(InputError, match=r'pip install "synthgen\[samples\]"'):
        deepmimic.load_sample("humanoid3d_walk")


@needs_samples
def test_offsets_are_those_of_the_shipped_character() -> None:
    import re

    text = (deepmimic.sample_folder() / "humanoid" / "humanoid.urdf").read_text(errors="replace")
    joints = dict(re.findall(r'<joint name="(\w+)".*?xyz = "([^"]+)"', text, re.S))
    for name, joint in layout()["joints"].items():
        shipped = np.array(joints[name].split(), float) / 4
        np.testing.assert_allclose(joint["offset"], shipped, atol=1e-6, err_msg=name)


@needs_samples
@pytest.mark.parametrize("name", deepmimic.samples())
def test_every_shipped_clip_is_a_person(name: str) -> None:
    clip = deepmimic.load_sample(name)
    for (a, b), length in BONES.items():
        for side in ("left", "right"):
            bone = np.linalg.norm(clip.points[f"{side}_{a}"] - clip.points[f"{side}_{b}"], axis=1)
            assert np.abs(bone - length).max() < 1e-6
    for turn in clip.orientations.values():
        np.testing.assert_allclose(np.linalg.det(turn), 1.0, atol=1e-9)
    assert 0.7 < clip.duration < 4.5
    low = lowest_point(clip)
    assert np.mean(np.abs(low) < 0.06) > 0.3 or "roll" in name or "run" in name
    left = clip.orientations["pelvis"][:, :, 1]
    assert (((clip.points["left_hip"] - clip.points["right_hip"]) * left).sum(1) > 0.16).all()


@needs_samples
def test_walk_walks_forward_on_the_floor() -> None:
    clip = deepmimic.load_sample("walk")
    assert clip.source == "deepmimic:humanoid3d_walk"
    step = clip.points["pelvis"][-1] - clip.points["pelvis"][0]
    assert step[0] > 1.0 and abs(step[1]) < 0.05
    assert (clip.orientations["pelvis"][:, 0, 0] > 0.9).all()  # faces where it goes
    assert np.abs(lowest_point(clip)).max() < 0.04
    ahead = clip.points["left_ankle"] - clip.points["left_knee"]
    knee = np.cross(clip.points["left_knee"] - clip.points["left_hip"], ahead)
    assert (knee[:, 1] > -0.005).all()  # bends backwards only
    assert isinstance(clip, Clip) and not clip.loop


@needs_samples
def test_unknown_clip_offers_the_nearest() -> None:
    with pytest.raises(InputError, match="humanoid3d_walk"):
        deepmimic.load_sample("humanoid3d_wlak")
