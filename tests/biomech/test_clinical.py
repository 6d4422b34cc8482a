"""Clinical measures against spines whose angles are known by hand."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.biomech.clinical import COBB_LEVELS, ClinicalMeasures, constants
from synthgen.biomech.clinical_angles import SpinePose, measure, measure_pose
from synthgen.biomech.report.fit_report import MeasureSummary
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.kinematics import Tree
from synthgen.core.rotations import axis_angle
from synthgen.core.skeleton import SPINE_SEGMENTS

BODY = reference_body()
SAGITTAL = ("thoracic_kyphosis", "lumbar_lordosis", "cervical_lordosis")


def straight(body: BodyModel) -> BodyModel:
    """The body with a spine like a rod: every vertebra above the other."""
    rod = [
        replace(s, neutral=np.eye(3), offset=s.offset * (0, 0, 1)) if s.name in SPINE_SEGMENTS else s
        for s in body.tree.segments
    ]
    return replace(body, tree=Tree(tuple(rod)))


def taken(body: BodyModel = BODY, **degrees: float) -> ClinicalMeasures:
    """Measures of one frame with some coordinates set, in degrees."""
    q = body.neutral()
    for name, value in degrees.items():
        q[0, body.tree.coordinate_index[name]] = np.radians(value)
    return measure(body.tree.forward(q), body)


def value(measures: ClinicalMeasures, name: str) -> float:
    return float(measures.values[name][0])


def test_neutral_angles_are_the_sums_of_the_model_s_table():
    """T11…T4 of ``body.yaml`` bend forwards by 42°, C6…C2 backwards by 15°; S1 slopes by 40° and L5…L1 add 22°."""
    neutral = taken()
    assert value(neutral, "thoracic_kyphosis") == pytest.approx(4 + 5 + 4 + 5 + 6 + 6 + 6 + 6)
    assert value(neutral, "cervical_lordosis") == pytest.approx(15)
    assert value(neutral, "lumbar_lordosis") == pytest.approx(40 - 21 + 18 + 12 + 7 + 6)
    assert value(neutral, "pelvic_tilt") == pytest.approx(np.degrees(np.arctan2(25, 97)))
    assert value(neutral, "cobb") == pytest.approx(0)
    assert value(neutral, "coronal_balance") == pytest.approx(0)


def test_the_reference_adult_is_within_the_usual_values():
    neutral = taken()
    for name, row in constants()["measures"].items():
        assert row["usual"][0] <= value(neutral, name) <= row["usual"][1], name


@pytest.mark.parametrize(
    ("joint", "changes"),
    [
        ("T9_flexion", {"thoracic_kyphosis": 3}),
        ("T12_flexion", {}),  # the joint T12–L1 lies in neither region
        ("T3_flexion", {}),
        ("L5_flexion", {"lumbar_lordosis": -3}),
        ("L1_flexion", {"lumbar_lordosis": -3}),
        ("C4_flexion", {"cervical_lordosis": -3}),
        ("C7_flexion", {}),
        ("C1_flexion", {}),
    ],
)
def test_one_joint_changes_one_region(joint, changes):
    neutral, bent = taken(), taken(**{joint: 3})
    for name in SAGITTAL:
        assert value(bent, name) - value(neutral, name) == pytest.approx(changes.get(name, 0), abs=1e-9)


def test_regional_bending_comes_back():
    q = BODY.spine_coordinates({"lumbar_flexion": np.radians(-10), "thoracic_flexion": np.radians(20)})[None]
    bent = measure(BODY.tree.forward(q), BODY)
    share = {n: BODY.rhythm[BODY.tree.coordinate_index[f"{n}_flexion"]].sum() for n in SPINE_SEGMENTS[1:]}
    lumbar = sum(share[f"L{i}"] for i in range(1, 6))
    thoracic = sum(share[f"T{i}"] for i in range(4, 12))
    assert value(bent, "lumbar_lordosis") == pytest.approx(62 + 10 * lumbar)
    assert value(bent, "thoracic_kyphosis") == pytest.approx(42 + 20 * thoracic)


@pytest.mark.parametrize("angle", [-25.0, 4.0, 40.0])
def test_cobb_of_one_bend_in_a_straight_spine(angle):
    bent = taken(straight(BODY), T9_lateral=angle)
    assert value(bent, "cobb") == pytest.approx(abs(angle))
    upper, _, lower = (COBB_LEVELS[i] for i in bent.curve[0])
    assert COBB_LEVELS.index(upper) <= COBB_LEVELS.index("T9") < COBB_LEVELS.index(lower)
    assert np.sign(bent.tilt[0, COBB_LEVELS.index("T8")] - bent.tilt[0, -1]) == np.sign(angle)


def test_ends_and_apex_of_a_curve():
    """Six joints bend left between straight parts bent back: T6 and T12 end the curve, its bow is widest at T9."""
    left = {f"T{i}_lateral": -5.0 for i in range(6, 12)}
    bent = taken(straight(BODY), **left, L2_lateral=15.0, T3_lateral=15.0)
    assert value(bent, "cobb") == pytest.approx(30)
    upper, apex, _ = (COBB_LEVELS[i] for i in bent.curve[0])
    assert upper in ("T3", "T4", "T5", "T6")
    assert apex in ("T8", "T9")
    levels = dict(zip(COBB_LEVELS, bent.tilt[0], strict=True))
    assert levels["T6"] == pytest.approx(levels["T12"] - 30)


def test_two_curves_show_the_larger():
    bent = taken(straight(BODY), L3_lateral=12.0, T12_lateral=-30.0, T5_lateral=18.0)
    assert value(bent, "cobb") == pytest.approx(30)


def test_axial_rotation_alone_is_no_curve():
    assert value(taken(straight(BODY), T8_rotation=20), "cobb") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("lean", [-40.0, 25.0])
def test_a_lean_is_no_kyphosis(lean):
    """T12 leans to the side, T4 is bent forwards by 20°: that is what a film from the side shows."""
    turns = {n: np.eye(3)[None] for n in SPINE_SEGMENTS}
    turns["T12"] = axis_angle((1.0, 0.0, 0.0), np.radians([lean]))
    turns["T4"] = axis_angle((0.0, 1.0, 0.0), np.radians([20.0]))
    at = np.zeros((1, 3))
    up = np.array([[0.0, 0.0, 0.5]])
    seen = measure_pose(SpinePose(turns, np.zeros((1, len(COBB_LEVELS), 3)), at, up, up, up, at, 1.0))
    assert value(seen, "thoracic_kyphosis") == pytest.approx(20)
    assert value(seen, "cobb") == pytest.approx(abs(lean))


def test_plumb_line_of_a_leaning_rod():
    body = straight(BODY)
    upright = taken(body)
    rod = measure(body.tree.forward(body.neutral()), body)
    height = sum(body.heights[n] for n in SPINE_SEGMENTS[1:] if n[0] in "LT") + body.vertebra_points["C7"]["body"][2]
    leaning = taken(body, L5_lateral=5.0)
    assert value(leaning, "coronal_balance") == pytest.approx(1000 * height * np.sin(np.radians(5)))
    forward = value(taken(body, L5_flexion=5.0), "sagittal_balance") - value(upright, "sagittal_balance")
    assert forward == pytest.approx(1000 * height * np.sin(np.radians(5)))
    depth = constants()["s1_half_depth"] * np.cos(np.radians(constants()["sacral_slope"]))
    assert value(rod, "sagittal_balance") == pytest.approx(depth)


def test_pelvic_tilt_follows_the_pelvis_and_nothing_else():
    neutral, back = taken(), taken(pelvis_tilt=-10)
    assert value(back, "pelvic_tilt") == pytest.approx(value(neutral, "pelvic_tilt") + 10)
    for name in (*SAGITTAL, "cobb"):
        assert value(back, name) == pytest.approx(value(neutral, name))
    assert value(taken(L3_flexion=5, left_hip_flexion=40), "pelvic_tilt") == pytest.approx(
        value(neutral, "pelvic_tilt")
    )


def test_a_lowered_head_has_a_smaller_craniovertebral_angle():
    assert value(taken(C7_flexion=10), "craniovertebral_angle") == pytest.approx(
        value(taken(), "craniovertebral_angle") - 10, abs=1.5
    )


AGAINST_GRAVITY = ("sagittal_balance", "coronal_balance", "craniovertebral_angle", "pelvic_tilt")


@pytest.mark.parametrize(
    "turned",
    [{"pelvis_tilt": -90}, {"pelvis_tilt": 90}, {"pelvis_list": 90}, {"pelvis_tilt": 180}, {"pelvis_tilt": 60}],
)
def test_who_lies_or_stands_on_the_head_has_no_plumb_line(turned):
    """Whatever gravity defines is empty; the angles within the spine stay what they are."""
    lying = taken(**turned)
    for name in AGAINST_GRAVITY:
        assert np.isnan(value(lying, name))
    for name in SAGITTAL:
        assert value(lying, name) == pytest.approx(value(taken(), name))
    assert value(lying, "cobb") == pytest.approx(0, abs=1e-9)
    assert lying.summary()["sagittal_balance"] == MeasureSummary(median=None, min=None, max=None, frames=0)


@settings(max_examples=25)
@given(
    yaw=st.floats(-3, 3),
    x=st.floats(-5, 5),
    size=st.floats(0.6, 1.3),
    bends=st.lists(st.floats(-0.06, 0.06), min_size=75, max_size=75),
)
def test_place_heading_and_size_change_nothing(yaw, x, size, bends):
    q = BODY.neutral(2)
    spinal = np.any(BODY.rhythm != 0, axis=1)
    q[:, spinal] = bends
    q[1, BODY.tree.coordinate_index["pelvis_rotation"]] = yaw
    q[1, BODY.tree.coordinate_index["pelvis_tx"]] = x
    body = BODY.scaled(np.full((len(BODY.tree.segments), 3), size))
    small, large = (measure(b.tree.forward(q), b) for b in (body, BODY))
    for name, row in constants()["measures"].items():
        factor = size if row["unit"] == "mm" else 1.0
        assert np.allclose(small.values[name], large.values[name] * factor, atol=1e-6), name
        assert np.allclose(large.values[name][0], large.values[name][1], atol=1e-6), name


def test_table_has_a_row_per_frame():
    q = BODY.neutral(3)
    q[2, BODY.tree.coordinate_index["pelvis_tilt"]] = -np.pi / 2
    rows = list(csv.DictReader(io.StringIO(measure(BODY.tree.forward(q), BODY).table(fps=50.0))))
    assert [r["frame"] for r in rows] == ["0", "1", "2"]
    assert rows[1]["time_s"] == "0.0200"
    assert float(rows[0]["thoracic_kyphosis_deg"]) == pytest.approx(42)
    assert rows[2]["sagittal_balance_mm"] == ""
    assert rows[0]["sagittal_balance_mm"] != ""


def test_table_says_in_every_row_whether_the_posture_is_simulated():
    measures = measure(BODY.tree.forward(BODY.neutral(2)), BODY)
    for asked in ("", 'a, "kind"'):
        rows = list(csv.DictReader(io.StringIO(measures.table(50.0, asked))))
        assert [r["simulated_posture"] for r in rows] == [asked, asked]
