"""Turns of a rig's limbs from the fitted segments: by anatomical frames, with twist spread over the twist bones."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig
from synthgen.core.rotations import about, swing, transposed, twist
from synthgen.retarget.pronation import forearm_pronation
from synthgen.retarget.puppet import Puppet

PROXIMAL_SHARE = 0.5
"""Share of an upper arm's or thigh's twist that its first bone takes [choice: an even turn along the limb]."""

FOREARM_SHARES = (0.25, 0.75)
"""Shares of pronation taken by the bones near the elbow and near the wrist [choice: about even along the forearm]."""


def limb_turns(motion: SpineMotion, puppet: Puppet, pronates: tuple[bool, bool], turns: np.ndarray) -> np.ndarray:
    """Fills in the limbs.

    Args:
        motion: the fitted clip.
        puppet: the character.
        pronates: whether the clip shows the left and right forearm pronating.
        turns: (T, B, 3, 3) with the trunk's bones set.

    Returns:
        (T, B, 3, 3) with clavicles, arms, hands, legs, feet and toes set as well; other bones follow their parents.
    """
    out = turns.copy()
    body, rig, frames = puppet.body, puppet.rig, puppet.frames
    for side in SIDES:
        arm = _arm(motion, rig, frames, side, pronates[SIDES.index(side)])
        for name, turn in {**arm, **_leg(motion, rig, frames, side)}.items():
            out[:, body.bone(name)] = turn
        _share_twist(out, body, rig, side, "upper_arm", rig.limbs[side, "clavicle"][-1])
        _share_twist(out, body, rig, side, "thigh", rig.pelvis)
    moved = {n for side in SIDES for p in _PARTS for n in rig.limbs[side, p]}
    return follow_parents(out, body, moved | {*rig.spinal_chain})


_PARTS = ("clavicle", "upper_arm", "forearm", "hand", "thigh", "shank", "foot", "toes")


def follow_parents(turns: np.ndarray, body: RestBody, own: set[str]) -> np.ndarray:
    """Gives every bone that is not in ``own`` its parent's turn."""
    for bone, name in enumerate(body.bone_names):
        if name not in own and body.parents[bone] >= 0:
            turns[:, bone] = turns[:, body.parents[bone]]
    return turns


def _arm(
    motion: SpineMotion, rig: Rig, frames: dict[tuple[str, str], np.ndarray], side: str, pronates: bool
) -> dict[str, np.ndarray]:
    clavicle, upper, fore, hand = (motion.turn(f"{side}_{n}") for n in ("clavicle", "upper_arm", "forearm", "hand"))
    out = dict.fromkeys(rig.limbs[side, "clavicle"], clavicle)
    out |= dict.fromkeys(rig.limbs[side, "upper_arm"], upper @ frames[side, "upper_arm"].T)
    plain, pronation = forearm_pronation(motion, side)
    at_rest = float(twist(frames[side, "forearm"].T @ frames[side, "hand"], np.array([0.0, 0.0, 1.0])))
    if not pronates:
        hand = plain @ about(np.array([0.0, 0.0, 1.0]), np.full(len(hand), at_rest)) @ transposed(fore) @ hand
        pronation = np.full(len(hand), at_rest)
    change = _nearest_turn(pronation - at_rest)
    bones = rig.limbs[side, "forearm"]
    shares = FOREARM_SHARES if len(bones) > 1 else (FOREARM_SHARES[-1],)
    for bone, share in zip(bones, shares, strict=False):
        out[bone] = plain @ about(np.array([0.0, 0.0, 1.0]), share * change) @ frames[side, "forearm"].T
    out[rig.limbs[side, "hand"][0]] = hand @ frames[side, "hand"].T
    return out


def _nearest_turn(angles: np.ndarray) -> np.ndarray:
    """Moves a continuous angle by whole turns so that its median lies within ±180°."""
    out: np.ndarray = angles - 2 * np.pi * np.round(np.median(angles) / (2 * np.pi))
    return out


def _leg(motion: SpineMotion, rig: Rig, frames: dict[tuple[str, str], np.ndarray], side: str) -> dict[str, np.ndarray]:
    out: dict[str, np.ndarray] = {}
    for part in ("thigh", "shank", "foot"):
        turn = motion.turn(f"{side}_{part}") @ frames[side, part].T
        out |= dict.fromkeys(rig.limbs[side, part], turn)
    toes = motion.turn(f"{side}_toes") @ frames[side, "foot"].T
    return out | dict.fromkeys(rig.limbs[side, "toes"], toes)


def _share_twist(turns: np.ndarray, body: RestBody, rig: Rig, side: str, part: str, parent: str) -> None:
    """Lets the first bone of a limb take only a part of the twist about the limb's axis, in place.

    Twist is what the limb's turn has beyond its parent's turn and the shortest swing from there.
    """
    bones = [body.bone(n) for n in rig.limbs[side, part]]
    if len(bones) < 2:
        return
    below = {"upper_arm": "forearm", "thigh": "shank"}[part]
    axis = body.bones[body.bone(rig.limbs[side, below][0]), :3, 3] - body.bones[bones[0], :3, 3]
    full, carried = turns[:, bones[0]], turns[:, body.bone(parent)]
    along = full @ (axis / np.linalg.norm(axis))
    swung = swing(carried @ axis, along) @ carried
    angle = np.unwrap(twist(full @ transposed(swung), along))
    turns[:, bones[0]] = about(along, PROXIMAL_SHARE * _nearest_turn(angle)) @ swung
