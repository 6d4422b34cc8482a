"""The reference body against published anchors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.options import FitOptions
from synthgen.core.bodydata import body_data, mean_measures, sexes
from synthgen.core.bodymodel import reference_body, standing_height
from synthgen.core.errors import InputError
from synthgen.core.skeleton import VERTEBRAE
from synthgen.motion.exercises import exercise_with_truth

BODY = reference_body()
INDEX = BODY.tree.segment_index
STANDING = BODY.tree.forward(BODY.neutral()[0])
POINTS = BODY.points(STANDING)
SOLE = POINTS["left_heel"][2]
SEXES = pytest.mark.parametrize("sex", sexes())


def skin(name: str) -> np.ndarray:
    return STANDING[INDEX[name]][:3] @ np.append(BODY.vertebra_points[name]["skin"], 1.0)


def tilt(segment: str) -> float:
    """Degrees that a segment leans forwards."""
    return float(np.degrees(np.arctan2(STANDING[INDEX[segment], 0, 2], STANDING[INDEX[segment], 2, 2])))


@SEXES
def test_stature_is_the_height_of_the_standing_skeleton(sex):
    body = reference_body(sex=sex)
    assert standing_height(body.tree, body.landmarks) == pytest.approx(body.stature, abs=1e-3)
    assert body.stature == pytest.approx(mean_measures(sex)["stature"], abs=1e-3)


@SEXES
def test_standing_landmarks_meet_the_anchors_of_their_sex(sex):
    """Mean heights over the sole and breadths of ANSUR II, as shares of stature, against the standing body."""
    body, mean = reference_body(sex=sex), mean_measures(sex)
    world = body.tree.forward(body.neutral()[0])
    points = body.points(world)
    sole = points["left_heel"][2]

    def height(at: np.ndarray) -> float:
        return (at[2] - sole) / body.stature

    def joint(name: str) -> np.ndarray:
        return world[body.tree.segment_index[name], :3, 3]

    def anchor(name: str) -> float:
        return mean[name] / mean["stature"]

    assert height(points["C7"]) == pytest.approx(anchor("cervicale_height"), abs=0.002)
    assert height(joint("left_clavicle")) == pytest.approx(anchor("suprasternale_height"), abs=0.01)
    # The crests' line meets the body of L4 or the disc below it.
    assert height(joint("L4")) == pytest.approx(anchor("iliocristale_height"), abs=0.015)
    # The shoulder's centre lies 36 mm below the acromion.
    assert height(points["left_shoulder"]) == pytest.approx(anchor("acromial_height") - 0.0205, abs=0.008)
    assert height(points["left_wrist"]) == pytest.approx(anchor("wrist_height"), abs=0.01)
    assert height(points["left_hip"]) == pytest.approx(0.53, abs=0.01)  # Drillis & Contini 1966
    assert height(points["left_hip"]) - anchor("trochanterion_height") == pytest.approx(0.017, abs=0.003)
    assert height(points["left_knee"]) == pytest.approx(anchor("lateral_femoral_epicondyle_height"), abs=0.008)
    assert height(points["left_ankle"]) == pytest.approx(anchor("lateral_malleolus_height"), abs=0.004)
    breadth = np.linalg.norm(points["left_shoulder"] - points["right_shoulder"]) / body.stature
    assert anchor("biacromial_breadth") - 0.035 < breadth < anchor("biacromial_breadth") - 0.02


def test_a_woman_is_no_small_man():
    """Of stature, she has narrower shoulders, wider hips, longer legs and a shorter trunk (ANSUR II)."""
    man, woman = (reference_body(sex=sex) for sex in ("male", "female"))

    def share(body, a: str, b: str) -> float:
        points = body.points(body.tree.forward(body.neutral()[0]))
        return float(np.linalg.norm(points[a] - points[b]) / body.stature)

    assert share(woman, "left_shoulder", "right_shoulder") < 0.96 * share(man, "left_shoulder", "right_shoulder")
    assert share(woman, "left_hip", "right_hip") > 1.04 * share(man, "left_hip", "right_hip")
    assert share(woman, "left_hip", "left_ankle") > 1.005 * share(man, "left_hip", "left_ankle")
    assert share(woman, "pelvis", "C7") < 0.98 * share(man, "pelvis", "C7")


def test_another_stature_keeps_the_proportions():
    tall, mean = reference_body(sex="female", stature=1.8), reference_body(sex="female")
    assert tall.stature == pytest.approx(1.8)
    assert standing_height(tall.tree, tall.landmarks) == pytest.approx(1.8)
    for a, b in zip(tall.tree.segments, mean.tree.segments, strict=True):
        assert np.allclose(a.offset, b.offset * 1.8 / mean.stature)


def test_the_right_sex_fits_best():
    """A woman's twist fitted with her own body is exact; with the man's scaled to her it is off by some millimetres."""
    clip, truth = exercise_with_truth("standing_twist", body=reference_body(sex="female"))
    error = {}
    for sex in ("female", "male"):
        motion = fit_clip(clip, FitOptions(sex=sex))
        rows = [motion.segment_names.index(n) for n in ("L3", "T8", "C7")]
        off = motion.transforms[:, rows, :3, 3] - truth.transforms[:, rows, :3, 3]
        error[sex] = float(np.linalg.norm(off, axis=-1).mean())
        assert motion.stature == pytest.approx(1.6285, abs=0.002)
    assert error["female"] < 1e-4
    assert 1e-3 < error["male"] < 5e-3


def test_the_male_body_is_the_file_s():
    """No factor touches the reference sex: its numbers are those of body.yaml to the last bit."""
    body = reference_body(sex="male")
    assert body is reference_body() or np.array_equal(body.tree.forward(body.neutral()[0]), STANDING)
    assert body.tree.segments[INDEX["left_shank"]].offset.tolist() == body_data()["limbs"]["shank"]["offset"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sex": "f"}, "male or female"),
        ({"stature": 165}, "1.2 to 2.3 m"),
        ({"stature": float("nan")}, "1.2 to 2.3 m"),
        ({"rhythm": "none"}, "christophy2012"),
    ],
)
def test_a_body_that_does_not_exist_is_refused(wrong, says):
    with pytest.raises(InputError, match=says):
        reference_body(**wrong)


def test_curvature_is_a_standing_adults():
    assert tilt("L1") < -15  # lordosis: L1 leans back,
    assert tilt("L5") > 15  # L5 forwards
    assert 30 < tilt("T1") - tilt("T12") < 60  # kyphosis
    assert 5 < tilt("C7") - tilt("C2") < 25  # cervical lordosis
    assert tilt("skull") == pytest.approx(0, abs=1e-9)  # the gaze is horizontal


def test_head_and_neck_stand_over_the_hips():
    assert abs(STANDING[INDEX["skull"], 0, 3]) < 0.03
    assert abs(STANDING[INDEX["C7"], 0, 3] - STANDING[INDEX["sacrum"], 0, 3]) < 0.04


def test_arms_hang_and_feet_stand_flat():
    for side in ("left", "right"):
        for name in ("clavicle", "upper_arm", "hand", "thigh", "foot"):
            assert np.allclose(STANDING[INDEX[f"{side}_{name}"], :3, :3], np.eye(3))
        assert POINTS[f"{side}_heel"][2] == pytest.approx(SOLE)
        assert 0 < POINTS[f"{side}_toe_tip"][2] - SOLE < 0.02


def test_spinous_levels_lie_where_palpation_finds_them():
    """Ernst et al. 2013 (PMC3598670): share of the way along the back's skin from C7 to the level of the PSIS."""
    names = ["C7", *(f"T{i}" for i in range(1, 13)), *(f"L{i}" for i in range(1, 6)), "sacrum"]
    way = np.cumsum([0.0, *np.linalg.norm(np.diff([skin(n) for n in names], axis=0), axis=-1)])
    share = dict(zip(names, way / way[-1], strict=True))
    for name, published in (("T4", 0.21), ("T7", 0.39), ("T10", 0.541), ("L1", 0.709), ("L4", 0.861)):
        assert share[name] == pytest.approx(published, abs=0.04), name


