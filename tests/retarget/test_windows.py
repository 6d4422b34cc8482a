"""Windows of a clip: the same frames as the whole clip has, without asking for the rest of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rigs import SIDES
from synthgen.retarget.puppet import Puppet
from synthgen.retarget.retarget import move, retarget
from synthgen.retarget.support import find_support
from tests.retarget.retarget_characters import Character, motion_of, squatting


def window_of(motion: SpineMotion, first: int, stop: int) -> SpineMotion:
    """Frames ``first`` to ``stop`` − 1 of a fit."""
    names = ("q", "transforms", "marker_error", "vertebra_covariance")
    return replace(motion, **{name: getattr(motion, name)[first:stop] for name in names})


def turning(frames: int = 60) -> SpineMotion:
    """Somebody who stands, turns and bends the trunk and lifts an arm; feet stay, arms are clear of the body."""
    wave = np.sin(np.linspace(0, np.pi, frames))
    bends = {"lumbar_flexion": 30 * wave, "thoracic_rotation": 25 * wave, "cervical_lateral": -10 * wave}
    return motion_of(frames, **bends, left_shoulder_abduction=30 + 50 * wave, right_shoulder_abduction=30.0)


@pytest.mark.parametrize("around", [0, 8])
def test_a_window_agrees_with_the_whole_clip(mover: Character, around: int) -> None:
    """To 1 mm where feet stand still; one frame alone suffices for a still."""
    motion, puppet = turning(), Puppet.of(*mover)
    support = find_support(motion)
    whole = move(puppet, motion, support)
    for frame in (8, 20, 33, 51):
        first, stop = frame - around, frame + around + 1
        part = move(puppet, window_of(motion, first, stop), support.window(first, stop))
        off = part.bones[around, :, :3, 3] - whole.bones[frame, :, :3, 3]
        assert np.linalg.norm(off, axis=-1).max() < 0.001
        assert np.abs(part.residual_mm[around] - whole.residual_mm[frame]).max() < 0.1
        assert np.array_equal(part.contacts[around], whole.contacts[frame])


def test_a_window_leaves_out_only_the_slide_of_feet(man: Character) -> None:
    """Where the whole clip's feet would slide, they are held in its middle; the spine is the same over the pelvis."""
    motion, puppet = motion_of(40, **squatting(40)), Puppet.of(*man)
    support = find_support(motion)
    whole, pelvis = move(puppet, motion, support), puppet.body.bone(puppet.rig.pelvis)
    part = move(puppet, window_of(motion, 10, 27), support.window(10, 27))
    off = part.bones[8] - whole.bones[18]
    assert 0.003 < np.linalg.norm(off[:, :3, 3], axis=-1).max() < 0.02
    chain = [puppet.body.bone(n) for n in puppet.rig.spinal_chain]
    assert np.abs(off[chain, :3, 3] - off[pelvis, :3, 3]).max() < 1e-4
    feet = [puppet.limb(s, "foot")[0] for s in SIDES]
    assert np.ptp(part.bones[:, feet][..., :3, 3], axis=0).max() < 0.004


def test_a_puppet_kept_gives_the_same_bytes(mover: Character) -> None:
    motion, puppet = turning(12), Puppet.of(*mover)
    first, again, fresh = move(puppet, motion), move(puppet, motion), retarget(motion, *mover)
    assert first.bones.tobytes() == again.bones.tobytes() == fresh.bones.tobytes()


def test_a_jump_cut_in_two_rises_as_high(man: Character) -> None:
    """How high a flight goes follows from how long the whole of it takes, which no window of it knows."""
    rise = np.concatenate([np.zeros(8), 0.3 * np.sin(np.linspace(0, np.pi, 15)), np.zeros(8)])
    motion, puppet = motion_of(31, pelvis_tz=rise), Puppet.of(*man)
    support = find_support(motion)
    pelvis = puppet.body.bone(puppet.rig.pelvis)
    whole = move(puppet, motion, support).bones[15, pelvis, 2, 3]
    cut = window_of(motion, 12, 19)
    assert move(puppet, cut, support.window(12, 19)).bones[3, pelvis, 2, 3] == pytest.approx(whole, abs=1e-3)
    # The window taken for a whole clip does not know: the test would see it.
    assert abs(move(puppet, cut).bones[3, pelvis, 2, 3] - whole) > 0.05


def test_what_a_mirrored_clip_stands_on_is_mirrored() -> None:
    lift = np.concatenate([np.zeros(10), np.full(10, 60.0), np.zeros(10)])
    left, right = (find_support(motion_of(30, **{f"{s}_hip_flexion": lift, f"{s}_knee_flexion": lift})) for s in SIDES)
    twin = left.mirrored()
    for name in ("feet", "hands", "knees"):
        assert np.array_equal(getattr(twin, name), getattr(right, name)), name
    assert not np.array_equal(left.feet, right.feet)
    assert twin.lowest == pytest.approx(right.lowest, abs=1e-6) and twin.air == pytest.approx(right.air, abs=1e-6)
    tilted = replace(left, pronates=(True, False))
    assert tilted.mirrored().pronates == (False, True) and tilted.mirrored().mirrored().pronates == (True, False)


def test_a_window_of_a_clip_that_pronates_knows_it(man: Character) -> None:
    """The forearm stays as the clip has it where the window alone would say that nothing is known."""
    turn = np.concatenate([np.zeros(20), np.linspace(0.0, 60.0, 20)])
    motion, puppet = motion_of(40, left_elbow_flexion=90.0, left_pronation=turn), Puppet.of(*man)
    support = find_support(motion)
    assert support.pronates == (True, False)
    hand = puppet.limb("left", "hand")[0]
    whole = move(puppet, motion, support).bones[10, hand]
    cut = window_of(motion, 2, 19)
    assert np.allclose(move(puppet, cut, support.window(2, 19)).bones[8, hand], whole, atol=1e-3)
    assert not np.allclose(move(puppet, cut).bones[8, hand], whole, atol=0.05)
