"""Visibility on analytic pictures: every named case of the rule, and properties that hold for any scene."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.capture.point_rule import PointRule
from synthgen.capture.surface import rule_table
from synthgen.capture.visibility import OFF_IMAGE, ROOM, VISIBILITY_RULE, VISIBLE, flags_of, see
from synthgen.characters.site_set import SiteSet
from synthgen.core.frames import Camera, look_at, transform, yaw_matrix
from synthgen.core.skeleton import KEYPOINTS, REGIONS, VERTEBRAE

from .spheres import SITES, Ball, balls_of, body, look, picture, sites, still, world_sites

FRONT = look_at((3.0, 0.0, 1.2), (0.0, 0.0, 1.2), 0.6, 320, 240)
BACK = look_at((-3.0, 0.0, 1.2), (0.0, 0.0, 1.2), 0.6, 320, 240)
NAMES = ["person:4", "person:7", "object:bench"]


def reasons(camera: Camera, others: list[Ball] | None = None, move: np.ndarray | None = None, **o: float) -> dict:
    seen = look(camera, still() if move is None else move, others or [], NAMES, **o)
    assert np.array_equal(seen.flags, flags_of(seen.reasons))
    return dict(zip(SITES, zip(seen.reasons, seen.margin, seen.flags, strict=True), strict=True))


def arm_moved(to: tuple[float, float, float]) -> np.ndarray:
    move = still()
    move[2, :3, 3] = np.array(to) - (0.0, 0.45, 1.0)
    return move


def test_facing_the_camera() -> None:
    got = reasons(FRONT)
    for name in ("nose", "left_eye", "right_eye", "left_wrist", "spine_03", "T12.body"):
        assert got[name][0] == VISIBLE and got[name][2] == 2, name
    # Through the belly: the first surface on the ray is the trunk, which carries the vertebra, however deep it lies.
    # It lies 0.12 m behind the trunk's middle and the surface 0.22 m before it; 0.10 m of that is its own tissue.
    assert got["spine_03"][1] == pytest.approx(0.12 + 0.22 - 0.10, abs=0.01)


def test_eye_from_behind_is_hidden_by_its_own_head() -> None:
    got = reasons(BACK)
    for name in ("nose", "left_eye", "right_eye"):
        assert got[name][0] == "self:head" and got[name][2] == 1
        assert got[name][1] == pytest.approx(0.22, abs=0.03)


def test_the_backs_skin_is_seen_from_behind_only() -> None:
    behind, front = reasons(BACK), reasons(FRONT)
    for name in ("T12.spinous", "T12.skin"):
        assert behind[name][0] == VISIBLE and abs(behind[name][1]) < 0.01
        assert front[name][0] == "self:trunk" and front[name][1] > 0.3
    assert behind["T12.body"][0] == VISIBLE


def test_fully_occluded() -> None:
    for owner, reason in ((1, "person:7"), (2, "object:bench"), (-1, ROOM)):
        got = reasons(FRONT, [Ball((1.5, 0, 1.2), 0.9, owner)])
        assert {r for r, _, _ in got.values()} == {reason}
        assert {f for _, _, f in got.values()} == {1}
        assert all(m > 0.5 for _, m, _ in got.values())


def test_other_person_and_object_hide_only_what_they_cover() -> None:
    got = reasons(FRONT, [Ball((1.0, 0, 1.45), 0.15, 1), Ball((1.0, 0.3, 1.0), 0.1, 2)])
    assert got["nose"][0] == "person:7"
    assert got["left_wrist"][0] == "object:bench"
    assert got["right_wrist"][0] == got["spine_03"][0] == VISIBLE


def test_things_behind_hide_nothing() -> None:
    alone = reasons(FRONT)
    assert reasons(FRONT, [Ball((-2.0, 0, 1.2), 0.9, 1)], room_depth=5.0) == alone


def test_self_arm() -> None:
    got = reasons(FRONT, move=arm_moved((0.35, 0.0, 1.05)))
    assert got["spine_03"][0] == got["T12.body"][0] == "self:left_forearm"
    assert got["left_wrist"][0] == VISIBLE
    assert got["nose"][0] == VISIBLE


def test_an_arm_behind_the_point_does_not_hide_it() -> None:
    """The ray misses the thin part that carries the point and meets another part behind it: nothing is in front."""
    move = arm_moved((0.3, 0.0, 1.0))
    move[0, :3, 3] = (-0.5, 0, 0)
    got = reasons(FRONT, move=move)
    assert got["left_wrist"][0] == VISIBLE


def test_partial_off_screen() -> None:
    high = look_at((3.0, 0.0, 0.85), (0.0, 0.0, 0.85), 0.3, 320, 240)
    got = reasons(high)
    assert got["nose"][0] == OFF_IMAGE and got["nose"][2] == 0 and np.isnan(got["nose"][1])
    assert got["spine_03"][0] == VISIBLE


def test_behind_camera() -> None:
    away = look_at((3.0, 0.0, 1.2), (6.0, 0.0, 1.2), 0.6, 320, 240)
    got = reasons(away)
    assert {r for r, _, _ in got.values()} == {OFF_IMAGE} and {f for _, _, f in got.values()} == {0}


def test_a_point_off_its_outline_is_not_called_visible() -> None:
    """It may be rounded off the person's pixels, or lie beside the body: the picture does not show the body there."""
    rest, points = body(), sites()
    camera, bones = FRONT, rest.bones
    view = picture(camera, balls_of(bones, 0), NAMES, room_depth=6.0)
    projected = camera.project(points.posed(rest, bones))
    beside = projected.copy()
    beside[:, 0] = 5.0
    got = see(view, 0, points, beside, rest, bones)
    carried = {f"self:{r}" for r in points.regions}
    assert set(got.reasons) == carried and (got.margin < -2).all() and set(got.flags) == {1}
    sky = see(picture(camera, balls_of(bones, 0), NAMES), 0, points, beside, rest, bones)
    assert set(sky.reasons) == carried and np.isnan(sky.margin).all()