def test_lumbar_depth_agrees_with_epidural_depth():
    """Skin to epidural space 44–54 mm (Cha 2011; SLED 2005) + canal and half a body 34 mm: 78–88 ± 9 mm."""
    for name in ("L2", "L3", "L4"):
        points = BODY.vertebra_points[name]
        assert 0.07 < points["body"][0] - points["skin"][0] < 0.09


def test_every_vertebra_has_three_points_in_order():
    assert set(BODY.vertebra_points) == {"sacrum", *VERTEBRAE}
    for points in BODY.vertebra_points.values():
        assert points["body"][0] > points["spinous"][0] > points["skin"][0]


def test_rhythm_shares_sum_to_one():
    assert np.allclose(BODY.rhythm.sum(0), 1.0)


def test_positive_angles_bend_forward_right_and_turn_left():
    for plane, axis, sign in (("flexion", 0, 1), ("lateral", 1, -1)):
        q = BODY.spine_coordinates({f"lumbar_{plane}": 0.3})
        moved = BODY.tree.forward(q)[INDEX["T1"], :3, 3] - STANDING[INDEX["T1"], :3, 3]
        assert moved[axis] * sign > 0.05
    q = BODY.spine_coordinates({"thoracic_rotation": 0.3})
    assert BODY.tree.forward(q)[INDEX["T1"], 1, 0] > 0.1  # the chest's forward axis turns to +Y


def test_left_and_right_mirror():
    q = BODY.neutral()[0]
    names = BODY.tree.coordinate_index
    rng = np.random.default_rng(0)
    for name, i in names.items():
        if name.startswith("left_"):
            q[i] = q[names["right" + name[4:]]] = rng.uniform(0, 0.5)
    points = BODY.points(BODY.tree.forward(q))
    for name, at in points.items():
        if name.startswith("left_"):
            assert at[1] > 0
            assert np.allclose(points["right" + name[4:]], at * (1, -1, 1))


@settings(max_examples=20)
@given(st.floats(0.8, 1.25))
def test_scaling_all_segments_scales_every_point(factor):
    scaled = BODY.scaled(np.full((len(INDEX), 3), factor))
    assert scaled.stature == pytest.approx(factor * standing_height(BODY.tree, BODY.landmarks))
    for name, at in scaled.points(scaled.tree.forward(scaled.neutral()[0])).items():
        assert np.allclose(at, factor * POINTS[name])
