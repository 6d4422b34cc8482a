"""Legs that no floor holds: thighs and shanks by their directions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthgen.core.vectors import unit
from synthgen.motion.exercises.figure import Figure, pelvis_rotation
from synthgen.motion.exercises.targets import BodyTargets, Foot


def directed(
    figure: Figure,
    targets: BodyTargets,
    thigh: Mapping[str, np.ndarray],
    shank: Mapping[str, np.ndarray],
    dorsiflexion: float = np.radians(-20),
) -> dict[str, Foot]:
    """Legs whose bones point along given directions.

    Args:
        figure: whose.
        targets: with the pelvis in its place.
        thigh, shank: side → (T, 3) world direction from joint to joint; they must not be one line.
        dorsiflexion: radians of the ankle.

    Returns:
        Feet that follow their shanks and stand on nothing.
    """
    turn = pelvis_rotation(targets)
    never, zero = np.zeros(targets.frames, bool), np.zeros(targets.frames)
    feet = {}
    for side in thigh:
        hinge = figure.legs[side]
        hip = targets.pelvis + turn @ figure.segment(f"{side}_thigh").offset
        knee = hip + np.linalg.norm(hinge.lower.offset) * unit(thigh[side])
        ankle = knee + np.linalg.norm(hinge.end.offset) * unit(shank[side])
        turned = np.broadcast_to(np.eye(3), (targets.frames, 3, 3))
        feet[side] = Foot(ankle, turned, zero, never, never, knee - (hip + ankle) / 2, dorsiflexion)
    return feet
