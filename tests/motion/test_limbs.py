"""The limb solver against forward kinematics, on random bodies' bones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import reference_body
from synthgen.core.kinematics import Segment
from synthgen.core.rotations import axis_angle
from synthgen.motion.exercises.limbs import Hinge, coordinates_of, frame
from synthgen.motion.exercises.timing import bridge, hump, min_jerk, pulse

TREE = reference_body().tree
CHAINS = [("left_thigh", "left_shank", "left_foot"), ("right_upper_arm", "right_forearm", "right_hand")]
angle = st.floats(-1.2, 1.2)


@pytest.mark.parametrize("names", CHAINS)
@settings(max_examples=40)
@given(turn=st.tuples(angle, angle, angle), bend=st.floats(0.05, 2.4))
def test_solving_returns_the_pose_that_made_the_target(names, turn, bend) -> None:
    hinge = Hinge.of(TREE, *names)
    upper = Rotation.from_euler("xyz", turn).as_matrix()[None]
    root = np.array([[0.1, -0.2, 0.9]])
    target = (
        root
        + (upper @ (hinge.lower.offset + axis_angle((0, hinge.sign, 0), np.array(bend)) @ hinge.end.offset)[:, None])[
            ..., 0
        ]
    )
    solved, angles = hinge.solve(root, target, upper[:, :, 1])
    np.testing.assert_allclose(angles, bend, atol=1e-6)
    np.testing.assert_allclose(solved, upper, atol=1e-6)


@settings(max_examples=30)
@given(offset=st.tuples(angle, angle, angle), bend=st.floats(0.2, 2.2))
def test_crooked_bones_are_solved_exactly(offset, bend) -> None:
    thigh, shank, foot = (TREE.segments[TREE.segment_index[n]] for n in CHAINS[0])
    crooked = Segment("shank", None, shank.offset + 0.03 * np.array(offset), shank.neutral, shank.coordinates)
    hinge = Hinge(thigh, crooked, foot)
    np.testing.assert_allclose(hinge.bend_for(hinge.reach(bend)), bend, atol=1e-6)


@pytest.mark.parametrize("name", ["left_thigh", "right_thigh", "left_upper_arm", "right_upper_arm"])
@settings(max_examples=30)
@given(values=st.tuples(angle, angle, angle))
def test_coordinates_rebuild_the_rotation(name, values) -> None:
    segment = TREE.segments[TREE.segment_index[name]]
    rotation = segment.neutral
    for c, value in zip(segment.coordinates, values, strict=True):
        rotation = rotation @ axis_angle(c.axis, np.array(value))
    found, rest = coordinates_of(segment, rotation[None])
    np.testing.assert_allclose(found[0], values, atol=1e-9)
    assert rest.shape == (1, 0)


def test_slanted_axes_are_refused() -> None:
    segment = TREE.segments[TREE.segment_index["left_thigh"]]
    slanted = segment.coordinates[0].__class__("a", (0.6, 0.8, 0.0))
    with pytest.raises(ValueError, match="main axes"):
        coordinates_of(Segment("s", None, np.zeros(3), np.eye(3), (slanted,)), np.eye(3)[None])


def test_frame_is_right_handed_along_its_axes() -> None:
    turn = frame(np.array([[0, 0, 2.0]]), np.array([[1.0, 0, 5.0]]))
    np.testing.assert_allclose(turn[0], np.eye(3), atol=1e-12)


def test_courses_start_and_end_at_rest() -> None:
    s = np.linspace(0, 1, 2001)
    for course, end in ((min_jerk(s), 1.0), (hump(s), 0.0), (pulse(s, (0.1, 0.4), (0.6, 0.9)), 0.0)):
        assert course[0] == 0 and course[-1] == pytest.approx(end)
        assert np.abs(np.gradient(course, s)[[0, -1]]).max() < 1e-2
    assert hump(np.array(0.5)) == 1 and min_jerk(np.array(0.5)) == pytest.approx(0.5)


@given(st.tuples(*[st.floats(-5, 5)] * 6))
def test_bridge_meets_both_ends(ends) -> None:
    start, end = ends[:3], ends[3:]
    h = 1e-4
    s = np.array([0, h, 2 * h, 1 - 2 * h, 1 - h, 1])
    p = bridge(s, start, end)
    assert p[0] == pytest.approx(start[0]) and p[5] == pytest.approx(end[0], abs=1e-9)
    assert (p[1] - p[0]) / h == pytest.approx(start[1], abs=0.1)
    assert (p[5] - p[4]) / h == pytest.approx(end[1], abs=0.1)
    assert (p[0] - 2 * p[1] + p[2]) / h**2 == pytest.approx(start[2], abs=1.0)
