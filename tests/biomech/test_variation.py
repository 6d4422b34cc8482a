"""Varied motion: exact mirrors, bends that come as asked and within ranges, feet and planted hands that stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.biomech.variation.apply import told, varied
from synthgen.biomech.variation.bends import region_bends, varied_bends
from synthgen.biomech.variation.kinds import SHOULDERS, UNVARIED, Variation, bend_names, bend_ranges
from synthgen.biomech.variation.mirror import mirrored
from synthgen.biomech.variation.shoulders import shoulder_ranges
from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from tests.retarget.retarget_characters import motion_of

BODY = reference_body()
FEET = [i for i, s in enumerate(BODY.tree.segment_index) if s.endswith(("pelvis", "thigh", "shank", "foot", "toes"))]
HANDS = [BODY.tree.segment_index[f"{side}_hand"] for side in ("left", "right")]
STANDING = np.array([[False, False, True, True]] * 4)
ON_HANDS = np.array([[True, True, False, False]] * 4)


def layer(**degrees: float) -> tuple[float, ...]:
    return tuple(degrees.get(name, 0.0) for name in bend_names())


def lopsided() -> SpineMotion:
    """Everything differs between left and right: pose, shoulders' places, sizes, markers."""
    angles = {
        "lumbar_flexion": [10, 20, 30, 25],
        "lumbar_lateral": [5, -3, 8, 2],
        "thoracic_rotation": [-12, 4, 20, 9],
        "cervical_lateral": 6,
        "left_shoulder_abduction": 30,
        "right_elbow_flexion": 80,
        "left_hip_rotation": 12,
        "pelvis_rotation": 20,
        "pelvis_list": 5,
        "pelvis_ty": 0.3,
    }
    made = motion_of(4, **{n: np.array(v, float) for n, v in angles.items()})
    neutral, scale = made.neutral.copy(), made.scale.copy()
    neutral[BODY.tree.segment_index["left_upper_arm"], :3, 3] += (0.01, 0.02, 0.0)
    scale[BODY.tree.segment_index["right_thigh"]] = 1.05
    base = replace(
        made,
        neutral=neutral,
        scale=scale,
        marker_names=("left_knee", "right_knee", "LASI", "RASI", "LONE", "C7"),
        marker_segments=("left_shank", "right_shank", "pelvis", "pelvis", "pelvis", "C7"),
        marker_offsets=np.arange(18.0).reshape(6, 3) / 100,
        marker_error=np.arange(24.0).reshape(4, 6),
        vertebra_covariance=np.tile(np.arange(9.0).reshape(3, 3), (4, 24, 1, 1)),
    )
    return replace(base, transforms=subject_body(base).tree.forward(base.q))


MOTION = lopsided()


def test_who_is_mirrored_twice_is_the_same_again():
    twice = mirrored(mirrored(MOTION))
    for name in ("q", "transforms", "neutral", "scale", "marker_offsets", "marker_error", "vertebra_covariance"):
        np.testing.assert_array_equal(getattr(twice, name), getattr(MOTION, name), err_msg=name)
    assert twice.marker_names == MOTION.marker_names and twice.marker_segments == MOTION.marker_segments


def test_a_mirrored_left_is_the_right_reflected_by_hand():
    image, swap = mirrored(MOTION), {"left": "right", "right": "left"}
    for side, other in swap.items():
        for part in ("hand", "foot", "upper_arm"):
            x, y, z = np.moveaxis(MOTION.segment(f"{side}_{part}")[..., :3, 3], -1, 0)
            np.testing.assert_array_equal(image.segment(f"{other}_{part}")[..., :3, 3], np.stack([x, -y, z], -1))
    x, y, z = np.moveaxis(MOTION.segment("T6")[..., :3, 3], -1, 0)
    np.testing.assert_array_equal(image.segment("T6")[..., :3, 3], np.stack([x, -y, z], -1))
    assert np.linalg.det(image.transforms[..., :3, :3]) == pytest.approx(1.0)
    np.testing.assert_allclose(image.segment("T6")[..., :3, 0] * (1, -1, 1), MOTION.segment("T6")[..., :3, 0])


def test_mirrored_coordinates_pose_the_mirrored_subject():
    image = mirrored(MOTION)
    np.testing.assert_allclose(subject_body(image).tree.forward(image.q), image.transforms, atol=1e-12)
    signs = np.array([1 if name.endswith("flexion") else -1 for name in bend_names()])
    np.testing.assert_allclose(region_bends(image), region_bends(MOTION) * signs, atol=1e-9)


def test_a_mirror_exchanges_markers_that_have_a_partner():
    image = mirrored(MOTION)
    assert image.marker_names == ("right_knee", "left_knee", "RASI", "LASI", "LONE", "C7")
    assert image.marker_segments[:2] == ("right_shank", "left_shank")
    np.testing.assert_array_equal(image.marker_offsets[0], MOTION.marker_offsets[0] * (1, -1, 1))
    # The errors stay with their markers: column 0 was the left knee's and is now the right knee's.
    np.testing.assert_array_equal(image.marker_error, MOTION.marker_error)