@pytest.mark.parametrize(
    ("u", "v", "flag"),
    [(0.0, 0.0, 1), (319.999, 239.999, 1), (320.0, 100.0, 0), (100.0, 240.0, 0), (-0.001, 100.0, 0), (np.nan, 1, 0)],
)
def test_the_image_ends_where_its_pixels_end(u: float, v: float, flag: int) -> None:
    rest, points = body(), sites()
    at = np.tile([u, v, 3.0], (len(SITES), 1))
    view = picture(FRONT, balls_of(rest.bones, 0), NAMES, room_depth=6.0)
    assert set(see(view, 0, points, at, rest, rest.bones).flags) == {flag}


cameras = st.builds(
    lambda angle, height, distance, fov: look_at(
        (distance * np.cos(angle), distance * np.sin(angle), height), (0.0, 0.0, 1.1), fov, 160, 120
    ),
    st.floats(0, 6.28),
    st.floats(0.3, 2.5),
    st.floats(1.2, 4.0),
    st.floats(0.3, 1.2),
)
moves = st.builds(
    lambda x, y, z, yaw: transform(yaw_matrix(yaw), np.array([x, y, z])) @ np.eye(4),
    st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
    st.floats(-0.3, 0.3),
    st.floats(-3.1, 3.1),
)
obstacles = st.lists(
    st.builds(
        Ball,
        st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.5, 1.8)),
        st.floats(0.05, 0.4),
        st.sampled_from([1, 2, -1]),
    ),
    max_size=3,
)


@given(cameras, moves, obstacles)
@settings(max_examples=60)
def test_promises_of_every_label(camera: Camera, move: np.ndarray, others: list[Ball]) -> None:
    moved = np.tile(move, (len(still()), 1, 1))
    rest = body()
    view = picture(camera, balls_of(moved @ rest.bones, 0) + others, NAMES)
    seen = look(camera, moved, others, NAMES)
    projected = camera.project(world_sites(moved))
    for (u, v, z), reason, margin, flag in zip(projected, seen.reasons, seen.margin, seen.flags, strict=True):
        inside = z > 0 and 0 <= u < camera.width and 0 <= v < camera.height
        assert (flag == 0) == (not inside) == (reason == OFF_IMAGE)
        if flag == 2:
            assert view.ids[int(v), int(u)] == 0 and np.isfinite(margin)
        known = {VISIBLE, OFF_IMAGE, ROOM, *NAMES[1:], *(f"self:{r}" for r in REGIONS)}
        assert reason in known


