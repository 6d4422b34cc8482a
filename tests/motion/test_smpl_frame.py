"""SMPL parameters in other axes and units than AMASS documents: found, or asked for, never read against the data."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.motion.readers.smpl import skeleton
from synthgen.motion.readers.smpl.parameters import ORIGIN

from .conftest import performance
from .recordings import smpl_parameters

Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""From a world whose Z is up into one whose Y is, X kept."""
Y_DOWN = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Into a camera's axes: Y down, Z forward."""
STILL = np.eye(3)

REST = skeleton.stand_in() - skeleton.stand_in()[0] + ORIGIN


def take(
    folder: Path,
    exercise: str = "walking",
    turn: np.ndarray = STILL,
    scale: float = 1.0,
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0),
    relative: bool = False,
    side: np.ndarray = STILL,
) -> Path:
    """An exercise as SMPL parameters: laid by ``side``, moved, turned into other axes, and in another unit."""
    truth = performance(exercise)[1]
    poses, trans = smpl_parameters(truth.body, truth.transforms[::3], REST)
    pelvis = (trans + REST[0]) @ side.T + shift
    poses[:, :3] = (Rotation.from_matrix(turn @ side) * Rotation.from_rotvec(poses[:, :3])).as_rotvec()
    trans = pelvis @ turn.T - REST[0]
    trans = scale * (trans - trans[0] if relative else trans)
    np.savez(folder / "take.npz", poses=poses, trans=trans, mocap_framerate=10.0)
    return folder / "take.npz"


def same(clip: Clip, truth: Clip) -> None:
    """The same motion, wherever on the floor."""
    origin = clip.points["left_hip"][0] * (1, 1, 0), truth.points["left_hip"][0] * (1, 1, 0)
    for name, path in truth.points.items():
        np.testing.assert_allclose(clip.points[name] - origin[0], path - origin[1], atol=1e-6, err_msg=name)
    for name, turns in truth.orientations.items():
        np.testing.assert_allclose(clip.orientations[name], turns, atol=1e-6, err_msg=name)


def say(folder: Path, words: str) -> None:
    (folder / "take.npz.yaml").write_text(words)


def remedy(error: InputError) -> str:
    """The line that the error says would help."""
    said = re.search(r"\(((?:up|unit): [^\s)]+)", str(error))
    assert said, str(error)
    assert len(str(error)) < 2000
    return said.group(1)


@pytest.mark.parametrize("relative", [False, True])
def test_parameters_with_y_up_are_found_by_the_floor_that_feet_keep_to(tmp_path: Path, relative: bool) -> None:
    sideways = Rotation.from_euler("z", 90, degrees=True).as_matrix()
    truth = load(str(take(tmp_path, side=sideways)))
    clip = load(str(take(tmp_path, turn=Y_UP, side=sideways, relative=relative)))
    assert any("up axis +y (found" in n for n in clip.notes)
    same(clip, truth)


@pytest.mark.parametrize("turn", [Y_UP, Y_DOWN])
def test_a_stander_who_may_as_well_lie_is_asked_about_and_the_remedy_leads_to_a_right_fit(
    tmp_path: Path, turn: np.ndarray
) -> None:
    truth = load(str(take(tmp_path, "standing_twist")))
    path = take(tmp_path, "standing_twist", turn=turn, relative=True)
    with pytest.raises(InputError, match="up axis is ambiguous") as caught:
        load(str(path))
    say(tmp_path, remedy(caught.value))
    same(load(str(path)), truth)


@pytest.mark.parametrize("exercise", ["squat", "forward_bend", "cat_cow", "plank_press_up", "lunge_rotation"])
def test_what_amass_documents_is_taken_without_a_question(tmp_path: Path, exercise: str) -> None:
    clip = load(str(take(tmp_path, exercise, shift=(1.0, 0.0, 0.0))))
    assert any("up axis +z (as AMASS documents it" in n for n in clip.notes)
    assert any("unit m (as AMASS documents it" in n for n in clip.notes)
    assert abs(clip.lifted) < 0.05


