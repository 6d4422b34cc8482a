"""Support, limb inverse kinematics, hands on the floor, rotation helpers."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import blend
from synthgen.characters.rigs import SIDES, load_rig
from synthgen.core.acceptance import Acceptance
from synthgen.core.rotations import about, swing, twist
from synthgen.core.runs import runs
from synthgen.core.vectors import unit
from synthgen.motion import load
from synthgen.retarget.fading import faded
from synthgen.retarget.gate import judge_rig_motion
from synthgen.retarget.limb_ik import reach
from synthgen.retarget.posing import Pose
from synthgen.retarget.puppet import Puppet
from synthgen.retarget.retarget import move, retarget
from synthgen.retarget.support import find_support
from synthgen.retarget.trunk_tilt import limb_length
from tests.retarget.retarget_characters import Character, motion_of

directions = st.tuples(*[st.floats(-1, 1)] * 3).map(np.array).filter(lambda v: np.linalg.norm(v) > 0.1)


@given(directions, directions)
def test_swing_takes_one_direction_to_the_other(a: np.ndarray, b: np.ndarray) -> None:
    turned = swing(a, b) @ unit(a)
    assert turned == pytest.approx(unit(b), abs=1e-6)


@given(directions, st.floats(-3.0, 3.0))
def test_twist_reads_an_angle_about_its_axis(axis: np.ndarray, angle: float) -> None:
    assert twist(about(unit(axis), np.array(angle)), unit(axis)) == pytest.approx(angle, abs=1e-6)


def test_spells_and_fading() -> None:
    mask = np.array([0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0], bool)
    assert runs(mask) == [(1, 3), (10, 11)]
    values = faded(np.where(mask, 2.0, 99.0)[:, None], mask, fps=10.0)[:, 0]
    assert values[mask] == pytest.approx(2.0)
    assert abs(values[6]) < 1e-9 and 0 < values[3] < 2


def still(character: Character, frames: int = 3) -> Pose:
    body, _ = character
    count = len(body.bone_names)
    root = np.tile(body.bones[0, :3, 3], (frames, 1))
    return Pose(Puppet.of(*character), np.tile(np.eye(3), (frames, count, 1, 1)), root, np.zeros((frames, count, 3)))


def test_posture_without_turns_is_the_rest_pose(mover: Character) -> None:
    body, _ = mover
    assert np.allclose(still(mover).bones(), body.bones)


@pytest.mark.parametrize(("limb", "part"), [("arm", "hand"), ("leg", "foot")])
@pytest.mark.parametrize("side", SIDES)
def test_limbs_reach_what_is_in_reach(mover: Character, limb: str, part: str, side: str) -> None:
    body, _ = mover
    rig, posture = load_rig(body.rig), still(mover)
    end = rig.limbs[side, part][0]
    goal = posture.head(end) + np.array([[0.05, 0.0, 0.06], [0.0, 0.03, 0.1], [-0.04, 0.0, 0.03]])
    moved = reach(posture, side, limb, goal)
    assert np.abs(moved.head(end) - goal).max() < 1e-6
    assert np.allclose(moved.turns[:, body.bone(end)], posture.turns[:, body.bone(end)])
    far = reach(posture, side, limb, goal + 5.0)
    start = far.head(rig.limbs[side, {"arm": "upper_arm", "leg": "thigh"}[limb]][0])
    assert np.linalg.norm(far.head(end) - start, axis=-1) == pytest.approx(limb_length(posture.puppet, limb), rel=0.01)


def test_knees_do_not_bend_backwards(mover: Character) -> None:
    body, _ = mover
    rig, posture = load_rig(body.rig), still(mover)
    lifted = reach(posture, "left", "leg", posture.head(rig.limbs["left", "foot"][0]) + (0.0, 0.0, 0.25))
    hip, knee, foot = (lifted.head(rig.limbs["left", p][0])[0] for p in ("thigh", "shank", "foot"))
    assert knee[0] > max(hip[0], foot[0]) + 0.1


def test_soles_know_the_lowest_skin(man: Character) -> None:
    body, _ = man
    soles = Puppet.of(*man).outer
    rng = np.random.Generator(np.random.Philox(7))
    turns = about(unit(rng.normal(size=(4, 3))), rng.uniform(0, 1.5, 4))[:, None]
    posture = still(man, 4)
    posture = Pose(posture.puppet, np.broadcast_to(turns, posture.turns.shape), posture.root, posture.stretch)
    exact = blend(body.bones, posture.bones(), body.vertices, body.skin_indices, body.skin_weights)[..., 2].min(1)
    assert soles.lowest(posture.bones()) == pytest.approx(exact, abs=0.003)


def test_support_sees_standing_stepping_and_the_air() -> None:
    lift = np.concatenate([np.zeros(10), np.full(10, 60.0), np.zeros(10)])
    support = find_support(motion_of(30, left_hip_flexion=lift, left_knee_flexion=lift))
    assert support.feet[:, 1].all() and support.feet[3, 0] and not support.feet[15, 0]
    assert not support.hands.any() and not support.knees.any()
    assert np.abs(support.lowest).max() < 0.01 and abs(support.floor) < 0.005


@pytest.mark.parametrize(
    ("clip", "parts"),
    [("squat", ("foot",)), ("plank_press_up", ("foot", "hand")), ("cat_cow", ("foot", "hand"))],
)
def test_exercises_meet_the_floor(mover: Character, clip: str, parts: tuple[str, ...]) -> None:
    """What bears weight in the clip touches the floor, and nothing is below it."""
    motion = fitted(clip)
    body, sites = mover
    result, support = retarget(motion, body, sites), find_support(motion)
    if len(body.vertices):
        skin = blend(body.bones, result.bones, body.vertices, body.skin_indices, body.skin_weights)
        assert skin[..., 2].min() > -0.005
    soles = Puppet.of(*mover).outer
    assert judge_rig_motion(result).state is Acceptance.ACCEPTED
    assert np.median(result.residual_mm) < 2.0 and result.residual_mm.max() < 10.0
    for k, side in enumerate(SIDES):
        for part in parts:
            bears = support.feet[:, k] if part == "foot" else support.hands[:, k]
            assert bears.all(), part
            assert np.abs(soles.lowest(result.bones, soles.part(f"{side}_{part}"))).max() < 0.005, part
        if clip == "cat_cow":
            assert np.abs(soles.lowest(result.bones, soles.part(f"{side}_shank", f"{side}_thigh"))).max() < 0.01


@pytest.mark.parametrize("clip", ["bridge", "cobra"])
def test_who_lies_touches_the_floor_with_the_trunk(mover: Character, clip: str) -> None:
    """However the feet lie: a trunk is not held up by them, and nothing is below the floor."""
    motion, puppet = fitted(clip), Puppet.of(*mover)
    support = find_support(motion)
    assert support.trunk[0] and not find_support(fitted("cat_cow")).trunk.any()
    bones = move(puppet, motion, support).bones
    trunk = puppet.outer.lowest(bones, puppet.outer.part("trunk", "head", "neck"))
    assert trunk[support.trunk].max() < (0.012 if len(puppet.body.vertices) else 0.03)
    assert puppet.skin.lowest(bones).min() > -1e-6


@lru_cache(maxsize=6)
def fitted(clip: str) -> SpineMotion:
    """Every fifth frame of a built-in exercise, fitted."""
    whole = load(f"builtin:{clip}")
    points = {n: p[::5] for n, p in whole.points.items()}
    turns = {n: o[::5] for n, o in whole.orientations.items()}
    return fit_clip(replace(whole, points=points, orientations=turns, fps=whole.fps / 5))
