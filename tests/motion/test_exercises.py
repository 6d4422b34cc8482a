"""What every built-in exercise promises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import reference_body
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.core.tables import table
from synthgen.motion import exercises as exercises_package
from synthgen.motion.contacts import FLESH
from synthgen.motion.exercises import exercises
from synthgen.motion.exercises.balance import centre_of_mass

from .conftest import performance
from .exercise_measures import coordinate

every = pytest.mark.parametrize("name", exercises())
LYING = ("supine_twist", "side_lying")
"""Where nothing that has a point stays where it is: the trunk rolls on its flesh."""
TRAVELLING = ("walking", "crawling")
HURRIED = {"walking": 60.0, "throw": 100.0, "tennis_serve": 80.0, "golf_swing": 30.0}
"""Metres per second squared of the fastest point, where it is more than in unhurried movement."""
STANDING = (
    "squat",
    "deadlift_hinge",
    "forward_bend",
    "side_bend",
    "standing_twist",
    "overhead_reach",
    "squat_twist",
    "reach_aside",
    "asymmetric_lift",
)


def test_each_row_says_what_it_is_and_where_its_numbers_come_from() -> None:
    sources = table("motion/exercises/sources.yaml")
    used = set()
    for name, row in table("motion/exercises/exercises.yaml").items():
        assert row["families"], name
        assert set(row["source"]) <= set(sources), name
        used |= set(row["source"])
    assert used == set(sources)
    assert all(isinstance(row["checked"], bool) and row["citation"] and row["how"] for row in sources.values())


def test_each_row_has_its_program_and_each_program_its_row() -> None:
    folder = Path(exercises_package.__file__).parent
    programs = {p.stem for p in folder.glob("*.py") if "\ndef program(" in p.read_text(encoding="utf-8")}
    assert programs == set(exercises())


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
    assert any(mask.any() for mask in truth.planted.values()) or name in LYING
    for point, mask in truth.planted.items():
        for stance in np.split(np.arange(clip.frames), np.flatnonzero(np.diff(mask.astype(int))) + 1):
            if mask[stance[0]]:
                assert np.ptp(clip.points[point][stance], axis=0).max() < 0.003, (point, stance[0])


@every
def test_nothing_sinks_and_something_stands(name: str) -> None:
    clip, _ = performance(name)
    assert min(p[:, 2].min() for p in clip.points.values()) >= -0.001
    # What lies on flesh, such as a hip, stands by its thickness.
    flesh = {n: FLESH.get(n.removeprefix("left_").removeprefix("right_"), 0.0) for n in clip.points}
    assert np.min([p[:, 2] - flesh[n] for n, p in clip.points.items()], axis=0).max() < 0.012


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
    # Walking's heel strike brakes a foot at some 40 m/s², hands are thrown; nobody else in here hurries.
    bound = HURRIED.get(name, 20.0)
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
    if name in TRAVELLING:
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
