"""Exercises that bend the spine in several planes at once, or far backwards."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.motion.exercises.figure import Figure

from .conftest import performance
from .exercise_measures import coordinate, region, shoulder_yaw


def test_squat_twist_turns_to_each_side_while_low() -> None:
    clip, truth = performance("squat_twist")
    turn = region(truth, "thoracic_rotation") + region(truth, "lumbar_rotation")
    low = coordinate(truth, "left_knee_flexion")
    assert turn.max() > 30 and turn.min() < -30
    assert low[turn.argmax()] > 70 and low[turn.argmin()] > 70
    assert shoulder_yaw(clip).max() > 35


def test_reaching_aside_flexes_bends_and_turns_at_once() -> None:
    clip, truth = performance("reach_aside")
    left = region(truth, "lumbar_lateral").argmin()
    assert region(truth, "lumbar_flexion")[left] > 38
    assert region(truth, "thoracic_rotation")[left] > 15
    assert region(truth, "lumbar_lateral")[left] < -8  # to the left
    assert clip.points["left_wrist"][left, 2] < 0.55
    assert clip.points["left_wrist"][left, 1] > clip.points["left_ankle"][left, 1] + 0.2


def test_asymmetric_lift_goes_from_the_floor_on_the_right_to_a_shelf_on_the_left() -> None:
    clip, truth = performance("asymmetric_lift")
    hands = (clip.points["left_wrist"] + clip.points["right_wrist"]) / 2
    low, high = hands[:, 2].argmin(), hands[:, 2].argmax()
    assert hands[low, 2] < 0.5 and hands[low, 1] < -0.2
    assert hands[high, 2] > 1.3 and hands[high, 1] > 0.2
    turn = region(truth, "thoracic_rotation") + region(truth, "lumbar_rotation")
    assert turn[low] < -20 and turn[high] > 20
    assert region(truth, "lumbar_flexion")[low] > 35
    between = np.linalg.norm(clip.points["left_wrist"] - clip.points["right_wrist"], axis=1)
    assert np.ptp(between) < 0.08  # on one box


def test_throw_arches_and_turns_away_then_bends_over_the_front_leg() -> None:
    clip, truth = performance("throw")
    turn = region(truth, "thoracic_rotation") + region(truth, "lumbar_rotation")
    cocked = turn.argmin()
    assert turn[cocked] < -35  # against the pelvis; pitchers reach 49
    assert region(truth, "lumbar_flexion")[cocked] < -10 and region(truth, "thoracic_flexion")[cocked] < -8
    speed = np.linalg.norm(np.diff(clip.points["right_hand_tip"], axis=0), axis=1)
    release = speed.argmax()
    assert cocked < release
    assert clip.points["right_wrist"][release, 2] > clip.points["C7"][release, 2] - 0.3
    assert region(truth, "lumbar_flexion").argmax() > release
    assert clip.points["right_heel"][region(truth, "lumbar_flexion").argmax(), 2] > 0.1


def test_serve_arches_in_the_trophy_pose_and_hits_high() -> None:
    clip, truth = performance("tennis_serve")
    toss = clip.points["left_hand_tip"][:, 2].argmax()
    assert region(truth, "lumbar_flexion")[toss : toss + 10].min() < -17
    assert region(truth, "lumbar_lateral")[toss] > 8  # leans to the right, then to the left
    assert region(truth, "lumbar_lateral").min() < -12
    hit = clip.points["right_hand_tip"][:, 2].argmax()
    assert hit > toss
    assert clip.points["right_hand_tip"][hit, 2] > clip.points["head_top"][hit, 2] + 0.35
    assert coordinate(truth, "left_knee_flexion").max() > 45


def test_golf_swing_turns_the_chest_further_than_the_pelvis_and_finishes_arched() -> None:
    clip, truth = performance("golf_swing")
    turn = region(truth, "thoracic_rotation") + region(truth, "lumbar_rotation")
    assert 40 < -turn.min() < 60  # the X-factor
    finish = turn.argmax()
    assert turn[finish] > 35
    assert region(truth, "lumbar_flexion")[finish] < -5
    assert region(truth, "lumbar_lateral").max() > 10
    hands = (clip.points["left_wrist"] + clip.points["right_wrist"]) / 2
    assert hands[turn.argmin(), 1] < -0.15 and hands[finish, 1] > 0.1
    assert np.linalg.norm(clip.points["left_wrist"] - clip.points["right_wrist"], axis=1).max() < 0.25


def test_triangle_bends_to_the_right_and_opens_to_the_left() -> None:
    clip, truth = performance("triangle")
    over = region(truth, "lumbar_lateral").argmax()
    assert region(truth, "lumbar_lateral")[over] > 15
    assert region(truth, "thoracic_rotation").max() > 22
    assert clip.points["left_wrist"][over, 2] > clip.points["left_shoulder"][over, 2] + 0.35
    assert clip.points["right_wrist"][over, 2] < 0.65
    assert coordinate(truth, "right_knee_flexion").max() < 25


@pytest.mark.parametrize("name", ["cobra", "upward_dog", "bridge", "tennis_serve"])
def test_strong_extension_goes_to_the_models_limit_and_no_further(name: str) -> None:
    _, truth = performance(name, depth=1.2)
    low, _ = Figure(truth.body).ranges["lumbar_flexion"]
    least = region(truth, "lumbar_flexion").min()
    assert np.degrees(low) - 1e-6 <= least < 0.95 * np.degrees(low)
