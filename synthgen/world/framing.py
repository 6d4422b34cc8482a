"""What a camera is to show, and how well one does: who is in the picture, from which distance, within which room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthgen.core.frames import Camera, look_at
from synthgen.scene import Scene
from synthgen.world.people import Placed
from synthgen.world.shot import CameraSpec
from synthgen.world.surroundings import RoomSpec

WALL = 0.25
"""Metres that a camera keeps from walls and ceiling."""
_NEAR = 0.45
"""Metres that a camera keeps from a person's circle."""
_EDGE = 0.02
"""Share of the image that stays free around people."""


def camera_of(spec: CameraSpec) -> Camera:
    """The camera that a specification describes, with its lens where it has one."""
    pinhole = look_at(np.array(spec.position), np.array(spec.target), spec.hfov, spec.width, spec.height, spec.roll)
    return replace(pinhole, distortion=spec.distortion)


def in_frame(camera: Camera, points: np.ndarray, edge: float = 0.0) -> np.ndarray:
    """(…, 3) world points → (…) whether each is in the image, ``edge`` (share of its size) away from its border."""
    u, v, z = np.moveaxis(camera.project(points), -1, 0)
    du, dv = edge * camera.width, edge * camera.height
    with np.errstate(invalid="ignore"):
        out: np.ndarray = (z > 0) & (u >= du) & (u <= camera.width - du) & (v >= dv) & (v <= camera.height - dv)
        return out


@dataclass(frozen=True)
class Framing:
    """What a camera is to show, and the room that it stands in.

    Attributes:
        scene: whose wishes count.
        people: who is there.
        subject: who must be seen.
        crop: whether the others may be cut.
        room: where.
        size: width and height of the picture, pixels.
    """

    scene: Scene
    people: Sequence[Placed]
    subject: Placed
    crop: bool
    room: RoomSpec
    size: tuple[int, int]

    @property
    def wanted(self) -> np.ndarray:
        """(N, 3) points that are to be in the picture, metres."""
        return self.subject.outline if self.crop else np.concatenate([p.outline for p in self.people])

    def distances(self, target: np.ndarray, azimuth: float, at: Callable[[float], Camera]) -> tuple[float, float]:
        """The shortest distance from which all is in the picture, and the farthest that room and scene allow, metres.

        Args:
            target: (3,) what the camera looks at, metres.
            azimuth: of the way from there to the camera, radians.
            at: distance → the camera there.
        """
        ahead = np.array([np.cos(azimuth), np.sin(azimuth)])
        wish = self.scene.camera.distance
        farthest = min(wish[1], _to_wall(target[:2], ahead, self.room))
        nearest = min(wish[0], farthest)
        return _fitting_distance(at, self.wanted, nearest, farthest), farthest

    def score(self, camera: Camera, distance: float) -> float:
        """1 when every wish is met; else below it, the lower the worse."""
        shares = np.array([in_frame(camera, p.outline).mean() for p in self.people])
        own = float(in_frame(camera, self.subject.outline).mean())
        trunk = bool(in_frame(camera, self.subject.trunk[None])[0])
        seen = min(1.0, own / 0.6) if self.crop else float(shares.min())
        score = 0.5 * seen + 0.5 * float(shares.mean() if not self.crop else seen)
        if not trunk:
            score -= 0.5
        lower, upper = np.radians(self.scene.camera.elevation)
        slope = np.arcsin(-camera.rotation[2, 2])
        score -= 0.3 * float(max(0.0, lower - slope, slope - upper) > 1e-6)
        gaps = [float(np.hypot(*(camera.centre[:2] - (p.disc.x, p.disc.y)))) - p.disc.radius for p in self.people]
        # Inside a person is worse than any crop; just too near is only unwelcome.
        score -= 1.0 if min(gaps) < 0 else 0.3 * float(min(gaps) < _NEAR)
        score -= 0.2 * float(distance < self.scene.camera.distance[0] - 1e-9)
        return score


def _to_wall(start: np.ndarray, ahead: np.ndarray, room: RoomSpec) -> float:
    """Metres along a direction until the wall, less the distance that a camera keeps from it."""
    half = np.array(room.size[:2]) / 2 - WALL
    with np.errstate(divide="ignore"):
        reach = np.where(np.abs(ahead) > 1e-9, (np.sign(ahead) * half - start) / ahead, np.inf)
    return float(max(0.3, reach.min()))


def _fitting_distance(at: Callable[[float], Camera], points: np.ndarray, nearest: float, farthest: float) -> float:
    """The shortest distance from which all points are in the image, by bisection; the farthest when none is."""
    if in_frame(at(nearest), points, _EDGE).all():
        return nearest
    low, high = nearest, farthest
    for _ in range(12):
        mid = (low + high) / 2
        low, high = (low, mid) if in_frame(at(mid), points, _EDGE).all() else (mid, high)
    return high
