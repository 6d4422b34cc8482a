"""What every clip is asked, whatever it was read from: travel, floor, and how its trunk stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.core.frames import world_to_opensim
from synthgen.motion import available, load
from synthgen.motion.clip import Clip
from synthgen.motion.readers.smpl import skeleton

from .bvh_files import Y_UP, bvh_text
from .conftest import performance
from .recordings import trc_text
from .test_trc import squat


def saved(folder: Path, clip: Clip) -> str:
    clip.save(folder / "take.npz")
    return str(folder / "take.npz")


def shifted(clip: Clip, path: np.ndarray) -> Clip:
    """The clip moved by path (T, 3), metres."""
    return replace(clip, points={n: p + path for n, p in clip.points.items()})


def test_all_clips_without_a_file_are_plausible() -> None:
    for kind, names in available().items():
        for name in names:
            clip = load(f"{kind}:{name}")
            assert clip.floor and abs(clip.lifted) < 0.06


def test_a_bvh_whose_frame_time_is_ten_times_too_short(tmp_path: Path, write_bvh: Callable) -> None:
    text = bvh_text(performance("walking")[1], axes=Y_UP)
    path = write_bvh(text.replace("Frame Time: 0.0333333", "Frame Time: 0.00166667"))
    with pytest.raises(InputError, match=r"faster than people can[\s\S]*at (600|599\.999) frames[\s\S]*frame rate"):
        load(str(path))
    path.write_text(text)
    assert load(str(path)).fps == pytest.approx(30.0, abs=0.01)


def test_markers_that_leap_across_the_room_say_where(tmp_path: Path) -> None:
    names, points = squat()
    points = np.repeat(points, 20, axis=0)
    points[120:] += (9.0, 0.0, 0.0)
    path = tmp_path / "take.trc"
    path.write_text(trc_text(names, world_to_opensim(points), fps=100.0))
    with pytest.raises(InputError, match=r"take\.trc frame 1\d\d: the person travels[\s\S]*cut the recording"):
        load(str(path))


def test_a_rate_that_a_sidecar_may_say_is_asked_for(tmp_path: Path) -> None:
    clip = performance("walking")[0]
    names = [row.get("point", "") for row in skeleton.joints()]
    joints = np.stack([clip.points.get(name, clip.points["pelvis"]) for name in names], 1)
    np.savez(tmp_path / "take.npz", joints=joints, fps=600.0)
    with pytest.raises(InputError, match=r"say the frame rate in take\.npz\.yaml beside the file \(fps: 30\)"):
        load(str(tmp_path / "take.npz"))
    (tmp_path / "take.npz.yaml").write_text("fps: 30")
    assert load(str(tmp_path / "take.npz")).fps == 30


def test_a_saved_clip_names_what_it_was_made_from(tmp_path: Path) -> None:
    clip = performance("walking")[0]
    with pytest.raises(InputError, match="this is a saved clip"):
        load(saved(tmp_path, replace(clip, fps=600.0)))


@pytest.mark.parametrize("height", [3.0, -0.9])
def test_a_clip_from_elsewhere_is_put_on_the_floor_and_says_so(tmp_path: Path, height: float) -> None:
    clip = performance("squat")[0]
    found = load(saved(tmp_path, shifted(clip, np.array([0.0, 0.0, height]))))
    np.testing.assert_allclose(found.points["left_ankle"], clip.points["left_ankle"], atol=0.01)
    assert found.lifted == pytest.approx(-height, abs=0.01)
    assert any(f"by {abs(height):.3f} m onto the floor" in n for n in found.notes)
    unknown = shifted(replace(clip, floor=False), np.array([0.0, 0.0, height]))
    assert load(saved(tmp_path, unknown)).lifted == 0.0


def test_the_lift_is_kept_with_the_clip(tmp_path: Path) -> None:
    clip = replace(performance("squat")[0], lifted=-19.551)
    assert load(saved(tmp_path, clip)).lifted == -19.551
    assert clip.digest() != replace(clip, lifted=0.0).digest()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("builtin:squat", ()),
        ("builtin:cat_cow", ("level in 150 of 150",)),
        ("builtin:plank_press_up", ("level in 90 of 90",)),
        ("builtin:walking", ()),
    ],
)
def test_postures_that_few_take_are_noted(tmp_path: Path, source: str, words: tuple[str, ...]) -> None:
    clip = load(source)
    found = [n for n in clip.notes if "the trunk is" in n]
    assert len(found) == len(words) and all(w in f for w, f in zip(words, found, strict=True))
    assert load(saved(tmp_path, clip)).notes == clip.notes


def test_somebody_who_stands_on_the_head_stands_on_the_floor(tmp_path: Path) -> None:
    """Feet tell where the floor is, but not where they are the highest."""
    names, points = squat()
    over = points * (-1.0, 1.0, -1.0)
    over = np.repeat(over - (0.0, 0.0, over[..., 2].min()), 3, axis=0)
    path = tmp_path / "take.trc"
    path.write_text(trc_text(names, world_to_opensim(over), fps=100.0))
    with pytest.raises(InputError, match=r"up axis is ambiguous"):
        load(str(path))
    (tmp_path / "take.trc.yaml").write_text("up: +y")
    clip = load(str(path))
    assert abs(clip.lifted) < 0.05 and any("upside down" in n for n in clip.notes)
