"""What exercises on the floor share: insteps and knees on it, palms on it, and the tilt that goes with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from synthgen.core.rotations import axis_angle
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.targets import SIDES, Arm, ArmCourse, BodyTargets, Foot, Transforms, Y

KNEE_ABOVE_FLOOR = 0.031
"""Of stature: half a kneeling knee's thickness, about 55 mm (an estimate)."""
_INSTEP = np.radians(55)
"""Plantarflexion of a foot that lies on its instep."""
_TOES_ABOVE_FLOOR = 0.006


def knee_height(figure: Figure) -> float:
    """Metres from the floor to the middle of a knee that bears weight."""
    return KNEE_ABOVE_FLOOR * figure.body.stature


def on_insteps(
    figure: Figure, frames: int, ends: Mapping[str, np.ndarray], high: float | None = None
) -> dict[str, Foot]:
    """Feet on their insteps, toes backwards.

    Args:
        figure: whose.
        frames: T.
        ends: side → (2,) or (3,) x and y of the knee.
        high: height of the knees, metres; that of kneeling ones when missing.

    Returns:
        Feet whose shanks lie straight behind the knees.
    """
    ground = knee_height(figure) if high is None else high
    shank = float(np.linalg.norm(figure.legs["left"].end.offset))
    feet = {}
    for side in SIDES:
        tip = figure.foot_point(f"{side}_toe_tip")
        pitch = np.pi / 2 + _INSTEP
        for _ in range(4):  # the shank's slope and the ankle's height hang on each other
            rotation = axis_angle(Y, np.asarray(pitch))
            height = _TOES_ABOVE_FLOOR - (rotation @ tip)[2]
            slope = np.arcsin((height - ground) / shank)
            pitch = np.pi / 2 + slope + _INSTEP
        ankle = np.array([ends[side][0] - shank * np.cos(slope), ends[side][1], height])
        still = np.ones(frames, bool)
        feet[side] = Foot(
            np.tile(ankle, (frames, 1)), np.tile(rotation, (frames, 1, 1)), np.zeros(frames), ~still, still
        )
    return feet


def tilt_until(
    figure: Figure,
    targets: BodyTargets,
    gap: Callable[[Transforms], np.ndarray],
    about: np.ndarray | float = 1.45,
) -> np.ndarray:
    """(T,) pelvis tilt near ``about`` (radians) at which ``gap(transforms)`` (T,), in metres, is zero."""
    trunk = figure.trunk(targets)
    return root(lambda tilt: gap(figure.tilted(targets, trunk, tilt)), np.full(targets.frames, about))


def root(gap: Callable[[np.ndarray], np.ndarray], about: np.ndarray) -> np.ndarray:
    """(T,) angles near ``about`` (T,), radians, at which ``gap`` (T,), in metres and nearly linear, is zero."""
    before, at = about - 0.05, about + 0.05
    was = gap(before)
    for _ in range(12):
        now = gap(at)
        if np.abs(now).max() < 1e-7:
            break
        slope = (now - was) / np.where(np.abs(at - before) > 1e-12, at - before, 1.0)
        before, was = at, now
        at = at - np.clip(now / np.where(np.abs(slope) > 1e-6, slope, -1.0), -0.3, 0.3)
    return at


def supporting(
    wrists: Mapping[str, np.ndarray],
    hands: Mapping[str, np.ndarray],
    out: np.ndarray | float = 0.8,
    up: np.ndarray | float = 0.0,
) -> ArmCourse:
    """Arms on planted palms; the elbows point backwards, ``out`` times as much outwards and ``up`` times upwards."""

    def course(side: str, transforms: Transforms) -> Arm:
        frames = len(transforms("pelvis"))
        sign = 1.0 if side == "left" else -1.0
        out_, up_ = (np.broadcast_to(np.asarray(a, float), frames) for a in (out, up))
        towards = np.stack([np.full(frames, -1.0), sign * out_, up_], -1)
        wrist = np.broadcast_to(wrists[side], (frames, 3))
        return Arm(wrist=wrist, elbow_towards=towards, hand=np.broadcast_to(hands[side], (frames, 3, 3)))

    return course


def kneeling_hips(figure: Figure, lean: np.ndarray) -> np.ndarray:
    """(T, 3) the hips' middle over knees at x = 0, moved back by ``lean`` (T,) radians of the thighs."""
    thigh = float(np.linalg.norm(figure.legs["left"].lower.offset))
    return np.stack([-thigh * np.sin(lean), 0 * lean, knee_height(figure) + thigh * np.cos(lean)], -1)


def shoulder_gap(
    figure: Figure, wrists: Mapping[str, np.ndarray], bend: float, side: str = "left"
) -> Callable[[Transforms], np.ndarray]:
    """Metres by which a shoulder is further from its wrist than the arm reaches with its elbow bent by ``bend``."""
    reach = float(figure.arms[side].reach(bend)[0])
    return lambda t: np.asarray(np.linalg.norm(t(f"{side}_upper_arm")[:, :3, 3] - wrists[side], axis=-1) - reach)