def test_somebody_who_lies_on_the_files_floor_is_taken_so_and_noted(tmp_path: Path) -> None:
    back = Rotation.from_euler("y", -90, degrees=True).as_matrix()
    clip = load(str(take(tmp_path, "standing_twist", side=back, shift=(1.0, 0.0, 0.12))))
    assert any("up axis +z (as AMASS documents it, and a floor" in n for n in clip.notes)
    assert any("trunk is level" in n for n in clip.notes)


def test_a_headstand_is_taken_so_and_noted(tmp_path: Path) -> None:
    over = Rotation.from_euler("y", 180, degrees=True).as_matrix()
    clip = load(str(take(tmp_path, "standing_twist", side=over, shift=(0.0, 0.0, 1.65))))
    assert any("up axis +z (as AMASS documents it, and a floor" in n for n in clip.notes)
    assert any("trunk is upside down" in n for n in clip.notes)


@pytest.mark.parametrize("turn", [np.eye(3), Y_UP])
@pytest.mark.parametrize(("unit", "scale"), [("cm", 100.0), ("mm", 1000.0), ("inch", 1 / 0.0254)])
def test_another_unit_is_found_where_it_lifts_the_hips_to_the_legs_length(
    tmp_path: Path, unit: str, scale: float, turn: np.ndarray
) -> None:
    truth = load(str(take(tmp_path)))
    clip = load(str(take(tmp_path, scale=scale, turn=turn)))
    assert any(f"unit {unit} (found" in n for n in clip.notes)
    same(clip, truth)


@pytest.mark.parametrize("turn", [np.eye(3), Y_UP])
def test_a_sprint_of_hundred_metres_a_second_is_refused_and_the_remedy_leads_to_a_right_fit(
    tmp_path: Path, turn: np.ndarray
) -> None:
    truth = load(str(take(tmp_path)))
    path = take(tmp_path, scale=100.0, relative=True, turn=turn)
    with pytest.raises(InputError, match=r"unit of trans[\s\S]*m/s[\s\S]*remedy") as caught:
        load(str(path))
    say(tmp_path, words := remedy(caught.value))
    if turn is Y_UP:
        with pytest.raises(InputError, match="up axis is ambiguous") as caught:
            load(str(path))
        say(tmp_path, f"{words}\n{remedy(caught.value)}")
    same(load(str(path)), truth)


def test_where_two_axes_fit_both_are_named(tmp_path: Path) -> None:
    """A plank whose feet are at the origin may as well stand upright in a world whose X points up."""
    path = take(tmp_path, "plank_press_up")
    with pytest.raises(InputError, match=r"up: \+x of somebody upright, up: \+z of somebody who lies"):
        load(str(path))
    say(tmp_path, "up: +z")
    assert abs(load(str(path)).lifted) < 0.05


def test_a_floor_metres_from_zero_is_asked_about_and_taken_when_said(tmp_path: Path) -> None:
    path = take(tmp_path, "standing_twist", shift=(0.0, 0.0, 19.551))
    with pytest.raises(InputError, match=r"a floor 19\.\d m over zero"):
        load(str(path))
    say(tmp_path, "unit: m")
    clip = load(str(path))
    assert clip.lifted == pytest.approx(-19.55, abs=0.1) and any("moved down by 19.5" in n for n in clip.notes)


def test_what_the_user_says_is_believed_but_not_against_what_people_can(tmp_path: Path) -> None:
    path = take(tmp_path, scale=100.0)
    say(tmp_path, "unit: m")
    with pytest.raises(InputError, match=r"cannot be m, as take\.npz\.yaml says"):
        load(str(path))
    say(tmp_path, "unit: cm\nup: +z")
    assert {"unit cm (given)", "up axis +z (given)"} <= set(load(str(path)).notes)
