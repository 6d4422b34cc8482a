"""Extents of characters, against figures known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.characters.rest_body import RestBody
from synthgen.core.frames import transform, yaw_matrix
from synthgen.core.rotations import axis_angle
from synthgen.core.skeleton import REGIONS
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.clipinfo import clip_info

TRUNK, SHANK = REGIONS.index("trunk"), REGIONS.index("left_shank")


def body(skin: bool = True) -> RestBody:
    """A block of 0.4 × 0.6 × 1.8 m on one bone, 1 m above the floor; its lowest half metre is a shank."""
    corners = np.array([[x, y, z] for x in (-0.2, 0.2) for y in (-0.3, 0.3) for z in (0.0, 0.5, 1.0, 1.8)])
    return RestBody(
        rig="block",
        bone_names=("pelvis",),
        parents=np.array([-1]),
        bones=transform(axis_angle((0, 0, 1), np.array(0.7)), np.array([0, 0, 1.0]))[None],
        vertices=corners if skin else np.zeros((0, 3)),
        faces=np.arange(16).reshape(-1, 1).repeat(3, 1) if skin else np.zeros((0, 3), int),
        uvs=np.zeros((0, 3, 2)),
        skin_indices=np.zeros((len(corners), 1), int),
        skin_weights=np.ones((len(corners), 1)),
        regions=np.where(corners[:, 2] < 0.6, SHANK, TRUNK),
        stature=1.8,
    )


def motion(rest: RestBody, moves: np.ndarray) -> RigMotion:
    """The body carried by rigid moves (T, 4, 4) of the whole character."""
    bones = moves[:, None] @ rest.bones
    return RigMotion("block", "block", 30.0, bones, np.zeros((len(moves), 24)), {}, np.zeros((len(moves), 2), bool))


def test_a_block_that_turns_and_jumps():
    rest = body()
    moves = np.stack([transform(yaw_matrix(a), np.array([a, 2.0, 0.1 * a])) for a in (0.0, 0.5, 2.0)])
    info = clip_info(motion(rest, moves), rest)
    np.testing.assert_allclose(info.yaw, [0.0, 0.5, 2.0], atol=1e-12)
    np.testing.assert_allclose(info.centre, [[0, 2], [0.5, 2], [2, 2]], atol=1e-12)
    np.testing.assert_allclose(info.radius, np.hypot(0.2, 0.3))
    np.testing.assert_allclose(info.height, [1.8, 1.85, 2.0])
    np.testing.assert_allclose(info.low, [0.0, 0.05, 0.2], atol=1e-12)
    np.testing.assert_allclose(info.upright, 1.0)
    assert info.outline.shape == (3, 26, 3)
    np.testing.assert_allclose(info.outline[0].max(0), [0.2, 2.3, 1.8])
    np.testing.assert_allclose(info.outline[0].min(0), [-0.2, 1.7, 0.0])


def test_a_block_on_its_face_looks_where_its_head_is():
    rest = body()
    down = axis_angle((0, 1, 0), np.array(np.pi / 2))  # falls forward: the head points along +X
    moves = transform(yaw_matrix(0.3) @ down, np.array([0, 0, 0.2]))[None]
    info = clip_info(motion(rest, moves), rest)
    assert info.yaw[0] == pytest.approx(0.3)
    assert info.upright[0] == pytest.approx(0.0, abs=1e-9)
    assert info.height[0] == pytest.approx(0.4)


def test_the_seat_is_where_the_trunk_is_lowest():
    rest = body()
    moves = np.stack([transform(np.eye(3), np.array([x, 0, -x])) for x in (0.0, 0.4, 0.0)])
    info = clip_info(motion(rest, moves), rest)
    x, _, top, yaw, ahead, behind = info.seat
    assert top == pytest.approx(0.6)
    assert yaw == pytest.approx(0.0)
    assert -0.2 <= x - 0.4 <= 0.2
    # The block reaches down to the floor, as calves under the seat do: the seat ends behind them.
    assert ahead == pytest.approx(-0.08) and behind == pytest.approx(0.2)  # where the back ends


def test_a_rig_without_skin_gets_flesh_around_its_bones():
    rest = body(skin=False)
    info = clip_info(motion(rest, np.eye(4)[None]), rest)
    assert info.radius[0] == pytest.approx(0.1, abs=0.05)
    assert info.height[0] == pytest.approx(1.1)
    assert info.low[0] == pytest.approx(1.0)


def test_an_extent_of_a_stretch_knows_where_it_is():
    rest = body()
    moves = np.tile(np.eye(4), (9, 1, 1))
    moves[:, 0, 3] = np.arange(9)
    whole = motion(rest, moves)
    part = clip_info(whole.window(4, 6), rest, seat=np.arange(6.0))
    assert part.first == 4 and part.frames == 2
    np.testing.assert_allclose(part.centre, clip_info(whole, rest).centre[4:6])
    assert part.seat.tolist() == [0, 1, 2, 3, 4, 5]
