"""Cameras around the people of a shot: inside the room, everyone in the picture, backs seen often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from synthgen.core.frames import Camera, look_at
from synthgen.core.seeding import stream
from synthgen.scene import Scene
from synthgen.world.camera_views import Direction, direction
from synthgen.world.draws import rounded, uniform, vector
from synthgen.world.framing import WALL, Framing, camera_of
from synthgen.world.image_size import image_size
from synthgen.world.people import Placed
from synthgen.world.shot import CameraSpec
from synthgen.world.surroundings import RoomSpec

_TRIES = 60
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


def _best(
    scene: Scene, shot: int, cameras: Sequence[int], people: Sequence[Placed], room: RoomSpec
) -> tuple[CameraSpec, ...]:
    """Cameras in a fixed relation to the first of them: the first try that meets every wish, else the nearest to it."""
    rng = stream(scene.seed, shot, f"camera/{cameras[0]}")
    crop = bool(rng.random() < scene.camera.crop)
    subject = people[int(rng.integers(len(people)))]
    first = direction(scene.camera.views, scene.seed, shot, cameras[0])
    best = _Candidate((_NOWHERE,) * len(cameras), -np.inf)
    framing = Framing(scene, people, subject, crop, room, image_size(scene, shot))
    for k in range(_TRIES):
        towards = first if k == 0 else first.nearby(rng, min(1.0, k / _ASTRAY))
        best = max(best, _try(framing, rng, towards, len(cameras)), key=lambda c: c.score)
        if best.score >= 1.0:
            break
    return best.specs


@dataclass(frozen=True)
class _Aim:
    """How a camera looks, wherever it stands; metres, radians. ``share`` of the room behind it is used."""

    target: np.ndarray
    height: float
    hfov: float
    roll: float
    share: float


def _try(framing: Framing, rng: np.random.Generator, towards: Direction, count: int) -> _Candidate:
    """One way to place ``count`` cameras, and what it is worth."""
    rig = framing.scene.camera.rig
    azimuths = [towards.azimuth(framing.subject.facing)]
    side = 1.0 if rng.random() < 0.5 else -1.0
    for _ in range(1, count):
        azimuths.append(azimuths[-1] + side * np.radians(uniform(rng, rig.angle or (0.0, 0.0))))
    aims = [_aim(framing, rng) for _ in azimuths]
    if rig.alike:
        aims = aims[:1] * count
    spans = [
        framing.distances(aim.target, azimuth, partial(_at, framing, aim, azimuth))
        for aim, azimuth in zip(aims, azimuths, strict=True)
    ]
    if rig.alike:
        spans = [(max(near for near, _ in spans), min(far for _, far in spans))] * count
    specs, scores = [], []
    for aim, azimuth, (near, far) in zip(aims, azimuths, spans, strict=True):
        if framing.crop:
            distance = max(framing.scene.camera.distance[0], near * (0.6 + 0.35 * aim.share))
        else:
            distance = near + aim.share * (max(near, min(far, _SPREAD * near)) - near)
        specs.append(_spec(framing, aim, azimuth, distance))
        scores.append(framing.score(camera_of(specs[-1]), distance))
    return _Candidate(tuple(specs), min(scores))


def _aim(framing: Framing, rng: np.random.Generator) -> _Aim:
    wish = framing.scene.camera
    height = min(uniform(rng, wish.height), framing.room.size[2] - WALL)
    hfov, roll = np.radians(uniform(rng, wish.hfov)), np.radians(uniform(rng, wish.roll))
    jitter, share = rng.normal(size=3), rng.random()
    wanted = framing.wanted
    middle = (wanted.min(0) + wanted.max(0)) / 2
    target = middle + jitter * np.array([0.06, 0.06, 0.05]) * (3.0 if framing.crop else 1.0)
    return _Aim(target, height, float(hfov), float(roll), float(share))


def _at(framing: Framing, aim: _Aim, azimuth: float, distance: float) -> Camera:
    ahead = np.array([np.cos(azimuth), np.sin(azimuth)])
    centre = np.array([*(aim.target[:2] + distance * ahead), aim.height])
    return look_at(centre, aim.target, aim.hfov, *framing.size, aim.roll)


def _spec(framing: Framing, aim: _Aim, azimuth: float, distance: float) -> CameraSpec:
    return CameraSpec(
        position=vector(_at(framing, aim, azimuth, distance).centre),
        target=vector(aim.target),
        roll=rounded(aim.roll),
        hfov=rounded(aim.hfov),
        width=framing.size[0],
        height=framing.size[1],
    )
