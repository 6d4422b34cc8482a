"""Cameras around the people of a shot: inside the room, everyone in the picture, backs seen often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from synthgen.core.frames import Camera, look_at
from synthgen.core.seeding import stream
from synthgen.scene import Scene
from synthgen.world.draws import rounded, uniform, vector
from synthgen.world.people import Placed
from synthgen.world.shot import CameraSpec, RoomSpec

_TRIES = 60
_WALL = 0.25
"""Metres that a camera keeps from walls and ceiling."""
_NEAR = 0.45
"""Metres that a camera keeps from a person's circle."""
_EDGE = 0.02
"""Share of the image that stays free around people."""
_SPREAD = 1.35
"""How much farther than necessary a camera may stand."""


@dataclass(frozen=True)
class _Candidate:
    spec: CameraSpec
    score: float


_NOWHERE = CameraSpec(position=(0.0, 0.0, 0.0), target=(1.0, 0.0, 0.0))


def place_cameras(scene: Scene, shot: int, people: Sequence[Placed], room: RoomSpec) -> tuple[CameraSpec, ...]:
    """``camera.per_shot`` cameras, each with a stream of its own."""
    return tuple(_camera(scene, shot, k, people, room) for k in range(scene.camera.per_shot))


def in_frame(camera: Camera, points: np.ndarray, edge: float = 0.0) -> np.ndarray:
    """(…, 3) world points → (…) whether each is in the image, ``edge`` (share of its size) away from its border."""
    u, v, z = np.moveaxis(camera.project(points), -1, 0)
    du, dv = edge * camera.width, edge * camera.height
    with np.errstate(invalid="ignore"):
        out: np.ndarray = (z > 0) & (u >= du) & (u <= camera.width - du) & (v >= dv) & (v <= camera.height - dv)
        return out


def camera_of(spec: CameraSpec) -> Camera:
    """The pinhole camera that a specification describes."""
    return look_at(np.array(spec.position), np.array(spec.target), spec.hfov, spec.width, spec.height, spec.roll)


def _camera(scene: Scene, shot: int, k: int, people: Sequence[Placed], room: RoomSpec) -> CameraSpec:
    """The first try that meets every wish, else the one that comes nearest."""
    rng = stream(scene.seed, shot, f"camera/{k}")
    crop = bool(rng.random() < scene.camera.crop)
    subject = people[int(rng.integers(len(people)))]
    view = _view(scene, rng)
    best = _Candidate(_NOWHERE, -np.inf)
    for _ in range(_TRIES):
        best = max(best, _try(scene, rng, people, subject, view, crop, room), key=lambda c: c.score)
        if best.score >= 1.0:
            break
    return best.spec


def _view(scene: Scene, rng: np.random.Generator) -> str:
    views = scene.camera.views
    shares = np.cumsum([views.back, views.side, views.front])
    return ("back", "side", "front")[int(np.searchsorted(shares / shares[-1], rng.random(), side="right"))]


def _azimuth(rng: np.random.Generator, view: str, facing: float) -> float:
    """Direction from the subject to the camera, radians."""
    sign, spread = (1.0 if rng.random() < 0.5 else -1.0), rng.random()
    away = {"front": 0.0 + 0.8 * spread, "side": 0.8 + 1.54 * spread, "back": np.pi - 0.8 * spread}[view]
    return facing + sign * away


def _try(
    scene: Scene,
    rng: np.random.Generator,
    people: Sequence[Placed],
    subject: Placed,
    view: str,
    crop: bool,
    room: RoomSpec,
) -> _Candidate:
    wish = scene.camera
    azimuth = _azimuth(rng, view, subject.facing)
    height = min(uniform(rng, wish.height), room.size[2] - _WALL)
    hfov, roll = np.radians(uniform(rng, wish.hfov)), np.radians(uniform(rng, wish.roll))
    jitter, share = rng.normal(size=3), rng.random()
    group = np.concatenate([p.outline for p in people])
    wanted = subject.outline if crop else group
    middle = (wanted.min(0) + wanted.max(0)) / 2
    target = middle + jitter * np.array([0.06, 0.06, 0.05]) * (3.0 if crop else 1.0)
    ahead = np.array([np.cos(azimuth), np.sin(azimuth)])

    def at(distance: float) -> Camera:
        return look_at(np.array([*(target[:2] + distance * ahead), height]), target, hfov, *scene.size, roll)

    farthest = min(wish.distance[1], _to_wall(target[:2], ahead, room))
    nearest = min(wish.distance[0], farthest)
    fitting = _fitting_distance(at, wanted, nearest, farthest)
    if crop:
        distance = max(nearest, fitting * (0.6 + 0.35 * share))
    else:
        distance = fitting + share * (min(farthest, _SPREAD * fitting) - fitting)
    camera = at(distance)
    spec = CameraSpec(
        position=vector(camera.centre),
        target=vector(target),
        roll=rounded(roll),
        hfov=rounded(hfov),
        width=scene.size[0],
        height=scene.size[1],
    )
    return _Candidate(spec, _score(scene, camera_of(spec), people, subject, crop, distance))


def _to_wall(start: np.ndarray, ahead: np.ndarray, room: RoomSpec) -> float:
    """Metres along a direction until the wall, less the distance that a camera keeps from it."""
    half = np.array(room.size[:2]) / 2 - _WALL
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


def _score(
    scene: Scene, camera: Camera, people: Sequence[Placed], subject: Placed, crop: bool, distance: float
) -> float:
    """1 when every wish is met; else below it, the lower the worse."""
    shares = np.array([in_frame(camera, p.outline).mean() for p in people])
    own = float(in_frame(camera, subject.outline).mean())
    trunk = bool(in_frame(camera, subject.trunk[None])[0])
    seen = min(1.0, own / 0.6) if crop else float(shares.min())
    score = 0.5 * seen + 0.5 * float(shares.mean() if not crop else seen)
    if not trunk:
        score -= 0.5
    lower, upper = np.radians(scene.camera.elevation)
    slope = np.arcsin(-camera.rotation[2, 2])
    score -= 0.3 * float(max(0.0, lower - slope, slope - upper) > 1e-6)
    closest = min(float(np.hypot(*(camera.centre[:2] - (p.disc.x, p.disc.y)))) - p.disc.radius for p in people)
    # Inside a person is worse than any crop; just too near is only unwelcome.
    score -= 1.0 if closest < 0 else 0.3 * float(closest < _NEAR)
    score -= 0.2 * float(distance < scene.camera.distance[0] - 1e-9)
    return score
