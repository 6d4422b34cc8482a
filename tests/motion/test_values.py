"""What no clip holds, whatever reader made it; and saved clips that were changed by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthgen.core.errors import MESSAGE, InputError
from synthgen.motion import load
from synthgen.motion.clip import Clip

POINTS = {"pelvis": np.zeros((4, 3)), "C7": np.full((4, 3), np.nan)}
TURNS = {"pelvis": np.tile(np.eye(3), (4, 1, 1))}


def clip(points: dict | None = None, turns: dict | None = None, fps: Any = 30.0) -> Clip:
    return Clip("a", POINTS | (points or {}), TURNS | (turns or {}), fps, "a.file", "MIT")


def at(values: np.ndarray, value: float) -> np.ndarray:
    out = np.array(values, float)
    out[2].flat[1] = value
    return out


def test_gaps_are_no_fault() -> None:
    assert clip({"T10": at(np.zeros((4, 3)), np.nan)}).frames == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": {"T10": at(np.zeros((4, 3)), np.inf)}}, "a.file frame 2: the point T10 is infinitely"),
        ({"points": {"T10": at(np.zeros((4, 3)), -1e300)}}, "a.file frame 2: the point T10 is infinitely"),
        ({"points": {"T10": np.zeros((4, 3), complex)}}, "T10 holds no real numbers"),
        ({"points": {"T10": np.full((4, 3), "x")}}, "T10 holds no real numbers"),
        ({"points": {"T10": np.full((4, 3), None)}}, "T10 holds no real numbers"),
        ({"points": {"T10": np.zeros(())}}, "do not fit together"),
        ({"points": {"T10": np.zeros((5, 3))}}, "do not fit together"),
        ({"turns": {"T6": 2 * TURNS["pelvis"]}}, "a.file frame 0: the orientation of T6 is no rotation"),
        ({"turns": {"T6": -TURNS["pelvis"]}}, "the orientation of T6 is no rotation"),
        ({"turns": {"T6": at(TURNS["pelvis"], np.nan)}}, "a.file frame 2: the orientation of T6 is no rotation"),
        ({"turns": {"T6": at(TURNS["pelvis"], 1e300)}}, "a.file frame 2: the orientation of T6 is no rotation"),
        ({"fps": "30"}, "frame rate must be positive"),
        ({"fps": 0.0}, "frame rate must be positive"),
        ({"fps": float("nan")}, "frame rate must be positive"),
        ({"fps": 1e300}, "0.1 to 100000 frames a second"),
        ({"fps": True}, "frame rate must be positive"),
    ],
)
def test_no_clip_holds_nonsense(change: dict, words: str) -> None:
    with pytest.raises(InputError) as caught, np.errstate(all="raise"):
        clip(**change)
    assert words in str(caught.value)


@pytest.mark.parametrize("factor", [0.2, 1.7, 100.0])
def test_nobody_is_read_who_is_of_nobodys_size(tmp_path: Path, factor: float) -> None:
    """A unit that is given is believed only as far as people go."""
    clip = load("builtin:squat")
    large = {n: factor * p for n, p in clip.points.items()}
    replace(clip, points=large).save(tmp_path / "a.npz")
    with pytest.raises(InputError, match=r"a\.npz: nobody is of this size[\s\S]*0\.44 to 2\.81 m tall[\s\S]*remedy"):
        load(str(tmp_path / "a.npz"))


def test_a_wrong_unit_beside_a_file_is_told_and_its_remedy_helps(write_bvh) -> None:
    path = write_bvh()
    beside = path.with_name("take.bvh.yaml")
    beside.write_text("unit: 1\n")
    with pytest.raises(InputError, match="nobody is of this size") as caught:
        load(str(path))
    assert "take.bvh.yaml" in (caught.value.remedy or "")
    beside.write_text("unit: cm\n")
    assert load(str(path)).frames > 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 3),
        ("fps", "fast"),
        ("fps", [30]),
        ("loop", "yes"),
        ("notes", "none"),
        ("notes", [3]),
        ("markers", []),
        ("markers", {"x": 3}),
        ("markers", {"x": ["pelvis", [1, 2]]}),
        ("source", None),
        ("markers", {"x": ["pelvis", [1, 2, float("inf")]]}),
        ("markers", {"x": ["pelvis", ["1", 2, 3]]}),
    ],
)
def test_a_saved_clip_with_another_header_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    path = tmp_path / "a.npz"
    load("builtin:squat").save(path)
    with np.load(path) as data:
        arrays = {n: data[n] for n in data.files}
    header = json.loads(str(arrays["__header__"]))
    for change in ({key: value}, None):
        told = header | change if change else {k: v for k, v in header.items() if k != key}
        np.savez(path, **(arrays | {"__header__": np.array(json.dumps(told))}))
        if change is None and key == "markers":  # older clips have none
            continue
        with pytest.raises(InputError, match=r"saved clip|frame rate") as caught:
            load(str(path))
        assert str(path) in str(caught.value) or key == "fps"
        assert len(str(caught.value).encode()) <= MESSAGE


@pytest.mark.parametrize("header", ["3", "[]", "null", "", "{", 2000 * "["])
def test_a_saved_clip_without_a_header_is_refused(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, __header__=np.array(header))
    with pytest.raises(InputError, match=r"a\.npz"):
        load(str(path))


def test_points_without_any_value_are_left_out_of_a_saved_clip_and_told(tmp_path: Path) -> None:
    clip({"pelvis": np.zeros((4, 3))}).save(tmp_path / "a.npz")
    again = Clip.load(tmp_path / "a.npz")
    assert set(again.points) == {"pelvis"} and again.notes == ("without any value, left out: C7",)
