"""Plane geometry for standing things on a floor: circles and turned rectangles that must not overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Disc:
    """A circle on the floor, metres."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Box:
    """A rectangle on the floor: middle, half lengths along its own X and Y (metres), yaw (radians)."""

    x: float
    y: float
    half_x: float
    half_y: float
    yaw: float = 0.0

    @property
    def corners(self) -> np.ndarray:
        """(4, 2) metres."""
        c, s = np.cos(self.yaw), np.sin(self.yaw)
        own = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * (self.half_x, self.half_y)
        out: np.ndarray = own @ np.array([[c, s], [-s, c]]) + (self.x, self.y)
        return out


def footprint(spot: np.ndarray, yaw: float, size: np.ndarray) -> Box:
    """The rectangle that a thing of some size (depth, width …, metres) covers around a spot (x, y)."""
    return Box(float(spot[0]), float(spot[1]), float(size[0]) / 2, float(size[1]) / 2, float(yaw))


def disc_distance(a: Disc, b: Disc) -> float:
    """Metres between two circles; negative when they overlap."""
    return float(np.hypot(a.x - b.x, a.y - b.y)) - a.radius - b.radius


def box_disc_distance(box: Box, disc: Disc) -> float:
    """Metres between a rectangle and a circle; negative when they overlap."""
    c, s = np.cos(box.yaw), np.sin(box.yaw)
    dx, dy = disc.x - box.x, disc.y - box.y
    outside = np.maximum(np.abs([c * dx + s * dy, c * dy - s * dx]) - (box.half_x, box.half_y), 0.0)
    return float(np.hypot(*outside)) - disc.radius


def boxes_overlap(a: Box, b: Box) -> bool:
    """Whether two rectangles overlap (separating axes)."""
    pa, pb = a.corners, b.corners
    for yaw in (a.yaw, b.yaw):
        for axis in ((np.cos(yaw), np.sin(yaw)), (-np.sin(yaw), np.cos(yaw))):
            u, v = pa @ axis, pb @ axis
            if u.max() <= v.min() or v.max() <= u.min():
                return False
    return True


def segment_disc(start: np.ndarray, end: np.ndarray, radius: float, count: int = 24) -> Iterable[Disc]:
    """Circles along a line on the floor, such as the view from a camera to a person."""
    for t in np.linspace(0.0, 1.0, count):
        p = np.asarray(start) * (1 - t) + np.asarray(end) * t
        yield Disc(float(p[0]), float(p[1]), radius)


def inside(box: Box, length: float, width: float, margin: float = 0.0) -> bool:
    """Whether a rectangle lies within a room that is centred on the origin."""
    reach = np.abs(box.corners).max(0)
    return bool(reach[0] <= length / 2 - margin and reach[1] <= width / 2 - margin)
