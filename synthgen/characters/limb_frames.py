"""Anatomical frames of a rig's limbs at rest, built from joint positions.

Every frame has the body model's axes in neutral standing: Z up the limb (against its direction), Y to the left across
the joint's hinge, X forward. A limb's turn is then the fitted segment's rotation times the transposed rest frame,
whatever pose the rig rests in (A-pose, T-pose, bent elbows). Character frame, metres.
"""

from __future__ import annotations

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig
from synthgen.core.rotations import frame
from synthgen.core.vectors import unit

STRAIGHT = np.sin(np.radians(12.0))
"""Below this sine a rest elbow is too straight to tell its hinge; the elbow is then taken to bend forwards."""


def limb_frames(body: RestBody, rig: Rig) -> dict[tuple[str, str], np.ndarray]:
    """(side, part) → (3, 3) rest frame, for upper arm, forearm, hand, thigh, shank and foot.

    The forearm's frame is that without pronation: its Y lies along the elbow's hinge.
    """
    out: dict[tuple[str, str], np.ndarray] = {}
    for side in SIDES:
        out |= {(side, part): f for part, f in {**_arm(body, rig, side), **_leg(body, rig, side)}.items()}
    return out


def head_of(body: RestBody, rig: Rig, side: str, part: str, which: int = 0) -> np.ndarray:
    """(3,) head of a limb's bone."""
    return body.bones[body.bone(rig.limbs[side, part][which]), :3, 3]


def _arm(body: RestBody, rig: Rig, side: str) -> dict[str, np.ndarray]:
    shoulder, elbow, wrist = (head_of(body, rig, side, p) for p in ("upper_arm", "forearm", "hand"))
    upper, fore = unit(elbow - shoulder), unit(wrist - elbow)
    # Flexion carries the hanging forearm forwards, about −Y.
    hinge = np.cross(upper, fore)
    across = -hinge if np.linalg.norm(hinge) > STRAIGHT else np.cross(np.array([1.0, 0.0, 0.0]), upper)
    out = {"upper_arm": frame(-upper, across), "forearm": frame(-fore, across)}
    if (side, "knuckles") in rig.limbs:
        index, little = (head_of(body, rig, side, "knuckles", k) for k in (0, -1))
        # Palm forward, the thumb points away from the body: left for the left hand.
        thumbward = (index - little) * (1.0 if side == "left" else -1.0)
        out["hand"] = frame(wrist - (index + little) / 2, thumbward)
    else:
        # Without fingers: the hand goes on straight and its thumb side faces forwards.
        thumb = np.array([1.0, 0.0, 0.0]) * (1.0 if side == "left" else -1.0)
        out["hand"] = frame(-fore, thumb)
    return out


def _leg(body: RestBody, rig: Rig, side: str) -> dict[str, np.ndarray]:
    hip, knee, ankle = (head_of(body, rig, side, p) for p in ("thigh", "shank", "foot"))
    toes = np.mean([head_of(body, rig, side, "toes", k) for k in range(len(rig.limbs[side, "toes"]))], axis=0)
    # Rest knees are too straight to tell their hinge; it lies across the foot's heading. The sole rests on the floor.
    heading = unit((toes - ankle) * (1.0, 1.0, 0.0))
    across = np.cross(np.array([0.0, 0.0, 1.0]), heading)
    return {
        "thigh": frame(hip - knee, across),
        "shank": frame(knee - ankle, across),
        "foot": frame(np.array([0.0, 0.0, 1.0]), across),
    }
