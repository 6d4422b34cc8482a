"""Frames: answers known by hand, round trips, and UnrealCV's own projection formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from synthgen.core import frames

coordinate = st.floats(-20, 20, allow_nan=False)
point = st.tuples(coordinate, coordinate, coordinate).map(np.array)
angle = st.floats(-179.0, 179.0)


def test_opensim_forward_up_right_become_forward_up_and_minus_left():
    forward, up, right = np.eye(3)
    assert np.allclose(frames.opensim_to_world(forward), [1, 0, 0])
    assert np.allclose(frames.opensim_to_world(up), [0, 0, 1])
    assert np.allclose(frames.opensim_to_world(right), [0, -1, 0])


def test_unreal_is_centimetres_with_y_to_the_right():
    assert np.allclose(frames.world_to_unreal([1.0, 2.0, 3.0]), [100, -200, 300])


def test_turning_left_in_the_world_is_a_negative_yaw_in_unreal():
    rotator = frames.unreal_rotation_to_rotator(frames.world_rotation_to_unreal(frames.yaw_matrix(np.radians(30))))
    assert np.allclose(rotator, [0, -30, 0])


def test_rotator_basis_known_by_hand():
    forward, right, up = frames.rotator_to_unreal_rotation(np.array([90.0, 0.0, 0.0])).T
    assert np.allclose(forward, [0, 0, 1]) and np.allclose(right, [0, 1, 0]) and np.allclose(up, [-1, 0, 0])


@given(point)
def test_point_round_trips(p):
    assert np.allclose(frames.world_to_opensim(frames.opensim_to_world(p)), p)
    assert np.allclose(frames.unreal_to_world(frames.world_to_unreal(p)), p)


@given(st.floats(-89, 89), angle, angle)
def test_rotator_round_trip(pitch, yaw, roll):
    rotator = np.array([pitch, yaw, roll])
    again = frames.unreal_rotation_to_rotator(frames.rotator_to_unreal_rotation(rotator))
    assert np.allclose(again, rotator, atol=1e-6)


@given(yaw=angle, roll=angle, sign=st.sampled_from([-90.0, 90.0]))
def test_rotator_at_the_poles_keeps_the_rotation(yaw, roll, sign):
    matrix = frames.rotator_to_unreal_rotation(np.array([sign, yaw, roll]))
    again = frames.rotator_to_unreal_rotation(frames.unreal_rotation_to_rotator(matrix))
    assert np.allclose(again, matrix, atol=1e-6)


def test_a_person_who_faces_the_camera_has_the_left_hand_on_the_image_right():
    camera = frames.look_at([3, 0, 1], [0, 0, 1], np.radians(60), 640, 480)
    left, above, centre = camera.project(np.array([[0, 0.5, 1.0], [0, 0, 1.5], [0, 0, 1]]))
    assert left[0] > 320 and above[1] < 240
    assert np.allclose(centre, [320, 240, 3.0])


@given(point, point, st.floats(0.3, 2.0), st.floats(-1, 1))
def test_projection_agrees_with_unrealcv_formula(position, p, hfov, roll):
    target = position + (1.0, 2.0, -0.5)
    camera = frames.look_at(position, target, hfov, 640, 480, roll)
    location, rotator = frames.camera_to_unreal(camera)
    forward, right, up = frames.rotator_to_unreal_rotation(rotator).T
    x, y, z = (frames.world_to_unreal(p) - location) @ np.stack([forward, right, up], -1)
    u, v, depth = camera.project(p)
    assert depth == pytest.approx(x / 100, abs=1e-6)
    if x > 1:
        focal = 320 / np.tan(hfov / 2)
        assert u == pytest.approx(320 + focal * y / x, rel=1e-5, abs=1e-4)
        assert v == pytest.approx(240 - focal * z / x, rel=1e-5, abs=1e-4)
        assert np.allclose(camera.unproject(np.array([u, v]), depth), p, atol=1e-5)
    else:
        assert x / 100 > 1e-6 or np.isnan(u)


@given(point, point, st.floats(0.3, 2.0), st.floats(-1, 1))
def test_camera_round_trip_through_unreal(position, offset, hfov, roll):
    if np.linalg.norm(offset[:2]) < 1e-2:
        offset = offset + (1, 0, 0)
    camera = frames.look_at(position, position + offset, hfov, 640, 480, roll)
    location, rotator = frames.camera_to_unreal(camera)
    again = frames.camera_from_unreal(location, rotator, np.degrees(camera.hfov), 640, 480)
    assert np.allclose(again.rotation, camera.rotation, atol=1e-6)
    assert np.allclose(again.centre, camera.centre)
    assert again.focal == pytest.approx(camera.focal)


def test_positive_roll_tilts_the_camera_clockwise():
    """A camera turned clockwise sees the world turned counter-clockwise: what was above moves to the left."""
    camera = frames.look_at([3, 0, 1], [0, 0, 1], np.radians(60), 640, 480, roll=np.radians(10))
    assert camera.project(np.array([0, 0, 1.5]))[0] < 320


def test_camera_straight_down_has_a_valid_basis():
    camera = frames.look_at([0, 0, 3], [0, 0, 0], 1.0, 640, 480)
    assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3))
    assert np.linalg.det(camera.rotation) == pytest.approx(1)


def test_points_behind_the_camera_have_no_pixel():
    camera = frames.look_at([3, 0, 1], [0, 0, 1], 1.0, 640, 480)
    u, v, depth = camera.project(np.array([5.0, 0, 1]))
    assert np.isnan(u) and np.isnan(v) and depth == pytest.approx(-2)


def test_invert_and_apply():
    t = frames.transform(Rotation.from_rotvec([0.1, -0.4, 2.0]).as_matrix(), np.array([1.0, 2, 3]))
    assert np.allclose(frames.invert(t) @ t, np.eye(4))
    assert np.allclose(frames.apply(frames.invert(t), frames.apply(t, np.array([0.3, 0.2, 0.1]))), [0.3, 0.2, 0.1])
