"""What every built-in exercise promises, and what each one is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.motion import exercises as exercises_package
from synthgen.motion.clip import Clip
from synthgen.motion.exercises import exercise, exercises
from synthgen.motion.exercises.balance import centre_of_mass
from synthgen.motion.exercises.truth import Truth

from .conftest import performance

every = pytest.mark.parametrize("name", exercises())
STANDING = ("squat", "deadlift_hinge", "forward_bend", "side_bend", "standing_twist", "overhead_reach")


def test_each_row_has_its_program_and_each_program_its_row() -> None:
    folder = Path(exercises_package.__file__).parent
    programs = {p.stem for p in folder.glob("*.py") if "\ndef program(" in p.read_text(encoding="utf-8")}
    assert programs == set(exercises())


def region(truth: Truth, name: str) -> np.ndarray:
    """(T,) a region's total angle in degrees, summed over its joints."""
    k = truth.body.rhythm_names.index(name)
    return np.degrees(truth.q[:, truth.body.rhythm[:, k] > 0].sum(1))


def coordinate(truth: Truth, name: str) -> np.ndarray:
    return np.degrees(truth.q[:, truth.body.tree.coordinate_index[name]])


def shoulder_yaw(clip: Clip) -> np.ndarray:
    """(T,) how far the line of the shoulders is turned left, degrees."""
    line = clip.points["left_shoulder"] - clip.points["right_shoulder"]
    return np.degrees(np.arctan2(-line[:, 0], line[:, 1]))


@every
def test_lasts_two_to_six_seconds_at_thirty_frames(name: str) -> None:
    clip, _ = performance(name)
    assert clip.fps == 30.0
    assert 2.0 <= clip.duration <= 6.0
    assert clip.source == f"builtin:{name}"
    assert set(clip.points) == set(reference_body().landmarks)
    assert {"pelvis", "T6", "skull", "left_thigh", "right_foot", "left_forearm"} <= set(clip.orientations)


@every
@pytest.mark.parametrize("asymmetry", [0.0, 1.0])
def test_what_is_planted_neither_slides_nor_lifts(name: str, asymmetry: float) -> None:
    clip, truth = performance(name, asymmetry=asymmetry)
    assert any(mask.any() for mask in truth.planted.values())
    for point, mask in truth.planted.items():
        for stance in np.split(np.arange(clip.frames), np.flatnonzero(np.diff(mask.astype(int))) + 1):
            if mask[stance[0]]:
                assert np.ptp(clip.points[point][stance], axis=0).max() < 0.003, (point, stance[0])


@every
def test_nothing_sinks_and_something_stands(name: str) -> None:
    clip, _ = performance(name)
    lowest = np.min([p[:, 2] for p in clip.points.values()], axis=0)
    assert lowest.min() >= -0.001
    assert lowest.max() < 0.012


@every
def test_bones_keep_their_length(name: str) -> None:
    clip, truth = performance(name)
    tree, points = truth.body.tree, clip.points
    for side in ("left", "right"):
        for a, b, segment in (
            ("hip", "knee", "shank"),
            ("knee", "ankle", "foot"),
            ("shoulder", "elbow", "forearm"),
            ("elbow", "wrist", "hand"),
            ("ankle", "toe_base", "toes"),
        ):
            length = np.linalg.norm(points[f"{side}_{b}"] - points[f"{side}_{a}"], axis=1)
            true = np.linalg.norm(tree.segments[tree.segment_index[f"{side}_{segment}"]].offset)
            assert np.abs(length - true).max() < 1e-6


@every
@pytest.mark.parametrize("depth", [1.0, 1.2])
def test_the_spine_stays_within_its_range_of_motion(name: str, depth: float) -> None:
    _, truth = performance(name, depth=depth)
    for i, c in enumerate(truth.body.tree.coordinates):
        if c.name.split("_")[0] in SPINE_SEGMENTS:
            assert c.lower - 1e-9 <= truth.q[:, i].min(), c.name
            assert truth.q[:, i].max() <= c.upper + 1e-9, c.name


@every
def test_limbs_stay_within_their_range_of_motion(name: str) -> None:
    _, truth = performance(name)
    for i, c in enumerate(truth.body.tree.coordinates):
        if c.name.startswith(("left_", "right_")):
            assert c.lower - np.radians(2) <= truth.q[:, i].min(), c.name
            assert truth.q[:, i].max() <= c.upper + np.radians(2), c.name


@every
def test_moves_smoothly(name: str) -> None:
    clip, _ = performance(name)
    # Walking's heel strike brakes a foot at some 40 m/s²; nobody else in here hurries.
    bound = 60.0 if name == "walking" else 20.0
    for point, p in clip.points.items():
        acceleration = np.linalg.norm(np.diff(p, 2, axis=0), axis=1) * clip.fps**2
        assert acceleration.max() < bound, point


