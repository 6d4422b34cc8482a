"""Hands that bear weight: palms on the floor, fingers straight."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES
from synthgen.core.rotations import between, from_vector, swing, to_vector
from synthgen.core.vectors import unit
from synthgen.retarget.posing import Pose

EASE = 0.15
"""Seconds over which a hand turns flat."""


def flat_hands(pose: Pose, bears: np.ndarray, fps: float) -> Pose:
    """Turns weight-bearing hands palm down and straightens their fingers.

    The hand keeps its heading along the floor; where it points straight down it takes the trunk's.

    Args:
        pose: the character's pose.
        bears: (T, 2) left and right hand bears weight.
        fps: frames per second.
    """
    body, rig, frames = pose.body, pose.puppet.rig, pose.puppet.frames
    for k, side in enumerate(SIDES):
        if not bears[:, k].any():
            continue
        share = gaussian_filter1d(bears[:, k].astype(float), EASE * fps / 2, mode="nearest")
        share = np.where(bears[:, k], 1.0, np.clip(2 * share, 0.0, 1.0))
        hand = body.bone(rig.limbs[side, "hand"][0])
        before = pose.turns[:, hand]
        heading = -(before @ frames[side, "hand"][:, 2])
        up = pose.turns[:, body.bone(rig.pelvis)] @ np.array([0.0, 0.0, 1.0])
        flat = heading * (1.0, 1.0, 0.0)
        clear = np.linalg.norm(flat, axis=-1, keepdims=True) > 0.35
        flat = unit(np.where(clear, flat, up * (1.0, 1.0, 0.0)))
        down = np.broadcast_to(np.array([0.0, 0.0, -1.0]), flat.shape)
        # Palm (X) down, the hand's Z against the heading.
        goal = np.stack([down, np.cross(-flat, down), -flat], -1) @ frames[side, "hand"].T
        turn = between(before, goal, share)
        pose = pose.turned({hand: turn, **_fingers(body, hand, frames[side, "hand"], turn, share)})
    return pose


def _fingers(
    body: RestBody, hand: int, frame: np.ndarray, turn: np.ndarray, share: np.ndarray
) -> dict[int, np.ndarray]:
    """Turns of the fingers: they follow the hand, laid into the plane of the palm by a share (T,)."""
    palm = frame[:, 0]
    laid, out = {hand: np.eye(3)}, {}
    for bone in range(hand + 1, len(body.bone_names)):
        parent = int(body.parents[bone])
        if parent not in laid:
            continue
        children = np.flatnonzero(body.parents == bone)
        laid[bone] = laid[parent]
        if len(children) and parent != hand:
            along = unit(body.bones[children[0], :3, 3] - body.bones[bone, :3, 3])
            laid[bone] = swing(along, along - (along @ palm) * palm)
        out[bone] = turn @ from_vector(share[:, None] * to_vector(laid[bone]))
    return out