@given(cameras, moves, obstacles)
@settings(max_examples=40)
def test_an_obstacle_never_uncovers(camera: Camera, move: np.ndarray, others: list[Ball]) -> None:
    moved = np.tile(move, (len(still()), 1, 1))
    free, covered = look(camera, moved, [], NAMES), look(camera, moved, others, NAMES)
    for before, after in zip(free.flags, covered.flags, strict=True):
        assert after <= before


@given(cameras, moves, obstacles)
@settings(max_examples=40)
def test_a_mirrored_world_swaps_left_and_right(camera: Camera, move: np.ndarray, others: list[Ball]) -> None:
    """Mirror the scene in y = 0: the picture is flipped, and left and right sites exchange their reasons."""
    flip = np.diag([1.0, -1.0, 1.0, 1.0])
    moved = np.tile(move, (len(still()), 1, 1))
    mirrored = flip @ moved @ flip
    camera2 = look_at(camera.centre * (1, -1, 1), (0.0, 0.0, 1.1), camera.hfov, 160, 120)
    others2 = [Ball((b.centre[0], -b.centre[1], b.centre[2]), b.radius, b.owner) for b in others]
    here = dict(zip(SITES, look(camera, moved, others, NAMES).reasons, strict=True))
    there = dict(zip(SITES, look(camera2, mirrored, others2, NAMES).reasons, strict=True))

    def swap(text: str) -> str:
        return text.replace("left", "§").replace("right", "left").replace("§", "right")

    projected = dict(zip(SITES, camera.project(world_sites(moved)), strict=True))
    for name, reason in here.items():
        # Exactly on a border of pixels floor() falls to one side here and to the other in the mirror.
        u = projected[name][0]
        if np.isfinite(u) and abs(u - round(u)) < 1e-6:
            continue
        if name.startswith(("left", "right")) or name in ("nose", "spine_03", "T12.body", "T12.spinous", "T12.skin"):
            assert swap(there[swap(name)]) == reason


def test_the_table_knows_every_keypoint_and_region() -> None:
    table = rule_table()
    assert table["version"] == VISIBILITY_RULE
    levels = set(VERTEBRAE) | {"sacrum"}
    generic = {("*" + n[n.index("_") :]) if n.startswith(("left", "right")) else n for n in KEYPOINTS}
    assert set(table["accept"]) <= generic | levels
    assert {k for k in table["surface"] if not k.startswith(".")} <= generic
    for regions in table["accept"].values():
        for region in regions:
            assert region.replace("*", "left") in REGIONS


def test_sides_and_kinds_are_told_apart() -> None:
    names = (
        "left_hip",
        "right_hip",
        "left_big_toe",
        "C4.body",
        "C4.skin",
        "L3.spinous",
        "head",
        "left_latissimus",
        "right_clavicle",
    )
    rule = PointRule.of(
        SiteSet(
            names,
            np.zeros((9, 3)),
            np.zeros((9, 1), int),
            np.ones((9, 1)),
            ("left_thigh", "right_thigh", "left_foot", "neck", "neck", "trunk", "head", "trunk", "trunk"),
            np.zeros(9),
            np.zeros(9),
        )
    )

    def accepted(n: int) -> set[str]:
        return {r for r, a in zip(REGIONS, rule.accepted[n], strict=True) if a}

    assert accepted(0) == {"trunk", "left_thigh"} and accepted(1) == {"trunk", "right_thigh"}
    assert accepted(2) == {"left_foot"} and accepted(3) == {"neck", "head"}
    assert np.isinf(rule.tolerance[[0, 1, 3]]).all()
    assert (rule.tolerance[[2, 4, 5, 7, 8]] < 0.05).all() and rule.tolerance[6] == 0.06
