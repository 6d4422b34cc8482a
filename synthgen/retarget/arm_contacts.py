"""Which points of an arm are in the body or near it, frame by frame, and how to get them out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.characters.rigs import SIDES
from synthgen.core.rotations import about, from_vector
from synthgen.retarget.arm_parts import ArmParts, ArmSkin
from synthgen.retarget.kernels.arms import least_clear, turned
from synthgen.retarget.posing import Pose
from synthgen.retarget.shell import Found, Nearby

REACH = 0.09
"""Metres from the skin within which points are looked at; of a hand that is deeper its less deep points count."""

BODY_BESIDE = 0.035
"""Metres, as ``shell.BESIDE``: trunk, head and legs have no edges but at the shoulders, and hollows under the chin."""

DEEP = 0.05
"""Metres inside at which a point is led aside as much as towards the nearest skin."""

ROWS = 48
"""Of each arm and frame, so many of the nearest points count."""

FREEDOMS = 4
"""How an arm gives way: a rotation vector about the shoulder, world axes, and bending at the elbow, radians."""


@dataclass(frozen=True)
class PosedArm:
    """One arm in some frames. World, metres.

    Attributes:
        arm: what is looked at.
        points, normals: (T, N, 3).
        pivots: (T, 2, 3) shoulder and elbow.
        hinge: (T, 3) axis about which the elbow bends.
        aside: (T, 3) away from the middle of the body: the pelvis's left for the left arm.
    """

    arm: ArmSkin
    points: np.ndarray
    normals: np.ndarray
    pivots: np.ndarray
    hinge: np.ndarray
    aside: np.ndarray

    @classmethod
    def of(cls, pose: Pose, bones: np.ndarray, parts: ArmParts, side: str) -> PosedArm:
        """An arm of a pose whose ``bones`` are known."""
        upper, fore = (pose.puppet.limb(side, p)[0] for p in ("upper_arm", "forearm"))
        arm = parts.arms[side]
        hinge = -(pose.turns[:, fore] @ pose.puppet.frames[side, "forearm"][:, 1])
        left = pose.turns[:, pose.body.bone(pose.puppet.rig.pelvis), :, 1]
        aside = left if side == "left" else -left
        pivots = np.ascontiguousarray(bones[:, [upper, fore]][..., :3, 3])
        return cls(arm, *arm.shell.posed(bones), pivots, hinge, np.ascontiguousarray(aside))

    def at(self, frames: np.ndarray) -> PosedArm:
        """In some of the frames (F,)."""
        rows = (a[frames] for a in (self.points, self.normals, self.pivots, self.hinge, self.aside))
        return PosedArm(self.arm, *rows)

    def turns(self, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(T, 3, 3) turns of the upper arm, and of forearm and hand, that have given way by (T, 4)."""
        whole = from_vector(given[:, :3])
        return whole, whole @ about(self.hinge, given[:, 3])

    def moved(self, given: np.ndarray) -> PosedArm:
        """The arm when it has given way by (T, 4)."""
        if not given.any():
            return self
        whole, lower = self.turns(given)
        bone = (whole @ (self.pivots[:, 1] - self.pivots[:, 0])[..., None])[..., 0]
        pivots = np.stack([self.pivots[:, 0], self.pivots[:, 0] + bone], 1)
        nowhere = np.zeros_like(pivots)
        return replace(
            self,
            points=turned(self.points, self.arm.below, self.pivots, pivots, whole, lower),
            normals=turned(self.normals, self.arm.below, nowhere, nowhere, whole, lower),
            pivots=pivots,
            hinge=(whole @ self.hinge[..., None])[..., 0],
        )


@dataclass(frozen=True)
class Contacts:
    """The nearest points of one arm.

    Attributes:
        clear: (T, K) metres that they are clear of what they may touch, negative where they are too deep.
        slopes: (T, K, 4) metres per unit of giving way.
    """

    clear: np.ndarray
    slopes: np.ndarray


def clearances(arms: dict[str, PosedArm], rest: Nearby) -> dict[str, Found]:
    """How clear the points of both arms are of the rest of the body and of the other arm.

    Args:
        arms: side → arm, or some of its points.
        rest: the rest of the body, in the same frames.
    """
    out = {}
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        mine, its = arms[side], arms[other]
        found = rest.clearances(mine.points, mine.arm.starts, REACH)
        beside = Nearby(its.points, its.normals, its.arm.starts, its.arm.thick)
        out[side] = beside.clearances(mine.points, mine.arm.starts, REACH, found)
    return out


def contacts(arm: PosedArm, found: Found, margin: float) -> Contacts:
    """The points that are least clear of body, other arm and floor, and what giving way does to them.

    Args:
        arm: the arm as it is now.
        found: what :func:`clearances` says of it.
        margin: metres that points should be clear.
    """
    skin = arm.arm
    return Contacts(
        *least_clear(arm.points, arm.pivots, arm.hinge, arm.aside, skin.below, skin.yields, *found, margin, DEEP, ROWS)
    )
