"""Cameras around the people of a shot: inside the room, everyone in the picture, backs seen often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from synthgen.core.frames import Camera, look_at
from synthgen.core.seeding import stream
from synthgen.scene import Scene
from synthgen.world.camera_views import Direction, direction
from synthgen.world.draws import rounded, uniform, vector
from synthgen.world.image_size import image_size
from synthgen.world.people import Placed
from synthgen.world.shot import CameraSpec
from synthgen.world.surroundings import RoomSpec

_TRIES = 60
_WALL = 0.25
"""Metres that a camera keeps from walls and ceiling."""
_NEAR = 0.45
"""Metres that a camera keeps from a person's circle."""
_EDGE = 0.02
"""Share of the image that stays free around people."""
_SPREAD = 1.35
"""How much farther than necessary a camera may stand."""
_ASTRAY = 20
"""Tries over which a camera may go farther and farther from the direction that was drawn, within its view."""


@dataclass(frozen=True)
class _Candidate:
    specs: tuple[CameraSpec, ...]
    score: float


_NOWHERE = CameraSpec(position=(0.0, 0.0, 0.0), target=(1.0, 0.0, 0.0))


def place_cameras(scene: Scene, shot: int, people: Sequence[Placed], room: RoomSpec) -> tuple[CameraSpec, ...]:
    """``camera.per_shot`` cameras: each with a stream of its own, or all in the relation of the scene's rig."""
    cameras = range(scene.camera.per_shot)
    groups = [cameras] if scene.camera.rig.fixed else [(k,) for k in cameras]
    return tuple(spec for group in groups for spec in _best(scene, shot, group, people, room))


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


def _best(
    scene: Scene, shot: int, cameras: Sequence[int], people: Sequence[Placed], room: RoomSpec
) -> tuple[CameraSpec, ...]:
    """Cameras in a fixed relation to the first of them: the first try that meets every wish, else the nearest to it."""
    rng = stream(scene.seed, shot, f"camera/{cameras[0]}")
    crop = bool(rng.random() < scene.camera.crop)
    subject = people[int(rng.integers(len(people)))]
    first = direction(scene.camera.views, scene.seed, shot, cameras[0])
    best = _Candidate((_NOWHERE,) * len(cameras), -np.inf)
    frame = _Frame(scene, people, subject, crop, room, image_size(scene, shot))
    for k in range(_TRIES):
        towards = first if k == 0 else first.nearby(rng, min(1.0, k / _ASTRAY))
        best = max(best, _try(frame, rng, towards, len(cameras)), key=lambda c: c.score)
        if best.score >= 1.0:
            break
    return best.specs


@dataclass(frozen=True)
class _Frame:
    """What a camera is to show, and the room that it stands in."""

    scene: Scene
    people: Sequence[Placed]
    subject: Placed
    crop: bool
    room: RoomSpec
    size: tuple[int, int]

    @property
    def wanted(self) -> np.ndarray:
        """(N, 3) points that are to be in the picture."""
        return self.subject.outline if self.crop else np.concatenate([p.outline for p in self.people])


@dataclass(frozen=True)
class _Lens:
    """How a camera looks, wherever it stands; metres, radians. ``share`` of the room behind it is used."""

    target: np.ndarray
    height: float
    hfov: float
    roll: float
    share: float


def _try(frame: _Frame, rng: np.random.Generator, towards: Direction, count: int) -> _Candidate:
    """One way to place ``count`` cameras, and what it is worth."""
    rig = frame.scene.camera.rig
    azimuths = [towards.azimuth(frame.subject.facing)]
    side = 1.0 if rng.random() < 0.5 else -1.0
    for _ in range(1, count):
        azimuths.append(azimuths[-1] + side * np.radians(uniform(rng, rig.angle or (0.0, 0.0))))
    lenses = [_lens(frame, rng) for _ in azimuths]
    if rig.alike:
        lenses = lenses[:1] * count
    spans = [_distances(frame, lens, azimuth) for lens, azimuth in zip(lenses, azimuths, strict=True)]
    if rig.alike:
        spans = [(max(near for near, _ in spans), min(far for _, far in spans))] * count
    specs, scores = [], []
    for lens, azimuth, (near, far) in zip(lenses, azimuths, spans, strict=True):
        if frame.crop:
            distance = max(frame.scene.camera.distance[0], near * (0.6 + 0.35 * lens.share))
        else:
            distance = near + lens.share * (max(near, min(far, _SPREAD * near)) - near)
        specs.append(_spec(frame, lens, azimuth, distance))
        scores.append(_score(frame, camera_of(specs[-1]), distance))
    return _Candidate(tuple(specs), min(scores))


def _lens(frame: _Frame, rng: np.random.Generator) -> _Lens:
    wish = frame.scene.camera
    height = min(uniform(rng, wish.height), frame.room.size[2] - _WALL)
    hfov, roll = np.radians(uniform(rng, wish.hfov)), np.radians(uniform(rng, wish.roll))
    jitter, share = rng.normal(size=3), rng.random()
    wanted = frame.wanted
    middle = (wanted.min(0) + wanted.max(0)) / 2
    target = middle + jitter * np.array([0.06, 0.06, 0.05]) * (3.0 if frame.crop else 1.0)
    return _Lens(target, height, float(hfov), float(roll), float(share))


def _at(frame: _Frame, lens: _Lens, azimuth: float, distance: float) -> Camera:
    ahead = np.array([np.cos(azimuth), np.sin(azimuth)])
    centre = np.array([*(lens.target[:2] + distance * ahead), lens.height])
    return look_at(centre, lens.target, lens.hfov, *frame.size, lens.roll)


def _distances(frame: _Frame, lens: _Lens, azimuth: float) -> tuple[float, float]:
    """The shortest distance from which all is in the picture, and the farthest that room and scene allow, metres."""
    ahead = np.array([np.cos(azimuth), np.sin(azimuth)])
    wish = frame.scene.camera.distance
    farthest = min(wish[1], _to_wall(lens.target[:2], ahead, frame.room))
    nearest = min(wish[0], farthest)
    fitting = _fitting_distance(lambda d: _at(frame, lens, azimuth, d), frame.wanted, nearest, farthest)
    return fitting, farthest


def _spec(frame: _Frame, lens: _Lens, azimuth: float, distance: float) -> CameraSpec:
    return CameraSpec(
        position=vector(_at(frame, lens, azimuth, distance).centre),
        target=vector(lens.target),
        roll=rounded(lens.roll),
        hfov=rounded(lens.hfov),
        width=frame.size[0],
        height=frame.size[1],
    )


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


def _score(frame: _Frame, camera: Camera, distance: float) -> float:
    """1 when every wish is met; else below it, the lower the worse."""
    scene, people = frame.scene, frame.people
    shares = np.array([in_frame(camera, p.outline).mean() for p in people])
    own = float(in_frame(camera, frame.subject.outline).mean())
    trunk = bool(in_frame(camera, frame.subject.trunk[None])[0])
    seen = min(1.0, own / 0.6) if frame.crop else float(shares.min())
    score = 0.5 * seen + 0.5 * float(shares.mean() if not frame.crop else seen)
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
