"""What both renderers know of light: how much of the environment arrives, and where a sun's shadow map looks.

The map looks at all that casts shadows, as tightly as a box along the light's axes fits it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OPENNESS = 0.65
"""Share of its surroundings that a point in a furnished room sees: the environment map knows no occluders."""

SHADOW_BIAS = 0.004
"""Metres by which a shadow caster may lie behind the surface it shades."""

HORIZON = 100.0
"""Metres from which on a room is sky: its depth is infinite there. Nothing but what is painted lies so far."""

BELOW = 8.0
"""Metres below the casters in which floors and walls still find their shadows."""


@dataclass(frozen=True)
class ShadowBox:
    """A box along the light's axes around the casters.

    Attributes:
        axes: (3, 3) columns: right, up and towards the light.
        low, high: (3,) the casters' extent along the axes, metres.
    """

    axes: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def size(self) -> np.ndarray:
        """(2,) width and height of the map in the world, metres."""
        out: np.ndarray = np.maximum(self.high - self.low, 1.0)[:2] + 0.2
        return out


def shadow_box(axes: np.ndarray, bounds: list[np.ndarray]) -> ShadowBox:
    """The box around things of which smallest and largest coordinates are known.

    Args:
        axes: (3, 3) columns: right, up and towards the light.
        bounds: (2, 3) of each caster, world, metres; a metre at the origin where there is none.
    """
    corners = np.concatenate([_corners(b) for b in bounds]) if bounds else np.zeros((1, 3))
    along = corners @ axes
    return ShadowBox(axes, along.min(0), along.max(0))


def light_axes(toward: np.ndarray) -> np.ndarray:
    """(3, 3) columns right, up and towards the light, for a direction towards it."""
    toward = np.asarray(toward, float) / max(float(np.linalg.norm(toward)), 1e-9)
    up = np.array([0.0, 0.0, 1.0]) if abs(toward[2]) < 0.999 else np.array([0.0, 1.0, 0.0])
    right = np.cross(up, toward)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(toward, right), toward], -1)


def _corners(bounds: np.ndarray) -> np.ndarray:
    """(2, 3) smallest and largest coordinates → (8, 3)."""
    return np.stack(np.meshgrid(*bounds.T), -1).reshape(8, 3)
