"""Which points of an arm are in the body or near it, frame by frame, and how to get them out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.characters.rigs import SIDES
from synthgen.core.rotations import about, from_vector
from synthgen.core.vectors import unit
from synthgen.retarget.arm_parts import ArmParts, ArmSkin
from synthgen.retarget.posing import Pose
from synthgen.retarget.shell import Nearby, within

REACH = 0.09
"""Metres from the skin within which points are looked at; of a hand that is deeper its less deep points count."""

CLOSE = 0.03
"""Metres: points that are never closer than this before an arm gives way are not looked at again."""

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
    """One arm over a window, before it gives way. World, metres.

    Attributes:
        arm: what is looked at.
        points, normals: (T, N, 3).
        shoulder, elbow: (T, 3).
        hinge: (T, 3) axis about which the elbow bends.
        aside: (T, 3) away from the middle of the body: the pelvis's left for the left arm.
    """

    arm: ArmSkin
    points: np.ndarray
    normals: np.ndarray
    shoulder: np.ndarray
    elbow: np.ndarray
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
        return cls(arm, *arm.shell.posed(bones), bones[:, upper, :3, 3], bones[:, fore, :3, 3], hinge, aside)

    def some(self, mask: np.ndarray) -> PosedArm:
        """With the points under a mask (N,) alone."""
        return replace(self, arm=self.arm.some(mask), points=self.points[:, mask], normals=self.normals[:, mask])

    def turns(self, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(T, 3, 3) turns of the upper arm, and of forearm and hand, that have given way by (T, 4)."""
        whole = from_vector(given[:, :3])
        return whole, whole @ about(self.hinge, given[:, 3])

    def moved(self, given: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Points and normals (T, N, 3), elbow and hinge (T, 3) when the arm has given way by (T, 4)."""
        whole, lower = self.turns(given)
        elbow = self.shoulder + (whole @ (self.elbow - self.shoulder)[..., None])[..., 0]
        below = self.arm.below[:, None]
        points = np.where(
            below,
            elbow[:, None] + (self.points - self.elbow[:, None]) @ lower.swapaxes(-1, -2),
            self.shoulder[:, None] + (self.points - self.shoulder[:, None]) @ whole.swapaxes(-1, -2),
        )
        turned = np.where(below, self.normals @ lower.swapaxes(-1, -2), self.normals @ whole.swapaxes(-1, -2))
        return points, turned, elbow, (whole @ self.hinge[..., None])[..., 0]


@dataclass(frozen=True)
class Contacts:
    """The nearest points of one arm.

    Attributes:
        clear: (F, K) metres that they are clear of what they may touch, negative where they are too deep.
        slopes: (F, K, 4) metres per unit of giving way.
    """

    clear: np.ndarray
    slopes: np.ndarray


Found = tuple[np.ndarray, np.ndarray]
"""(F, N) metres that an arm's points are clear, negative inside, and (F, N, 3) in which direction they get clear."""


class Surroundings:
    """What arms must stay out of over a window: the rest of the body and each other. World, metres.

    Args:
        arms: side → arm.
        surface, normals: (T, M, 3) the rest of the body.
    """

    def __init__(self, arms: dict[str, PosedArm], surface: np.ndarray, normals: np.ndarray) -> None:
        self._near: dict[str, list[Nearby]] = {}
        for side, arm in arms.items():
            box = arm.points.min(1) - REACH, arm.points.max(1) + REACH
            masks = within(surface, *box)
            self._near[side] = [Nearby(surface[t][m], normals[t][m], beside=BODY_BESIDE) for t, m in enumerate(masks)]

    def clearances(
        self, arms: dict[str, PosedArm], given: dict[str, np.ndarray], frames: np.ndarray
    ) -> dict[str, Found]:
        """How clear the points of both arms are of the body and of the other arm.

        Args:
            arms: side → arm, or some of its points.
            given: side → (T, 4) how far the arm has given way.
            frames: (F,) indices of the frames to look at.
        """
        now = {side: arm.moved(given[side])[:2] for side, arm in arms.items()}
        boxes = {side: (p.min(1), p.max(1)) if p.shape[1] else None for side, (p, _) in now.items()}
        out = {}
        for side, other in zip(SIDES, reversed(SIDES), strict=True):
            here, there = boxes[side], boxes[other]
            points = now[side][0]
            clear, ways = np.full((len(frames), points.shape[1]), np.inf), np.zeros((len(frames), *points.shape[1:]))
            for row, t in enumerate(frames):
                clear[row], ways[row] = self._near[side][t].clearances(points[t], REACH)
                if here is None or there is None or (here[0][t] > there[1][t] + CLOSE).any():
                    continue
                if (there[0][t] > here[1][t] + CLOSE).any():
                    continue
                beside, aside = Nearby(now[other][0][t], now[other][1][t], arms[other].arm.thick).clearances(
                    points[t], REACH
                )
                nearer = beside < clear[row]
                clear[row], ways[row] = (
                    np.where(nearer, beside, clear[row]),
                    np.where(nearer[:, None], aside, ways[row]),
                )
            out[side] = clear, ways
        return out


def contacts(arm: PosedArm, given: np.ndarray, found: Found, frames: np.ndarray, margin: float) -> Contacts:
    """The points that are least clear of body, other arm and floor, and what giving way does to them.

    Args:
        arm: the arm before it gives way.
        given: (T, 4) how far it has.
        found: what :meth:`Surroundings.clearances` says of ``frames``.
        margin: metres that points should be clear.
    """
    points, _, elbow, hinge = (values[frames] for values in arm.moved(given))
    (inside, ways), height = found, points[..., 2]
    ways = np.where((height < inside)[..., None], (0.0, 0.0, 1.0), ways)
    wanting = np.minimum(inside, height) - margin + arm.arm.yields
    nearest = np.argsort(wanting, axis=1, kind="stable")[:, :ROWS]
    at, way = (np.take_along_axis(a, nearest[..., None], 1) for a in (points, ways))
    clear = np.take_along_axis(wanting, nearest, 1)
    # Deep inside, what skin is nearest says little about the way out; most ways out lead aside.
    way = unit(way + np.maximum(-clear / DEEP, 0.0)[..., None] * arm.aside[frames, None])
    swing = np.cross(at - arm.shoulder[frames, None], way)
    bend = np.sum(np.cross(hinge[:, None], at - elbow[:, None]) * way, -1) * arm.arm.below[nearest]
    return Contacts(clear, np.concatenate([swing, bend[..., None]], -1))