@every
def test_the_loop_closes(name: str) -> None:
    clip, truth = performance(name)
    q = np.delete(truth.q, [0, 1, 2], axis=1)  # the pelvis' place is compared below
    inside = np.abs(np.diff(q, axis=0)).max(0)
    assert (np.abs(q[0] - q[-1]) <= inside + np.radians(0.2)).all()
    moved = clip.points["pelvis"][0] - clip.points["pelvis"][-1]
    if name == "walking":
        assert not clip.loop
        moved[0] = 0.0
    else:
        assert clip.loop
    assert np.abs(moved).max() < 0.02


@every
def test_knees_bend_forward_over_the_toes(name: str) -> None:
    clip, truth = performance(name)
    for side in ("left", "right"):
        assert coordinate(truth, f"{side}_knee_flexion").min() > -0.5
        hip, knee, ankle = (clip.points[f"{side}_{n}"] for n in ("hip", "knee", "ankle"))
        bulge = knee - (hip + ankle) / 2
        across = np.abs((bulge * clip.orientations[f"{side}_foot"][:, :, 1]).sum(1))
        assert across.max() < 0.09  # the knee leaves the line hip–ankle with the foot, not sideways


@every
def test_left_is_left(name: str) -> None:
    clip, _ = performance(name)
    left = clip.orientations["pelvis"][:, :, 1]
    assert (((clip.points["left_hip"] - clip.points["right_hip"]) * left).sum(1) > 0.1).all()
    chest = clip.orientations["T6"][:, :, 1]
    assert (((clip.points["left_shoulder"] - clip.points["right_shoulder"]) * chest).sum(1) > 0.2).all()


@every
def test_clip_and_truth_agree(name: str) -> None:
    clip, truth = performance(name)
    world = truth.body.tree.forward(truth.q)
    np.testing.assert_allclose(world, truth.transforms, atol=1e-12)
    for point, p in truth.body.points(world).items():
        np.testing.assert_allclose(clip.points[point], p, atol=1e-12)


@pytest.mark.parametrize("name", STANDING)
def test_stands_in_balance(name: str) -> None:
    clip, truth = performance(name)
    mass = centre_of_mass(truth.body, truth.transforms)
    heel = np.minimum(clip.points["left_heel"][:, 0], clip.points["right_heel"][:, 0])
    toes = np.maximum(clip.points["left_toe_tip"][:, 0], clip.points["right_toe_tip"][:, 0])
    assert (mass[:, 0] > heel + 0.02).all()
    assert (mass[:, 0] < toes - 0.02).all()
    assert np.abs(mass[:, 1]).max() < 0.05


def test_orientations_are_the_identity_in_neutral_standing() -> None:
    clip, _ = performance("squat")
    # At the first frame the squatter stands nearly as at q = 0.
    for segment in ("pelvis", "T6", "skull"):
        angle = Rotation.from_matrix(clip.orientations[segment][0]).magnitude()
        assert np.degrees(angle) < 3


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


@pytest.mark.parametrize("name", ["squat", "cat_cow", "walking", "plank_press_up"])
def test_a_smaller_body_does_the_same(name: str) -> None:
    body = reference_body()
    small = body.scaled(np.full((len(body.tree.segments), 3), 0.88))
    clip = exercise(name, body=small)
    assert min(p[:, 2].min() for p in clip.points.values()) >= -0.001
    reference, _ = performance(name)
    np.testing.assert_allclose(
        np.ptp(clip.points["head_top"], 0), 0.88 * np.ptp(reference.points["head_top"], 0), atol=0.02
    )


def test_parameters_do_what_they_say() -> None:
    base, _ = performance("forward_bend")
    assert exercise("forward_bend", tempo=2.0).frames == pytest.approx(base.frames / 2, abs=1)
    assert exercise("forward_bend", repetitions=2).frames == 2 * base.frames
    shallow = performance("forward_bend", depth=0.5)[1]
    assert region(shallow, "lumbar_flexion").max() == pytest.approx(24, abs=1)
    assert isinstance(base, Clip)


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({"depth": 5.0}, "depth"),
        ({"tempo": 0.0}, "tempo"),
        ({"asymmetry": -1.0}, "asymmetry"),
        ({"repetitions": 0}, "repetitions"),
        ({"depth": float("nan")}, "depth"),
    ],
)
def test_senseless_parameters_are_refused(parameters: dict, word: str) -> None:
    with pytest.raises(InputError, match=word):
        exercise("squat", **parameters)


@every
@pytest.mark.parametrize("depth", [0.2, 1.2])
def test_every_depth_can_be_done(name: str, depth: float) -> None:
    clip, _ = performance(name, depth=depth)
    assert min(p[:, 2].min() for p in clip.points.values()) >= -0.003
