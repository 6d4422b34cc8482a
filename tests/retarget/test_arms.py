"""Arms stay out of the body: what is in it gets out, what is clear of it is left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from synthgen.characters.rest_body import RestBody, blend
from synthgen.characters.rigs import SIDES
from synthgen.core.cache import Cache
from synthgen.core.rotations import about
from synthgen.core.skeleton import REGIONS
from synthgen.retarget.arm_clearance import clear_arms
from synthgen.retarget.gate import judge_moment
from synthgen.retarget.kernels.kept import ENTRIES, ask_every_kernel, keep_posing_kernels
from synthgen.retarget.posing import Pose
from synthgen.retarget.puppet import Puppet
from synthgen.retarget.retarget import move
from synthgen.retarget.shell import Nearby, bunches, spread, vertex_normals
from tests.retarget.retarget_characters import Character, motion_of


def depth_mm(body: RestBody, bones: np.ndarray, side: str) -> float:
    """How deep a hand is in the rest of the body, by ray casts into the posed mesh and its true faces."""
    skin = blend(body.bones, bones, body.vertices, body.skin_indices, body.skin_weights)
    arm = [REGIONS.index(f"{side}_{p}") for p in ("upper_arm", "forearm", "hand")]
    rest = trimesh.Trimesh(skin, body.faces[~np.isin(body.regions[body.faces], arm).any(1)], process=False)
    hand = skin[np.intersect1d(np.flatnonzero(body.regions == arm[2]), body.faces)]
    inside = hand[rest.contains(hand)]
    if not len(inside):
        return 0.0
    corners, across = rest.triangles, rest.face_normals
    planes = np.abs(np.einsum("nfi,fi->nf", inside[:, None] - corners[:, 0], across))
    near = np.linalg.norm(inside[:, None] - rest.triangles_center, axis=-1) < 0.05
    return 1000 * float(np.where(near, planes, np.inf).min(1).max())


INTO = {
    "thigh": {"left_shoulder_abduction": -14.0},
    "belly": {"left_shoulder_abduction": 5.0, "left_shoulder_rotation": 75.0, "left_elbow_flexion": 100.0},
    "face": {"left_shoulder_flexion": 80.0, "left_shoulder_rotation": 40.0, "left_elbow_flexion": 140.0},
}


@pytest.mark.parametrize("where", INTO)
def test_a_hand_in_the_body_comes_out(man: Character, where: str) -> None:
    puppet, motion = Puppet.of(*man), motion_of(1, **INTO[where])
    before = still_arms(puppet, motion_of(1, **INTO[where]))
    assert depth_mm(puppet.body, before.bones()[0], "left") > 10.0
    after = move(puppet, motion)
    assert depth_mm(puppet.body, after.bones[0], "left") < 3.0
    assert after.hand_depth_mm[0] < 3.0


def depth_of(pose: Pose) -> float:
    """Metres that the arms of one frame are in the body, without any giving way."""
    import synthgen.retarget.arm_clearance as arm_clearance

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arm_clearance, "LOOKS", 0)
        return float(clear_arms(pose, np.zeros((1, 2), bool), 30.0)[1][0])


def still_arms(puppet: Puppet, motion: object) -> Pose:
    """The pose of a motion as it is before arms give way."""
    import synthgen.retarget.placement as placement

    seen: list[Pose] = []

    def keep(pose: Pose, bears: np.ndarray, fps: float) -> tuple[Pose, np.ndarray]:
        seen.append(pose)
        return pose, np.zeros(len(bears))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placement, "clear_arms", keep)
        move(puppet, motion)  # type: ignore[arg-type]
    return seen[0]


def test_arms_that_are_clear_do_not_move_at_all(man: Character) -> None:
    """Bit by bit: neither a whole clip without contact, nor the other arm and far frames of one with some."""
    puppet = Puppet.of(*man)
    free = still_arms(puppet, motion_of(4, left_shoulder_abduction=40.0, right_shoulder_flexion=60.0))
    assert clear_arms(free, np.zeros((4, 2), bool), 30.0)[0] is free
    dip = np.where(np.abs(np.arange(60) - 10) < 4, -14.0, 25.0)
    pose = still_arms(puppet, motion_of(60, left_shoulder_abduction=dip, right_shoulder_abduction=25.0))
    cleared, depth = clear_arms(pose, np.zeros((60, 2), bool), 30.0)
    moved = (cleared.turns != pose.turns).any((2, 3))
    arms = {s: puppet.below(puppet.limb(s, "upper_arm")[0]) for s in SIDES}
    assert moved[10, arms["left"]].all() and not moved[:, arms["right"]].any()
    assert not moved[40:].any() and not np.delete(moved, arms["left"], 1).any()
    assert depth.max() < 0.003


def test_arms_give_way_smoothly(man: Character) -> None:
    puppet = Puppet.of(*man)
    smooth = -14.0 + 20.0 * (1 - np.exp(-(((np.arange(40) - 20) / 6.0) ** 2)))
    bones = move(puppet, motion_of(40, left_shoulder_abduction=smooth)).bones
    hand = bones[:, puppet.limb("left", "hand")[0], :3, 3]
    jerk = np.linalg.norm(np.diff(hand, 2, axis=0), axis=1)
    assert jerk.max() < 0.012  # metres per frame²: 11 m/s²


def test_hands_that_bear_weight_stay_unless_they_are_stuck(man: Character) -> None:
    puppet, bears = Puppet.of(*man), np.ones((2, 2), bool)
    pose = still_arms(puppet, motion_of(2, left_shoulder_abduction=2.6, right_shoulder_abduction=20.0))
    touched = clear_arms(pose, ~bears, 30.0)[0]
    assert touched is not pose  # free, it would give way
    held, depth = clear_arms(pose, bears, 30.0)
    assert held is pose and depth.max() < 0.005
    stuck = still_arms(puppet, motion_of(2, **INTO["thigh"]))
    assert clear_arms(stuck, bears, 30.0)[1].max() < 0.003


def test_both_hands_in_each_other_share_the_way(man: Character) -> None:
    """Forearms crossed before the chest: both give way, about as much."""
    bend = {"shoulder_rotation": 45.0, "elbow_flexion": 60.0}
    angles = {f"{side}_{name}": value for side in SIDES for name, value in bend.items()}
    angles |= {"left_shoulder_flexion": 68.0, "right_shoulder_flexion": 60.0}
    puppet = Puppet.of(*man)
    pose = still_arms(puppet, motion_of(1, **angles))
    assert depth_of(pose) > 0.01
    cleared, depth = clear_arms(pose, np.zeros((1, 2), bool), 30.0)
    assert depth[0] < 0.003
    ways = [np.linalg.norm((cleared.heads() - pose.heads())[0, puppet.limb(s, "hand")[0]]) for s in SIDES]
    assert min(ways) > 0.3 * max(ways)


def test_a_mirrored_motion_gives_mirrored_arms(man: Character) -> None:
    puppet = Puppet.of(*man)
    left, right = (
        move(puppet, motion_of(1, **{f"{s}_{n[5:]}": v for n, v in INTO["belly"].items()})).bones[0] for s in SIDES
    )
    for part in ("forearm", "hand"):
        mine = left[puppet.limb("left", part)[0], :3, 3] * (1, -1, 1)
        assert np.linalg.norm(mine - right[puppet.limb("right", part)[0], :3, 3]) < 0.006, part


def test_nearby_knows_a_ball() -> None:
    """A ball of 0.1 m: distances within and without. Beyond the edge of half a ball is outside."""
    ball = trimesh.creation.icosphere(subdivisions=4, radius=0.1)
    normals = vertex_normals(ball.vertices, ball.faces)
    assert np.abs(normals - ball.vertices / 0.1).max() < 0.01
    rng = np.random.Generator(np.random.Philox(3))
    points = rng.uniform(-0.12, 0.12, (200, 3))
    groups, starts = (np.array([0, n]) for n in (len(points), len(ball.vertices)))
    order, several = bunches(np.array(ball.vertices))
    for where, bunched in ((slice(None), starts), (order, several)):
        clear, ways = Nearby(ball.vertices[where][None], normals[where][None], bunched).clearances(
            points[None], groups, 0.2
        )
        assert np.abs(clear[0] - (np.linalg.norm(points, axis=1) - 0.1)).max() < 0.002
        assert np.linalg.norm(ways[0], axis=1) == pytest.approx(1.0)
    half = ball.vertices[:, 0] > 0
    halved = Nearby(np.array(ball.vertices[half])[None], normals[half][None], np.array([0, half.sum()]))
    assert halved.clearances(np.array([[[-0.08, 0.0, 0.0]]]), np.array([0, 1]), 0.2)[0][0, 0] > 0
    nothing = Nearby(np.zeros((1, 0, 3)), np.zeros((1, 0, 3)), np.array([0, 0]))
    assert np.isinf(nothing.clearances(points[None], groups, 0.2)[0]).all()


def test_spread_points_are_apart_and_the_same_on_both_sides() -> None:
    rng = np.random.Generator(np.random.Philox(5))
    half = rng.uniform(0, 0.3, (4000, 3))
    points = np.concatenate([half, half * (1, -1, 1)])
    kept = spread(points, 0.05)
    assert 6**3 <= len(kept) / 2 <= 7**3
    assert {*kept[kept >= 4000] - 4000} == {*kept[kept < 4000]}


def test_axis_of_the_elbow_bends_it(man: Character) -> None:
    """Giving way at the elbow alone is flexion: the hand comes nearer to the shoulder."""
    from synthgen.retarget.arm_contacts import PosedArm

    puppet = Puppet.of(*man)
    pose = still_arms(puppet, motion_of(1, left_elbow_flexion=40.0, left_shoulder_abduction=40.0))
    parts = puppet.arm_parts
    assert parts is not None
    arm = PosedArm.of(pose, pose.bones(), parts, "left")
    points = arm.moved(np.array([[0.0, 0.0, 0.0, 0.5]])).points
    tips = np.linalg.norm(arm.points[0] - arm.pivots[0, 0], axis=1).argmax()
    gap = [np.linalg.norm(p[0, tips] - arm.pivots[0, 0]) for p in (arm.points, points)]
    assert gap[1] < gap[0] - 0.05
    whole, lower = arm.turns(np.array([[0.1, 0.2, 0.3, 0.0]]))
    assert np.allclose(whole, lower) and np.allclose(
        whole[0], about(np.array([0.1, 0.2, 0.3]) / 14**0.5 * 10, np.array(14**0.5 / 10))
    )


@pytest.mark.parametrize(("deep", "accepted"), [(0.0, True), (4.9, True), (5.1, False), (np.nan, False)])
def test_the_gate_refuses_a_frame_with_a_hand_in_the_body(man: Character, deep: float, accepted: bool) -> None:
    motion = move(Puppet.of(*man), motion_of(3))
    depth = np.array([0.0, deep, 0.0])
    verdict = judge_moment(replace(motion, hand_depth_mm=depth), 1)
    assert verdict.accepted is accepted and judge_moment(replace(motion, hand_depth_mm=depth), 0).accepted
    far = replace(motion, residual_mm=motion.residual_mm + np.array([[0.0], [40.0], [0.0]]))
    assert not judge_moment(far, 1).accepted and judge_moment(far, 2).accepted


def test_every_kernel_is_asked_as_posing_asks_it(shared_cache: Cache) -> None:
    """What set-up compiles is what a run calls: for a second signature people would have to wait."""
    keep_posing_kernels(shared_cache)
    ask_every_kernel()
    assert [len(entry.signatures) for entry in ENTRIES] == [1] * len(ENTRIES)
