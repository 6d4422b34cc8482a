"""Exercises on the floor."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.palms import palm_height

from .conftest import performance
from .exercise_measures import coordinate, region

PALMS = ("cat_cow", "plank_press_up", "cobra", "upward_dog", "child_pose", "downward_dog", "bridge")


@pytest.mark.parametrize("name", PALMS)
def test_palms_lie_flat_and_still(name: str) -> None:
    clip, truth = performance(name)
    for side in ("left", "right"):
        assert truth.planted[f"{side}_wrist"].all()
        wrist = clip.points[f"{side}_wrist"]
        np.testing.assert_allclose(wrist[:, 2], palm_height(Figure(truth.body)), atol=0.002)
        assert (clip.orientations[f"{side}_hand"][:, 2, 0] < -0.95).all()  # the palm looks down


@pytest.mark.parametrize("name", ["cat_cow", "child_pose", "thread_the_needle"])
def test_kneeling_knees_stay_on_the_floor(name: str) -> None:
    clip, truth = performance(name)
    for side in ("left", "right"):
        assert truth.planted[f"{side}_knee"].all()
        assert 0.04 < clip.points[f"{side}_knee"][:, 2].min() <= clip.points[f"{side}_knee"][:, 2].max() < 0.07


def test_cobra_arches_over_hips_that_stay_down() -> None:
    clip, truth = performance("cobra")
    assert region(truth, "lumbar_flexion").min() < -17
    assert -20 < region(truth, "thoracic_flexion").min() < -10
    assert clip.points["pelvis"][:, 2].max() < 0.11
    assert np.ptp(clip.points["chest_front"][:, 2]) > 0.15


def test_upward_dog_lifts_hips_and_knees() -> None:
    clip, truth = performance("upward_dog")
    up = clip.points["head_top"][:, 2].argmax()
    assert clip.points["pelvis"][up, 2] > 0.13
    assert clip.points["left_knee"][up, 2] > 0.07
    assert coordinate(truth, "left_elbow_flexion").max() > 100 > coordinate(truth, "left_elbow_flexion")[up]
    assert region(truth, "lumbar_flexion")[up] < -17


def test_bridge_raises_the_hips_over_still_shoulders() -> None:
    clip, truth = performance("bridge")
    hips = clip.points["pelvis"][:, 2]
    assert hips.min() < 0.11 and hips.max() > 0.29
    world = truth.segment("T3")[:, :3, 3]
    assert np.ptp(world[:, 0]) < 0.002
    assert (clip.points["head_front"][:, 2] > clip.points["C7"][:, 2] + 0.05).all()  # face up
    assert region(truth, "lumbar_flexion")[hips.argmax()] < -15


def test_childs_pose_rounds_the_spine_and_lays_the_head_down() -> None:
    clip, truth = performance("child_pose")
    down = clip.points["head_top"][:, 2].argmin()
    assert region(truth, "lumbar_flexion")[down] > 35
    assert min(clip.points["head_front"][down, 2], clip.points["head_top"][down, 2]) < 0.04
    assert coordinate(truth, "left_knee_flexion")[down] > 140


def test_downward_dog_is_a_wedge() -> None:
    clip, truth = performance("downward_dog")
    up = clip.points["pelvis"][:, 2].argmax()
    shoulder, hip, ankle = (clip.points[f"left_{n}"][up] for n in ("shoulder", "hip", "ankle"))
    a, b = shoulder - hip, ankle - hip
    assert np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))) < 110
    assert coordinate(truth, "left_knee_flexion").max() < 10
    assert coordinate(truth, "left_shoulder_flexion")[up] > 115


def test_threading_the_needle_turns_the_chest_and_brings_one_shoulder_down() -> None:
    clip, truth = performance("thread_the_needle")
    down = clip.points["right_shoulder"][:, 2].argmin()
    assert region(truth, "thoracic_rotation")[down] > 35
    assert clip.points["right_shoulder"][down, 2] < 0.15
    assert clip.points["left_shoulder"][down, 2] > clip.points["right_shoulder"][down, 2] + 0.15
    assert clip.points["right_wrist"][down, 1] > 0.1  # under the chest to the left


def test_rolling_up_starts_at_the_neck_and_ends_sitting() -> None:
    clip, truth = performance("rolling_up")
    up = clip.points["C7"][:, 2].argmax()
    rising = slice(0, up)
    half = {
        n: int(np.argmax(np.abs(c - c[0]) > 0.5 * np.abs(c - c[0]).max()))
        for n, c in (
            ("neck", region(truth, "cervical_flexion")[rising]),
            ("chest", region(truth, "thoracic_flexion")[rising]),
            ("lumbar", region(truth, "lumbar_flexion")[rising]),
            ("pelvis", coordinate(truth, "pelvis_tilt")[rising]),
        )
    }
    assert half["neck"] < half["chest"] < half["lumbar"] < half["pelvis"]
    assert clip.points["T8"][0, 2] < 0.03 and clip.points["sacrum"][0, 2] < 0.03  # lies
    assert clip.points["C7"][up, 2] > 0.45
    assert clip.points["pelvis"][:, 2].max() < 0.11
    assert coordinate(truth, "left_knee_flexion").max() < 30


def test_rowing_rounds_at_the_catch_and_leans_back_at_the_finish() -> None:
    clip, truth = performance("rowing")
    catch, finish = clip.points["C7"][:, 0].argmax(), clip.points["C7"][:, 0].argmin()
    assert region(truth, "lumbar_flexion")[catch] > 42
    assert clip.points["C7"][finish, 0] < clip.points["pelvis"][finish, 0] - 0.1
    assert clip.points["left_wrist"][catch, 0] - clip.points["left_wrist"][finish, 0] > 0.3
    assert coordinate(truth, "left_elbow_flexion").max() > 80


def test_supine_twist_turns_the_pelvis_and_leaves_the_shoulders() -> None:
    clip, truth = performance("supine_twist")
    turned = clip.points["left_knee"][:, 2].argmin()
    assert (clip.points["left_knee"][turned, [1, 2]] - clip.points["left_hip"][turned, [1, 2]])[0] < -0.25
    assert region(truth, "thoracic_rotation")[turned] + region(truth, "lumbar_rotation")[turned] > 40
    line = clip.points["left_shoulder"][turned] - clip.points["right_shoulder"][turned]
    assert abs(line[2]) / np.linalg.norm(line) < np.sin(np.radians(25))
    pelvis = clip.points["left_hip"][turned] - clip.points["right_hip"][turned]
    assert pelvis[2] / np.linalg.norm(pelvis) > np.sin(np.radians(45))


def test_lying_on_the_side_curls_up() -> None:
    clip, truth = performance("side_lying")
    hips = clip.points["left_hip"] - clip.points["right_hip"]
    assert (hips[:, 2] > 0.95 * np.linalg.norm(hips, axis=1)).all()  # one hip over the other
    assert (clip.points["right_hip"][:, 2] < 0.11).all()
    assert region(truth, "lumbar_flexion").max() > 35
    assert np.ptp(clip.points["left_knee"][:, 1]) > 0.2


def test_side_plank_dips_and_rises_over_one_hand() -> None:
    clip, truth = performance("side_plank")
    assert truth.planted["right_wrist"].all() and "left_wrist" not in truth.planted
    bend = region(truth, "lumbar_lateral")
    assert bend.min() < -5 and bend.max() > 5
    assert clip.points["pelvis"][bend.argmin(), 2] < clip.points["pelvis"][bend.argmax(), 2] - 0.08
    assert (clip.points["left_hand_tip"][:, 2] > clip.points["left_shoulder"][:, 2] + 0.3).all()


def test_crawling_moves_opposite_limbs_together_and_plants_them() -> None:
    clip, truth = performance("crawling")
    assert 0.15 < np.ptp(clip.points["pelvis"][:, 0]) / clip.duration < 0.5
    moves = {n: np.diff(clip.points[n][:, 0]) for n in ("left_knee", "right_wrist", "right_knee", "left_wrist")}
    assert np.corrcoef(moves["left_knee"], moves["right_wrist"])[0, 1] > 0.8
    assert np.corrcoef(moves["right_knee"], moves["left_wrist"])[0, 1] > 0.8
    standing = truth.planted["left_toe_tip"]
    assert 0.5 < standing.mean() < 0.7
    for spell in np.split(np.arange(clip.frames), np.flatnonzero(np.diff(standing.astype(int))) + 1):
        if standing[spell[0]]:  # a knee stands while its instep does, its flesh gives
            assert np.ptp(clip.points["left_knee"][spell, :2], axis=0).max() < 0.004
            assert np.ptp(clip.points["left_knee"][spell, 2]) < 0.006
    assert np.ptp(region(truth, "lumbar_lateral")) > 10