def test_the_uncertainty_of_a_limb_goes_to_its_other_side():
    sigma = {"head_centre": np.full(3, 0.01), "left_wrist": np.full(3, 0.02), "right_wrist": np.full(3, 0.05)}
    image = mirrored(replace(MOTION, joint_sigma=sigma))
    assert {name: float(s[0]) for name, s in image.joint_sigma.items()} == {
        "head_centre": 0.01,
        "right_wrist": 0.02,
        "left_wrist": 0.05,
    }


def test_nothing_asked_changes_nothing():
    assert varied(MOTION, UNVARIED) is MOTION


def test_bends_are_what_the_body_was_bent_by():
    made = motion_of(3, lumbar_flexion=20.0, thoracic_rotation=np.array([5.0, -9.0, 0.0]), upper_cervical_lateral=3.0)
    bends = dict(zip(bend_names(), region_bends(made).T, strict=True))
    np.testing.assert_allclose(bends.pop("lumbar_flexion"), 20, atol=1e-9)
    np.testing.assert_allclose(bends.pop("thoracic_rotation"), [5, -9, 0], atol=1e-9)
    np.testing.assert_allclose(bends.pop("upper_cervical_lateral"), 3, atol=1e-9)
    np.testing.assert_allclose(np.array(list(bends.values())), 0, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    amplitude=st.floats(0.0, 2.0),
    layers=st.lists(st.floats(-40, 40), min_size=12, max_size=12),
    mirror=st.booleans(),
)
def test_the_bends_are_those_foretold_and_within_the_ranges(amplitude, layers, mirror):
    asked = Variation(mirror=mirror, amplitude=amplitude, layer=tuple(layers))
    foretold = varied_bends(region_bends(MOTION), asked)
    out = varied(MOTION, asked)
    low, high = bend_ranges()
    assert (foretold >= low - 1e-9).all() and (foretold <= high + 1e-9).all()
    np.testing.assert_allclose(region_bends(out), foretold, atol=2.5)  # levels may stop at ranges of their own
    body = subject_body(out)
    lower, upper = (np.array([getattr(c, n) for c in body.tree.coordinates]) for n in ("lower", "upper"))
    spinal = body.rhythm.any(1)
    assert (out.q >= lower - 1e-9)[:, spinal].all() and (out.q <= upper + 1e-9)[:, spinal].all()
    np.testing.assert_allclose(body.tree.forward(out.q), out.transforms, atol=1e-12)


@pytest.mark.parametrize("name", ["lumbar_flexion", "lumbar_lateral", "thoracic_rotation", "cervical_flexion"])
def test_a_layer_reaches_what_is_asked_and_touches_nothing_else(name):
    before = motion_of(4, lumbar_flexion=5.0)
    out = varied(before, Variation(layer=layer(**{name: 15.0})))
    wanted = region_bends(before) + layer(**{name: 15.0})
    np.testing.assert_allclose(region_bends(out), wanted, atol=1e-6)


def test_a_smaller_amplitude_halves_the_bends():
    out = varied(MOTION, Variation(amplitude=0.5))
    np.testing.assert_allclose(region_bends(out), region_bends(MOTION) / 2, atol=1e-9)


def test_a_clip_beyond_the_ranges_keeps_what_it_measured():
    beyond = motion_of(2, lumbar_lateral=31.0)
    assert varied_bends(region_bends(beyond), Variation(layer=layer(lumbar_lateral=10.0)))[0, 1] == pytest.approx(31.0)


def test_pelvis_and_legs_do_not_move():
    asked = Variation(amplitude=1.3, layer=layer(lumbar_flexion=10, thoracic_lateral=12, thoracic_rotation=20))
    out = varied(MOTION, asked, STANDING)
    np.testing.assert_allclose(out.transforms[:, FEET], MOTION.transforms[:, FEET], atol=1e-12)


def on_hands_and_knees() -> SpineMotion:
    return motion_of(
        4,
        pelvis_tilt=80.0,
        left_shoulder_flexion=75.0,
        right_shoulder_flexion=75.0,
        left_elbow_flexion=40.0,
        right_elbow_flexion=40.0,
    )


def test_planted_hands_stay_where_and_as_they_are():
    before = on_hands_and_knees()
    out = varied(before, Variation(layer=layer(thoracic_flexion=8, lumbar_lateral=6, thoracic_rotation=4)), ON_HANDS)
    assert np.abs(region_bends(out) - region_bends(before)).max() > 3
    np.testing.assert_allclose(out.transforms[:, HANDS], before.transforms[:, HANDS], atol=1e-6)


def test_hands_out_of_reach_hold_the_trunk_back():
    before = on_hands_and_knees()
    asked = Variation(layer=layer(lumbar_flexion=-20, thoracic_flexion=-20, thoracic_rotation=30))
    free = np.abs(region_bends(varied(before, asked)) - region_bends(before)).max()
    held = np.abs(region_bends(varied(before, asked, ON_HANDS)) - region_bends(before)).max()
    assert held < 0.9 * free


