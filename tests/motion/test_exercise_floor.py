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
