"""Names of motion sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synthgen.errors import InputError
from synthgen.motion import available, load
from synthgen.motion.clip import Clip


def test_at_least_eleven_exercises_are_there() -> None:
    assert len(available()["builtin"]) >= 11
    assert set(available()) == {"builtin", "deepmimic"}


def test_builtin_by_name() -> None:
    clip = load("builtin:squat")
    assert clip.name == "squat" and clip.licence == "MIT"


def test_files_by_kind(tmp_path: Path, write_bvh) -> None:
    clip = load("builtin:standing_twist")
    clip.save(tmp_path / "twist.npz")
    again = load("twist.npz", base=tmp_path)
    assert again.notes == clip.notes and again.loop == clip.loop
    for name, p in clip.points.items():
        np.testing.assert_array_equal(again.points[name], p)
    path = write_bvh()
    assert load(str(path)).name == "take"
    assert load("take.bvh", base=tmp_path).frames == load(str(path)).frames


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("builtin:sqat", "did you mean squat"),
        ("builtin:", "no built-in exercise"),
        ("squat", "did you mean"),
        ("clips/walk.fbx", "not known"),
        ("missing.bvh", "no such motion file"),
        ("missing.npz", "no such motion file"),
        ("ftp:walk", "not known"),
    ],
)
def test_unknown_sources_say_what_would_do(source: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        load(source, base=tmp_path)


def test_a_damaged_clip_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"PK nonsense")
    with pytest.raises(InputError, match=r"bad\.npz"):
        load("bad.npz", base=tmp_path)


def test_importing_the_room_is_light() -> None:
    code = "import sys, synthgen.motion; print([m for m in ('numpy', 'scipy', 'pybvh', 'yaml') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_clip_refuses_arrays_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="do not fit"):
        Clip("x", {"pelvis": np.zeros((3, 2))}, {}, 30.0, "s", "MIT")
    with pytest.raises(InputError, match="frame rate"):
        Clip("x", {"pelvis": np.zeros((3, 3))}, {}, 0.0, "s", "MIT")