def test_who_would_fall_bends_less():
    before = motion_of(4, lumbar_flexion=5.0)
    asked = Variation(layer=layer(lumbar_flexion=50, thoracic_flexion=20))
    free, standing = (region_bends(varied(before, asked, p))[0, 0] for p in (None, STANDING))
    assert standing < free - 5


def test_hanging_arms_hang_and_raised_ones_go_along():
    bend = Variation(layer=layer(lumbar_flexion=15, thoracic_flexion=10))

    def slope(motion: SpineMotion) -> float:
        arm = motion.segment("left_forearm")[0, :3, 3] - motion.segment("left_upper_arm")[0, :3, 3]
        return float(np.degrees(np.arctan2(arm[0], -arm[2])))

    hanging, raised = motion_of(2), motion_of(2, left_shoulder_flexion=90.0)
    assert slope(varied(hanging, bend)) == pytest.approx(slope(hanging), abs=1.0)
    assert slope(varied(raised, bend)) == pytest.approx(slope(raised) - 25.0, abs=1.0)


def test_an_arm_on_the_long_side_does_not_hang_into_the_hip():
    bent = varied(motion_of(2), Variation(layer=layer(lumbar_lateral=20, thoracic_lateral=10)))
    sides = bent.transforms[0, HANDS, 1, 3]
    before = motion_of(2).transforms[0, HANDS, 1, 3]
    assert sides[0] > before[0] - 0.12  # it leans to the right; the left shoulder went some 0.2 m to the right
    assert sides[1] < before[1] - 0.05


def test_tempo_changes_the_time_between_frames_alone():
    out = varied(MOTION, Variation(tempo=2.0))
    assert out.fps == 2 * MOTION.fps
    np.testing.assert_array_equal(out.q, MOTION.q)


def test_the_report_says_that_it_was_varied():
    asked = Variation(mirror=True, amplitude=0.8, layer=layer(lumbar_flexion=-5))
    assert "varied, not measured" in varied(MOTION, asked).report.notes[-1]
    assert told(asked) == "mirrored, amplitude × 0.8, lumbar flexion -5.0°"


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"amplitude": 3.0}, "amplitude"), ({"tempo": 0.0}, "tempo"), ({"layer": (0.0,) * 3}, "layer")],
)
def test_what_is_no_variation_is_refused(wrong, where):
    with pytest.raises(InputError, match=where):
        Variation(**wrong)


def columns(*names: str) -> list[int]:
    return [BODY.tree.coordinate_index[n] for n in names]


@pytest.mark.parametrize("share", [-1.0, -0.5, 0.5, 1.0])
def test_a_share_of_the_shoulders_room_is_gone_and_the_arms_keep_their_directions(share):
    before = motion_of(3, left_elevation=np.array([0.0, 10.0, 20.0]), left_shoulder_abduction=70.0)
    out = varied(before, Variation(shoulders=(share, share, 0.0, 0.0)))
    low, high = shoulder_ranges()
    now = before.q[:, columns(*SHOULDERS)]
    wanted = now + share * np.where(share > 0, high - now, now - low) * (1, 1, 0, 0)
    np.testing.assert_allclose(out.q[:, columns(*SHOULDERS)], wanted, atol=1e-12)
    for name in ("left_upper_arm", "left_forearm", "right_hand", "T1", "skull"):
        np.testing.assert_allclose(out.segment(name)[:, :3, :3], before.segment(name)[:, :3, :3], atol=1e-9)
    step = out.segment("left_upper_arm")[..., :3, 3] - before.segment("left_upper_arm")[..., :3, 3]
    assert (np.linalg.norm(step, axis=1) > 0.015).all()
    assert (np.sign(step[:, 0]) == np.sign(share)).all()  # forwards, or back
    np.testing.assert_allclose(out.segment("right_upper_arm"), before.segment("right_upper_arm"), atol=1e-12)


def test_a_shoulder_beyond_its_range_stays_and_planted_hands_stay():
    beyond = motion_of(2, right_protraction=32.0)
    out = varied(beyond, Variation(shoulders=(0.0, 0.0, 0.0, 1.0)))
    np.testing.assert_allclose(out.q, beyond.q, atol=1e-9)
    bent = motion_of(4, left_elbow_flexion=60.0, right_elbow_flexion=60.0)
    moved = varied(bent, Variation(shoulders=(0.6, -0.8, 0.6, 0.8)), ON_HANDS)
    assert np.abs(moved.q - bent.q)[:, columns(*SHOULDERS)].max() > 0.1
    np.testing.assert_allclose(moved.transforms[:, HANDS], bent.transforms[:, HANDS], atol=1e-6)


def test_shares_of_the_shoulders_beyond_one_are_refused():
    with pytest.raises(InputError, match="shoulders"):
        Variation(shoulders=(0.0, 1.2, 0.0, 0.0))
    with pytest.raises(InputError, match="shoulders"):
        Variation(shoulders=(0.0,))
