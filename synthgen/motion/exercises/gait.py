"""One foot's way through stepping: heel, flat, toes, air."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthgen.core.rotations import axis_angle
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.targets import Foot
from synthgen.motion.exercises.timing import bridge, hump, min_jerk

_BRAKING = 6.0  # strides per (swing time)²


@dataclass(frozen=True)
class Gait:
    """Timing and angles of a walking cycle; shares of the cycle from heel strike (Perry & Burnfield 2010 [book]).

    Attributes:
        flat: foot flat reached.
        heel_off: the heel leaves the floor.
        toe_off: the toes leave the floor.
        strike: radians, toes up at heel strike.
        push: radians, heel up at toe off.
        clearance: metres that the ankle is lifted beyond the straight way in the swing.
    """

    flat: float = 0.11
    heel_off: float = 0.30
    toe_off: float = 0.62
    strike: float = np.radians(20)
    push: float = np.radians(58)
    clearance: float = 0.056

    def pitch(self, c: np.ndarray) -> np.ndarray:
        """(T,) pitch of the foot at cycle phase c in [0, 1): < 0 toes up, > 0 heel up."""
        # At the ends of the stance the foot turns on at these rates (per cycle), so that speed does not jump.
        rate_on, rate_off = 0.8 * self.strike / self.flat, 1.6 * self.push / (self.toe_off - self.heel_off)
        landing = bridge(c / self.flat, (-self.strike, rate_on * self.flat, 0.0), (0.0, 0.0, 0.0))
        length = self.toe_off - self.heel_off
        rolling = bridge((c - self.heel_off) / length, (0.0, 0.0, 0.0), (self.push, rate_off * length, 0.0))
        air = 1 - self.toe_off
        swing = bridge((c - self.toe_off) / air, (self.push, rate_off * air, 0.0), (-self.strike, rate_on * air, 0.0))
        return np.select([c < self.flat, c < self.heel_off, c < self.toe_off], [landing, 0 * c, rolling], swing)


def walking_foot(
    figure: Figure, side: str, cycles: np.ndarray, stride: float, place: tuple[float, float], yaw: float, gait: Gait
) -> Foot:
    """A foot that walks along X.

    Args:
        figure: whose foot.
        side: left or right.
        cycles: (T,) cycles done since some heel strike of this foot; the whole part counts strides.
        stride: metres per cycle.
        place: x of the ankle in the stance of cycle 0, and its y, metres.
        yaw: radians, toes pointing left.
        gait: timing.

    Returns:
        The foot.
    """
    x, y = place
    c = cycles % 1.0
    done = np.floor(cycles)

    def stand(phase: np.ndarray, count: np.ndarray) -> np.ndarray:
        return figure.foot(side, x + stride * count, y, yaw, gait.pitch(phase)).ankle

    stance = stand(np.minimum(c, gait.toe_off), done)
    # The swing joins the last moment of one stance to the first of the next with equal speed and acceleration.
    air, step = 1 - gait.toe_off, 2e-3
    leave = _jet(stand, gait.toe_off, -step, air, 0.0)
    land = _jet(stand, 0.0, step, air, 1.0)
    # The heel comes down still braking, so that the foot keeps up with the hip to the end.
    land[0] = (land[0][0], land[0][1], land[0][2] - _BRAKING * stride)
    s = np.clip((c - gait.toe_off) / air, 0.0, 1.0)
    swing = np.stack([bridge(s, leave[i], land[i]) for i in range(3)], -1)
    swing[:, 0] += stride * done
    swing[:, 2] += gait.clearance * hump(s**0.7)
    pitch = gait.pitch(c)
    flying = c >= gait.toe_off
    toes = np.where(flying, gait.push * (1 - min_jerk(s)), np.maximum(pitch, 0.0))
    rotation = axis_angle((0.0, 0.0, 1.0), np.asarray(yaw)) @ axis_angle((0.0, 1.0, 0.0), pitch)
    ankle = np.where(flying[:, None], swing, stance)
    return Foot(ankle, rotation, toes, c < gait.heel_off, (c >= gait.flat) & ~flying)


def _jet(
    stand: Callable[[np.ndarray, np.ndarray], np.ndarray], phase: float, step: float, air: float, count: float
) -> list[tuple[float, float, float]]:
    """Value, first and second derivative (by the swing's own 0…1) of the ankle, one-sided into the stance."""
    p = stand(phase + step * np.arange(3), np.full(3, count))
    first = (-1.5 * p[0] + 2 * p[1] - 0.5 * p[2]) / step
    second = (p[0] - 2 * p[1] + p[2]) / step**2
    return [(float(p[0, i]), float(first[i] * air), float(second[i] * air**2)) for i in range(3)]
