"""Exercises on a seat."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import performance
from .exercise_measures import coordinate, region, shoulder_yaw


@pytest.mark.parametrize("name", ["slumped_sitting", "twisted_sitting", "tying_shoe"])
def test_sits_at_chair_height_on_a_seat_of_the_world(name: str) -> None:
    from synthgen.core.tables import table

    clip, truth = performance(name)
    assert (clip.points["pelvis"][:, 2] > 0.45).all() and (clip.points["pelvis"][:, 2] < 0.6).all()
    assert 70 < coordinate(truth, "left_knee_flexion")[0] < 110
    assert table("world/data/exercises.yaml")[name]["seat"]


def test_slump_rounds_the_back_tips_the_pelvis_and_pushes_the_head_ahead() -> None:
    clip, truth = performance("slumped_sitting")
    slump = region(truth, "thoracic_flexion").argmax()
    assert 10 < coordinate(truth, "pelvis_tilt")[0] - coordinate(truth, "pelvis_tilt")[slump] < 20
    assert region(truth, "lumbar_flexion")[slump] > 32
    assert region(truth, "thoracic_flexion")[slump] > 24
    face = clip.points["head_front"] - clip.points["head_centre"]
    pitch = np.degrees(np.arcsin(-face[:, 2] / np.linalg.norm(face, axis=1)))
    assert abs(pitch[slump] - pitch[0]) < 25  # the eyes stay near the screen
    assert np.ptp(clip.points["left_wrist"], axis=0).max() < 0.01


def test_twisted_sitting_turns_bends_and_flexes_to_both_sides() -> None:
    clip, truth = performance("twisted_sitting")
    left, right = (region(truth, "thoracic_rotation")).argmax(), (region(truth, "thoracic_rotation")).argmin()
    assert shoulder_yaw(clip)[left] > 35 and shoulder_yaw(clip)[right] < -35
    assert region(truth, "lumbar_lateral")[left] < -10 < 10 < region(truth, "lumbar_lateral")[right]
    assert region(truth, "lumbar_flexion")[left] > 20
    assert clip.points["left_wrist"][left, 2] < clip.points["left_knee"][left, 2]


def test_tying_a_shoe_flexes_nearly_all_the_way_with_both_hands_at_the_foot() -> None:
    clip, truth = performance("tying_shoe")
    down = region(truth, "lumbar_flexion").argmax()
    assert region(truth, "lumbar_flexion")[down] > 0.85 * 57.7  # of the model's range; people use 90 %
    for side in ("left", "right"):
        assert np.linalg.norm(clip.points[f"{side}_hand_tip"][down] - clip.points["right_ankle"][down]) < 0.35
    assert region(truth, "lumbar_lateral")[down] > 5
