"""What each built-in exercise is."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from .conftest import performance
from .exercise_measures import coordinate, region, shoulder_yaw


def test_squat_reaches_parallel() -> None:
    clip, truth = performance("squat", asymmetry=0.0)
    assert coordinate(truth, "left_knee_flexion").max() > 95
    assert (clip.points["left_hip"][:, 2] - clip.points["left_knee"][:, 2]).min() < 0.15
    assert np.ptp(clip.points["pelvis"][:, 0]) > 0.18  # hips back
    left, right = clip.points["left_wrist"], clip.points["right_wrist"]
    np.testing.assert_allclose(left, right * (1, -1, 1), atol=1e-9)


def test_forward_bend_flexes_the_lumbar_spine_and_reaches_down() -> None:
    clip, truth = performance("forward_bend")
    assert region(truth, "lumbar_flexion").max() >= 40
    assert clip.points["left_hand_tip"][:, 2].min() < 0.25
    lumbar, hips = region(truth, "lumbar_flexion"), coordinate(truth, "pelvis_tilt")
    half = [int(np.argmax(c > c.max() / 2)) for c in (lumbar, hips)]
    assert half[0] < half[1]  # the spine leads the way down


def test_deadlift_keeps_the_spine_and_folds_the_hips() -> None:
    _, truth = performance("deadlift_hinge")
    assert region(truth, "lumbar_flexion").max() < 15
    assert coordinate(truth, "pelvis_tilt").max() > 50
    assert coordinate(truth, "left_knee_flexion").max() < 40


def test_side_bend_goes_to_both_sides() -> None:
    clip, truth = performance("side_bend")
    bend = region(truth, "lumbar_lateral")
    assert bend.max() > 15 and bend.min() < -15
    to_the_right = bend.argmax()
    assert clip.points["C7"][to_the_right, 1] < -0.1
    assert clip.points["left_wrist"][to_the_right, 2] > clip.points["head_top"][to_the_right, 2]


def test_twist_turns_the_chest_and_the_head_turns_further() -> None:
    clip, truth = performance("standing_twist")
    shoulders = shoulder_yaw(clip)
    head = Rotation.from_matrix(clip.orientations["skull"]).as_euler("ZYX", degrees=True)[:, 0]
    assert shoulders.max() > 40 and shoulders.min() < -40
    assert head.max() > shoulders.max() + 10
    assert region(truth, "lumbar_rotation").max() < 8


def test_cat_cow_rounds_and_hollows_over_still_hands_and_knees() -> None:
    clip, truth = performance("cat_cow")
    lumbar = region(truth, "lumbar_flexion")
    assert lumbar.max() > 25 and lumbar.min() < -10
    for side in ("left", "right"):
        assert np.ptp(clip.points[f"{side}_knee"], axis=0).max() < 0.004
        assert clip.points[f"{side}_knee"][:, 2].max() < 0.08
        palm = clip.orientations[f"{side}_hand"][:, :, 0]
        assert (palm[:, 2] < -0.95).all()
    cat, cow = lumbar.argmax(), lumbar.argmin()
    assert clip.points["head_front"][cat, 2] < clip.points["head_front"][cow, 2] - 0.15


def test_plank_is_one_line_on_toes_and_palms() -> None:
    clip, truth = performance("plank_press_up")
    shoulder, hip, ankle = (clip.points[f"left_{n}"] for n in ("shoulder", "hip", "ankle"))
    a, b = shoulder - hip, hip - ankle
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    assert np.degrees(np.arccos(cosine)).max() < 20
    assert coordinate(truth, "left_elbow_flexion").max() > 75
    assert coordinate(truth, "left_elbow_flexion")[0] < 15
    assert (clip.points["left_heel"][:, 2] > 0.12).all()


def test_lunge_steps_lowers_and_turns_to_the_front_leg() -> None:
    clip, truth = performance("lunge_rotation")
    deep = clip.points["pelvis"][:, 2].argmin()
    assert clip.points["left_ankle"][deep, 0] - clip.points["right_ankle"][deep, 0] > 0.6
    assert clip.points["right_knee"][deep, 2] < 0.2
    assert clip.points["right_heel"][deep, 2] > 0.1
    assert 75 < coordinate(truth, "left_knee_flexion")[deep] < 110
    yaw = shoulder_yaw(clip)
    assert yaw.max() > 25 and yaw.min() > -15


def test_overhead_reach_goes_up_onto_the_toes() -> None:
    clip, truth = performance("overhead_reach")
    top = clip.points["left_hand_tip"][:, 2].argmax()
    assert clip.points["left_hand_tip"][top, 2] > clip.points["head_top"][top, 2] + 0.3
    assert clip.points["left_heel"][top, 2] > 0.05
    assert region(truth, "thoracic_flexion").min() < -8


def test_sit_to_stand_sits_at_chair_height_and_stands_upright() -> None:
    clip, truth = performance("sit_to_stand")
    hips = clip.points["pelvis"][:, 2]
    assert 0.45 < hips[0] < 0.6
    assert hips.max() > 0.9
    assert 75 < coordinate(truth, "left_knee_flexion")[0] < 105
    assert coordinate(truth, "pelvis_tilt").max() > 20  # leans before rising


def test_walking_goes_forward_with_opposite_arms() -> None:
    clip, _ = performance("walking")
    pelvis = clip.points["pelvis"][:, 0]
    assert (np.diff(pelvis) > 0).all()
    assert 0.9 < (pelvis[-1] - pelvis[0]) / clip.duration < 1.5
    leg = clip.points["left_ankle"][:, 0] - clip.points["right_ankle"][:, 0]
    arm = clip.points["left_wrist"][:, 0] - clip.points["right_wrist"][:, 0]
    assert np.corrcoef(leg, arm)[0, 1] < -0.8
