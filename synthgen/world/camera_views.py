"""From which side a person is seen: directions that fill a scene's views evenly, shot after shot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.core.seeding import stream
from synthgen.scene.sections.camera import Views

_TURN = 24
"""Shots over which directions spread evenly."""
VIEWS = {"front": (0.0, 45.0), "side": (45.0, 135.0), "back": (135.0, 180.0)}
"""View → degrees between where a person faces and the way to the camera, to either side."""


@dataclass(frozen=True)
class Direction:
    """A direction from a person to a camera.

    Attributes:
        view: one of :data:`VIEWS`.
        away: radians from where the person faces, to the left and to the right alike.
        sign: 1 to the person's left, −1 to the right.
    """

    view: str
    away: float
    sign: float

    def azimuth(self, facing: float) -> float:
        """Radians from +X to the left, for a person who faces there."""
        return facing + self.sign * self.away

    def nearby(self, rng: np.random.Generator, share: float) -> Direction:
        """Another direction of the same view, at most a share of the view's width from this one, on either side."""
        low, high = np.radians(VIEWS[self.view])
        step = share * (high - low) * (2 * rng.random() - 1)
        away = float(low + abs((self.away + step - low + (high - low)) % (2 * (high - low)) - (high - low)))
        return Direction(self.view, away, self.sign if rng.random() >= share / 2 else -self.sign)


def direction(views: Views, seed: int, shot: int, camera: int) -> Direction:
    """The direction of one camera of a shot: of every 24 shots in a row, each sees another part of the views."""
    turn, at = divmod(shot, _TURN)
    rng = stream(seed, turn, f"views/{camera}")
    share = (rng.permutation(_TURN)[at] + rng.random(_TURN)[at]) / _TURN
    left = rng.permutation(_TURN)[at] % 2 == 0
    weights = np.array([views.front, views.side, views.back])
    ends = np.cumsum(weights) / weights.sum()
    k = min(int(np.searchsorted(ends, share, side="right")), 2)
    within = (share - (ends[k - 1] if k else 0.0)) / max(ends[k] - (ends[k - 1] if k else 0.0), 1e-12)
    view = [*VIEWS][k]
    low, high = np.radians(VIEWS[view])
    return Direction(view, float(low + (high - low) * within), 1.0 if left else -1.0)
