"""Names of motion sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synthgen.core import archive
from synthgen.core.errors import InputError
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
        ("builtin", r"not known[\s\S]*expected: builtin:NAME, deepmimic:NAME, or a file"),
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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK nonsense", r"bad\.npz[\s\S]*11 bytes that are no zip archive[\s\S]*copy or export it again"),
        (b"", r"bad\.npz[\s\S]*an empty file[\s\S]*copy or export it again"),
    ],
)
def test_a_damaged_archive_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(InputError, match=words):
        load("bad.npz", base=tmp_path)


def test_other_archives_are_not_to_be_deleted(tmp_path: Path) -> None:
    """What a user gives is the user's, whoever wrote it: a fit of this program, or somebody's arrays."""
    archive.save(tmp_path / "fit.npz", "spine-motion", 1, {}, {"q": np.zeros(3)})
    np.savez(tmp_path / "else.npz", weights=np.zeros(3))
    cut = tmp_path / "cut.npz"
    load("builtin:squat").save(cut)
    content = bytearray(cut.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 64] = bytes(64)
    cut.write_bytes(content)
    for name, remedy in (
        ("fit", "file that it was made from"),
        ("else", "export the motion"),
        ("cut", "save the clip"),
    ):
        with pytest.raises(InputError, match=remedy) as caught:
            load(f"{name}.npz", base=tmp_path)
        assert "delete" not in str(caught.value)


def test_importing_the_room_is_light() -> None:
    code = "import sys, synthgen.motion; print([m for m in ('numpy', 'scipy', 'yaml') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_clip_refuses_arrays_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="do not fit"):
        Clip("x", {"pelvis": np.zeros((3, 2))}, {}, 30.0, "s", "MIT")
    with pytest.raises(InputError, match="frame rate"):
        Clip("x", {"pelvis": np.zeros((3, 3))}, {}, 0.0, "s", "MIT")
