"""What arms do when they swing with the chest, carry something, or reach for a place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.targets import Arm, ArmCourse, Transforms, pointing

_STRETCHED = 0.985
"""Share of the arm's length at which it counts as straight; further away the hand stays behind."""
_EASES = 0.10
"""Share of the arm's length over which it comes to that."""


def swung(
    figure: Figure,
    direction: Mapping[str, np.ndarray],
    opens: Mapping[str, np.ndarray],
    elbow: Mapping[str, np.ndarray | float],
    pronation: np.ndarray | float = 1.2,
    wrist: np.ndarray | float = 0.0,
) -> ArmCourse:
    """Arms that move with the chest.

    Args:
        figure: who.
        direction: side → (T, 3) of the upper arm, seen from the upright chest (X forward, Y left, Z up).
        opens: side → (T, 3) to where the elbow bends the forearm, seen likewise.
        elbow: side → radians.
        pronation, wrist: radians.
    """

    def course(side: str, transforms: Transforms) -> Arm:
        chest = figure.upright("T6", transforms("T6"))
        way, to = ((chest @ np.broadcast_to(v[side], (len(chest), 3))[..., None])[..., 0] for v in (direction, opens))
        return Arm(rotation=pointing(way, to), elbow=elbow[side], pronation=pronation, wrist_flexion=wrist)

    return course


def carrying(
    figure: Figure,
    middle: np.ndarray,
    apart: np.ndarray | float,
    elbows: tuple[float, float, float] = (-0.4, 0.8, -1.0),
    pronation: np.ndarray | float = 0.6,
    lead: float = 0.0,
) -> ArmCourse:
    """Both hands on one thing that moves with the chest.

    Args:
        figure: who.
        middle: (T, 3) or (3,) its place from the chest's middle vertebra, seen from the upright chest, in arm lengths.
        apart: between the wrists, in arm lengths.
        elbows: where the left elbow points to, seen from the upright chest.
        pronation: radians.
        lead: the left wrist is this much higher than the right one, in arm lengths.
    """

    def course(side: str, transforms: Transforms) -> Arm:
        sign = 1.0 if side == "left" else -1.0
        chest = transforms("T6")
        turn = figure.upright("T6", chest)
        zero = np.zeros(len(chest))
        local = middle + np.stack([zero, zero + sign * apart / 2, zero + sign * lead / 2], -1)
        wrist = chest[:, :3, 3] + figure.arm * (turn @ local[..., None])[..., 0]
        towards = turn @ (np.array(elbows) * (1.0, sign, 1.0))
        return Arm(wrist=within_reach(figure, side, transforms, wrist), elbow_towards=towards, pronation=pronation)

    return course


def reaching(
    figure: Figure,
    places: Mapping[str, np.ndarray],
    towards: Mapping[str, np.ndarray],
    hands: Mapping[str, np.ndarray] | None = None,
    pronation: np.ndarray | float = 1.2,
) -> ArmCourse:
    """Arms that bring the wrists to places in the world.

    Args:
        figure: who.
        places: side → (T, 3) or (3,) of the wrist, metres; out of reach it stays on the way there.
        towards: side → where the elbow points to from the line shoulder–wrist.
        hands: side → rotation of the hand; without it the hand is in line with the forearm.
        pronation: radians, without ``hands``.
    """

    def course(side: str, transforms: Transforms) -> Arm:
        frames = len(transforms("pelvis"))
        wrist = within_reach(figure, side, transforms, np.broadcast_to(places[side], (frames, 3)))
        hand = None if hands is None else np.broadcast_to(hands[side], (frames, 3, 3))
        to = np.broadcast_to(towards[side], (frames, 3))
        return Arm(wrist=wrist, elbow_towards=to, hand=hand, pronation=pronation)

    return course


def within_reach(figure: Figure, side: str, transforms: Transforms, wrist: np.ndarray) -> np.ndarray:
    """(T, 3) the wrist's place, or where the stretched arm comes nearest to it, without a jerk between."""
    shoulder = transforms(f"{side}_upper_arm")[:, :3, 3]
    way = wrist - shoulder
    far = np.linalg.norm(way, axis=-1, keepdims=True) / figure.arm
    start = _STRETCHED - _EASES
    eased = start + _EASES * np.tanh((far - start) / _EASES)
    return np.asarray(shoulder + way * np.where(far < start, 1.0, eased / far))
